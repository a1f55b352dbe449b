"""People who hold passes, several at once: each part of a batch speaks for its own person alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest

from connector.domain.errors import Down
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.entra.holders import EntraHolders
from connector.guards.evidence import Known, Missing
from connector.guards.paths import Path, PathKind
from tests.entra.attempts import START, iso
from tests.entra.no_paths import NoPaths
from tests.entra.tenant import ANN, BOB, EVE, FORBIDDEN, NOT_FOUND, reaching
from tests.http.loopback import Asked, Loopback, Says

HELD = Subject(ANN, "ann.lee@contoso.com", "Ann")
Part = Callable[[str], Says]


@dataclass
class There:
    holders: EntraHolders
    served: Loopback

    @property
    def parts(self) -> list[list[str]]:
        """The parts of each batch that was asked, as they are read."""
        return [
            [unquote(each["url"]) for each in asked.json["requests"]]
            for asked in self.served.asked
            if asked.path.endswith("/$batch")
        ]


class Mapped(NoPaths):
    def __init__(self, *found: Path) -> None:
        self.found = found

    def paths(self, person: str, groups: Any) -> Known[tuple[Path, ...]]:
        return self.found if person == ANN else ()


class NoMap(NoPaths):
    def paths(self, person: str, groups: Any) -> Known[tuple[Path, ...]]:
        return Missing("it has not been read")


@contextmanager
def tenant(part: Part, privileges: Any = None, protected: tuple[str, ...] = ()) -> Iterator[There]:
    """A tenant that answers each part of a batch by itself, in another order, and single requests alike."""

    def answer(asked: Asked) -> Says:
        if not asked.path.endswith("/$batch"):
            return part(asked.path.removeprefix("/v1.0"))
        replies = [(each["id"], part(each["url"])) for each in asked.json["requests"]]
        responses = [
            {"id": id_, "status": says.status, "headers": dict(says.headers), "body": says.body}
            for id_, says in reversed(replies)
        ]
        return Says(200, {"responses": responses})

    with reaching(answer) as it:
        yield There(EntraHolders(it.graph, privileges or NoPaths(), protected), it.there)


def held(person: str, **more: Any) -> Says:
    """The list of a person's passes, whose id tells whose it is."""
    row = {
        "id": f"pass of {person}",
        "startDateTime": iso(START),
        "lifetimeInMinutes": 60,
        "isUsableOnce": True,
        "methodUsabilityReason": "EnabledByPolicy",
    }
    return Says(200, {"value": [row], **more})


def whose(url: str) -> str:
    return url.split("/")[2]


def some(count: int) -> list[str]:
    return [f"{number:08d}-1111-4111-8111-111111111111" for number in range(count)]


def test_the_passes_of_20_people_are_asked_with_one_call_and_each_gets_their_own() -> None:
    people = some(45)
    with tenant(lambda url: held(whose(url))) as there:
        found = there.holders.passes(people)
    assert {person: [each.id for each in every] for person, every in found.items()} == {
        person: [f"pass of {person}"] for person in people
    }
    assert [len(parts) for parts in there.parts] == [20, 20, 5]


@pytest.mark.parametrize(
    "says",
    [
        Says(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "20"}),
        Says(503, {"error": {"code": "ServiceUnavailable"}}),
        NOT_FOUND,
        FORBIDDEN,
        Says(200, {"value": [{"id": "p"}]}),
        Says(200, {"value": "none"}),
        held(BOB, **{"@odata.nextLink": "https://graph.example.org/v1.0/more"}),
    ],
)
def test_a_part_that_fails_is_left_out_and_asked_by_nobody_here_again(says: Says) -> None:
    with tenant(lambda url: says if whose(url) == BOB else held(whose(url))) as there:
        found = there.holders.passes([ANN, BOB, EVE])
    assert {*found} == {ANN, EVE}
    assert len(there.parts) == 1


def test_a_person_without_passes_is_not_a_person_without_an_answer() -> None:
    with tenant(lambda url: Says(200, {"value": []})) as there:
        assert there.holders.passes([ANN]) == {ANN: ()}


def test_a_call_that_fails_tells_of_nobody() -> None:
    with reaching(lambda asked: Says(400, {})) as it, pytest.raises(Down):
        EntraHolders(it.graph, NoPaths()).passes([ANN])


class Accounts:
    """Says of everybody that they are enabled but for some; `filters`: what becomes of a filter."""

    def __init__(self, *disabled: str, filters: str = "answered", gone: tuple[str, ...] = ()) -> None:
        self.disabled, self.filters, self.gone = disabled, filters, gone

    def __call__(self, url: str) -> Says:
        if "$filter" not in url:
            person = whose(url).partition("?")[0]
            return NOT_FOUND if person in self.gone else Says(200, self.row(person))
        if self.filters == "refused":
            return Says(400, {"error": {"code": "Request_UnsupportedQuery"}})
        if self.filters == "throttled":
            return Says(429, {})
        named = unquote(url).partition("(")[2].partition(")")[0].replace("'", "").split(",")
        asked = some(3) if self.filters == "ignored" else [each for each in named if each not in self.gone]
        return Says(200, {"value": [self.row(each) for each in asked]})

    def row(self, person: str) -> dict[str, Any]:
        return {"id": person.upper(), "accountEnabled": person not in self.disabled}


def test_accounts_are_asked_about_15_a_filter_and_20_filters_a_call() -> None:
    people = some(331)
    with tenant(Accounts(people[7])) as there:
        found = there.holders.enabled(people)
    assert found == {person: person != people[7] for person in people}
    assert [len(parts) for parts in there.parts] == [20, 3]
    assert {part.count("'") // 2 for parts in there.parts for part in parts} == {15, 1}
    assert there.parts[1][2] == f"/users?$filter=id in ('{people[330]}')&$select=id,accountEnabled"


@pytest.mark.parametrize("filters", ["refused", "throttled", "ignored"])
def test_where_a_filter_does_not_answer_each_account_is_asked_about_by_its_id(filters: str) -> None:
    people = [*some(3)[:1], ANN, BOB]
    with tenant(Accounts(ANN, filters=filters)) as there:
        assert there.holders.enabled(people) == {people[0]: True, ANN: False, BOB: True}
    by_id = people[1:] if filters == "ignored" else people
    assert there.parts[1] == [f"/users/{each}?$select=id,accountEnabled" for each in by_id]


@pytest.mark.parametrize("filters", ["answered", "refused"])
def test_of_who_is_gone_nothing_is_known(filters: str) -> None:
    with tenant(Accounts(filters=filters, gone=(BOB,))) as there:
        assert there.holders.enabled([ANN, BOB]) == {ANN: True}


def test_an_account_of_which_two_things_are_said_is_not_known() -> None:
    rows = [{"id": ANN, "accountEnabled": True}, {"id": ANN, "accountEnabled": False}, {"id": BOB}]
    says = Says(200, {"value": rows})
    with tenant(lambda url: says if "$filter" in url else FORBIDDEN) as there:
        assert there.holders.enabled([ANN, BOB]) == {}
    assert len(there.parts) == 2


def test_a_disabled_account_says_so_itself() -> None:
    with tenant(Accounts(ANN)) as there:
        no = there.holders.forbidden(HELD, enabled=False)
    assert no and (no.reason, no.detail) == (
        Reason.SUBJECT_DISABLED,
        "The account ann.lee@contoso.com is disabled.",
    )


@pytest.mark.parametrize("says", [NOT_FOUND, FORBIDDEN, Says(200, {"id": BOB, "accountEnabled": False})])
def test_what_an_account_does_not_say_itself_is_no_reason(says: Says) -> None:
    with tenant(lambda url: says) as there:
        assert there.holders.forbidden(HELD, enabled=False) is None
    assert len(there.served.asked) == 1


@pytest.mark.parametrize("enabled", [True, False])
def test_a_way_to_privilege_on_the_map_is_a_reason_for_its_own_person(enabled: bool) -> None:
    privileges = Mapped(Path(PathKind.ELIGIBLE_ROLE, "62e90394-69f5-4237-9190-012177145e10"))
    with tenant(Accounts(), privileges) as there:
        no = there.holders.forbidden(HELD, enabled)
        other = there.holders.forbidden(Subject(BOB, "bob@contoso.com", "Bob"), enabled)
    assert no and no.detail == "ann.lee@contoso.com is eligible for an administrator role."
    assert (no.reason, other) == (Reason.SUBJECT_PRIVILEGED, None)
    assert len(there.served.asked) == (0 if enabled else 2)


def test_a_protected_group_is_a_reason_and_a_harmless_role_is_none() -> None:
    board = Path(PathKind.MEMBER, "group-1", privileged=False)
    reader = Path(PathKind.ROLE, "88d8e3e3-8f55-4a1e-953a-9b9898b8876b")
    with tenant(Accounts(), Mapped(reader, board), ("group-1",)) as there:
        no = there.holders.forbidden(HELD, enabled=True)
    assert no and no.reason is Reason.SUBJECT_PROTECTED
    with tenant(Accounts(), Mapped(reader, board)) as there:
        assert there.holders.forbidden(HELD, enabled=True) is None


def test_a_map_that_is_not_there_is_no_reason_and_does_not_hide_a_disabled_account() -> None:
    with tenant(Accounts(ANN), NoMap()) as there:
        assert there.holders.forbidden(HELD, enabled=True) is None
        assert there.holders.forbidden(HELD, enabled=False)


def listed(person: str, **more: Any) -> Says:
    """The methods of a person, whose id tells whose it is."""
    key = {
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
        "id": f"key of {person}",
        "createdDateTime": "2026-03-02T08:00:00Z",
    }
    phone = {"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "same", "phoneNumber": "+1 5"}
    return Says(200, {"value": [key, phone], **more})


def test_the_methods_of_20_people_are_listed_with_one_call_and_only_kind_and_time_are_kept() -> None:
    people = some(25)
    with tenant(lambda url: listed(whose(url))) as there:
        found = there.holders.methods(people)
    assert [len(parts) for parts in there.parts] == [20, 5]
    assert set(found) == set(people)
    assert [(each.kind, each.created) for each in found[people[0]]] == [
        ("fido2", 1_772_438_400),
        ("phone", None),
    ]
    assert len({each.id for every in found.values() for each in every}) == 26
    assert "key of" not in repr(found) and "+1 5" not in repr(found)


@pytest.mark.parametrize(
    "says",
    [
        FORBIDDEN,
        NOT_FOUND,
        Says(429, {"error": {"code": "TooManyRequests"}}),
        Says(200, {"value": [{"id": "m"}]}),
        Says(200, {"value": "none"}),
        listed(BOB, **{"@odata.nextLink": "https://there"}),
    ],
)
def test_a_list_of_methods_that_cannot_be_read_leaves_out_its_person_alone(says: Says) -> None:
    with tenant(lambda url: says if whose(url) == BOB else listed(whose(url))) as there:
        assert set(there.holders.methods([ANN, BOB, EVE])) == {ANN, EVE}
