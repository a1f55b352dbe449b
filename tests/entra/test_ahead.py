"""Names that are asked for ahead of a ticket's turn: one batch less in the turn, and nothing rests on them.
docs/decisions/0023
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from connector.domain.errors import Down
from connector.domain.outcome import No, NotYet
from connector.entra import hints, people
from connector.entra.directory import EntraDirectory
from connector.entra.managers import MAILED_MANAGER
from connector.guards.evidence import Evidence, Wanted
from connector.lifecycle.roles import nothing
from connector.mapping import Facts, Key
from tests.entra.no_paths import NoPaths
from tests.entra.tenant import ANN, BOB, EVE, FORBIDDEN, Reached, Tenant, reaching, role, user
from tests.http.loopback import Says

ANN_UPN, BOB_MAIL = Key("ann.lee@contoso.com"), Key("bob@contoso.com", "mail")
SAM = Key("annl", "sam_account_name")
GROUPS, ANYBODY = Wanted(requester_groups=(EVE,)), Wanted(manager=False)
BUSY = Says(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "1"})


def facts(subject: Key, requester: Key | None = None) -> Facts:
    return Facts(subject, requester, {}, "digest")


@dataclass
class Asking:
    """A directory in front of a small tenant; `before` is how many batches `ahead` cost."""

    tenant: Tenant
    it: Reached
    directory: EntraDirectory
    before: int = 0

    def ahead(self, *asked: tuple[Facts, Wanted]) -> None:
        self.directory.ahead(asked)
        self.before = len(self.tenant.batches)

    def prove(
        self, subject: Key, requester: Key | None = None, wanted: Wanted = GROUPS, on_found: Any = nothing
    ) -> Evidence | No | NotYet:
        return self.directory.prove(facts(subject, requester), wanted, on_found)

    @property
    def turn(self) -> list[list[str]]:
        """The parts of each batch since names were asked for ahead."""
        return [sorted(each["id"] for each in batch) for batch in self.tenant.batches[self.before :]]


@contextmanager
def asking(tenant: Tenant | None = None) -> Iterator[Asking]:
    made = tenant or Tenant(in_groups={EVE})
    with reaching(made) as it:
        yield Asking(made, it, EntraDirectory(it.graph, NoPaths(), monotonic=it.time))


def without_hints(tenant: Tenant, *asked: Any) -> Evidence | No | NotYet:
    with asking(tenant) as there:
        return there.prove(*asked)


def test_names_of_several_tickets_cost_one_call_and_each_turn_one() -> None:
    with asking() as there:
        there.ahead((facts(ANN_UPN, BOB_MAIL), GROUPS), (facts(BOB_MAIL), ANYBODY))
        assert [[each["id"] for each in batch] for batch in there.tenant.batches] == [["ahead-0", "ahead-1"]]
        first, second = there.prove(ANN_UPN, BOB_MAIL), there.prove(BOB_MAIL, wanted=ANYBODY)
        assert len(there.turn) == 2
    assert isinstance(first, Evidence) and isinstance(second, Evidence)
    assert first == without_hints(Tenant(in_groups={EVE}), ANN_UPN, BOB_MAIL)
    assert second == without_hints(Tenant(in_groups={EVE}), BOB_MAIL, None, ANYBODY)
    assert {"subject", "requester", "memberships", "passes", "checked-0"} <= {*there.turn[0]}


def test_the_same_filter_is_asked_again_in_the_turn() -> None:
    with asking() as there:
        there.ahead((facts(ANN_UPN, BOB_MAIL), GROUPS))
        there.prove(ANN_UPN, BOB_MAIL)
        asked = there.tenant.looked_for
    assert asked[: len(asked) // 2] == asked[len(asked) // 2 :] != []


def test_the_people_are_told_to_be_found_before_the_one_call() -> None:
    told: list[int] = []
    with asking() as there:
        there.ahead((facts(ANN_UPN), GROUPS))
        there.prove(ANN_UPN, on_found=lambda: told.append(len(there.turn)))
        assert there.turn and told == [0]
        there.prove(ANN_UPN, on_found=lambda: told.append(len(there.turn)))
    assert told == [0, 2]


def two(tenant: Tenant) -> None:
    tenant.users.append(user(EVE, "ann.lee@contoso.com"))


def another(tenant: Tenant) -> None:
    tenant.users[:] = [user(ANN, "was.ann@contoso.com"), user(EVE, "ann.lee@contoso.com")]


def nobody(tenant: Tenant) -> None:
    tenant.users[:] = [user(ANN, "was.ann@contoso.com")]


def an_error(tenant: Tenant) -> None:
    tenant.instead["/users"] = [FORBIDDEN]


def a_widened_answer(tenant: Tenant) -> None:
    tenant.filters = False


def unread(tenant: Tenant) -> None:
    tenant.drop = "subject"


@pytest.mark.parametrize("happens", [two, another, nobody, an_error, a_widened_answer, unread])
def test_what_the_name_means_in_the_turn_decides_and_not_what_it_meant_before(
    happens: Callable[[Tenant], None],
) -> None:
    with asking() as there:
        there.ahead((facts(ANN_UPN), GROUPS))
        happens(there.tenant)
        hinted = there.prove(ANN_UPN)
        assert "memberships" in there.turn[0]
    plain = Tenant(in_groups={EVE})
    happens(plain)
    assert hinted == without_hints(plain, ANN_UPN)


def test_nothing_that_was_answered_about_the_first_person_is_kept_for_another() -> None:
    """The one who was meant has no role; the one who is meant now has one."""
    tenant = Tenant()
    with asking(tenant) as there:
        there.ahead((facts(ANN_UPN), ANYBODY))
        another(tenant)
        clean, theirs = tenant.about, [role("62e90394-69f5-4237-9190-012177145e10")]

        def about(person: dict[str, Any], what: str, body: Any) -> Says:
            held = what == "transitiveMemberOf" and person["id"] == EVE
            return Says(200, {"value": theirs}) if held else clean(person, what, body)

        tenant.about = about  # type: ignore[method-assign]  # each person has memberships of their own
        found = there.prove(ANN_UPN, wanted=ANYBODY)
        assert len(there.turn) == 2 and "memberships" in there.turn[1]
    assert isinstance(found, Evidence)
    assert found.subject.id == EVE
    assert found == without_hints(tenant, ANN_UPN, None, ANYBODY)
    assert isinstance(found.roles, tuple) and len(found.roles) == 1


def test_if_the_requester_is_another_now_everything_is_asked_anew() -> None:
    with asking() as there:
        there.ahead((facts(ANN_UPN, BOB_MAIL), GROUPS))
        there.tenant.users[1:] = [user(EVE, "bob@contoso.com"), user(BOB, "was.bob@contoso.com")]
        found = there.prove(ANN_UPN, BOB_MAIL)
        assert len(there.turn) == 2 and {"memberships", "passes", "checked-0"} <= {*there.turn[1]}
    assert isinstance(found, Evidence) and found.requester and found.requester.id == EVE


@pytest.mark.parametrize(("seconds", "batches"), [(59, 1), (61, 2)])
def test_a_hint_counts_for_a_minute(seconds: float, batches: int) -> None:
    with asking() as there:
        there.ahead((facts(ANN_UPN), GROUPS))
        there.it.time.now += seconds
        assert isinstance(there.prove(ANN_UPN), Evidence)
        assert len(there.turn) == batches


def test_a_hint_is_used_once_for_each_ticket_that_was_asked_for() -> None:
    with asking() as there:
        there.ahead((facts(ANN_UPN, BOB_MAIL), GROUPS), (facts(BOB_MAIL), ANYBODY))
        for subject, requester in ((ANN_UPN, BOB_MAIL), (BOB_MAIL, None), (BOB_MAIL, None)):
            assert isinstance(there.prove(subject, requester), Evidence)
        assert len(there.turn) == 1 + 1 + 2


def test_where_one_of_the_names_was_not_asked_for_none_is_used() -> None:
    with asking() as there:
        there.ahead((facts(ANN_UPN), ANYBODY))
        assert isinstance(there.prove(ANN_UPN, BOB_MAIL), Evidence)
        assert len(there.turn) == 2 and "memberships" not in there.turn[0]


def test_of_more_names_than_fit_into_one_call_the_others_are_asked_for_in_their_turn() -> None:
    people = [user(f"{n:08}-1111-4111-8111-111111111111", f"p{n}@contoso.com") for n in range(15)]
    keys = [Key(f"p{n}@contoso.com") for n in range(15)]
    with asking(Tenant(users=[*people, user(BOB, "bob@contoso.com")])) as there:
        there.ahead(*((facts(key, Key(key.value, "mail")), GROUPS) for key in keys))
        assert [len(batch) for batch in there.tenant.batches] == [20]
        calls = []
        for key in keys:
            before = len(there.turn)
            assert isinstance(there.prove(key, Key(key.value, "mail")), Evidence)
            calls.append(len(there.turn) - before)
    assert calls == [1] * 10 + [2] * 5


def test_a_ticket_whose_names_do_not_all_fit_leaves_its_place_to_the_next() -> None:
    keys = [Key(f"p{n}@contoso.com") for n in range(20)]
    people = [user(f"{n:08}-1111-4111-8111-111111111111", key.value) for n, key in enumerate(keys)]
    with asking(Tenant(users=[*people, user(ANN, ANN_UPN.value), user(BOB, BOB_MAIL.value)])) as there:
        pair = (facts(ANN_UPN, BOB_MAIL), GROUPS)
        there.ahead(*((facts(key), ANYBODY) for key in keys[:19]), pair, (facts(keys[19]), ANYBODY))
        there.prove(keys[19], wanted=ANYBODY)
        assert len(there.turn) == 1
        there.prove(ANN_UPN, BOB_MAIL)
        assert len(there.turn) == 3


def test_evidence_that_does_not_fit_into_one_call_uses_no_hint() -> None:
    many = Wanted(requester_groups=tuple(f"{n:08}-0000-4000-8000-000000000000" for n in range(200)))
    with asking() as there:
        there.ahead((facts(ANN_UPN, BOB_MAIL), many))
        assert isinstance(there.prove(ANN_UPN, BOB_MAIL, many), Evidence)
        assert [len(each) for each in there.turn] == [4, 17]


def test_for_object_ids_nothing_is_asked_ahead() -> None:
    with asking() as there:
        there.ahead((facts(Key(ANN), Key(BOB, "id")), GROUPS))
        there.ahead()
        assert there.tenant.batches == []
        assert isinstance(there.prove(Key(ANN), Key(BOB, "id")), Evidence)
        assert len(there.turn) == 1


def test_a_requester_about_whom_nothing_is_asked_needs_no_hint() -> None:
    with asking() as there:
        there.ahead((facts(ANN_UPN, BOB_MAIL), ANYBODY))
        assert [len(batch) for batch in there.tenant.batches] == [1]
        found = there.prove(ANN_UPN, BOB_MAIL, ANYBODY)
        assert len(there.turn) == 1
    assert isinstance(found, Evidence) and found.requester and found.requester.id == BOB


def test_the_manager_who_would_be_mailed_is_read_in_the_one_call_too() -> None:
    mailed = Wanted(manager_of="requester")
    with asking() as there:
        there.ahead((facts(ANN_UPN, BOB_MAIL), mailed))
        there.prove(ANN_UPN, BOB_MAIL, mailed)
        assert len(there.turn) == 1 and MAILED_MANAGER in there.turn[0]


@pytest.mark.parametrize(
    "answer", [Says(503, {}), BUSY, Says(200, {"responses": "?"}), Says(400, {"error": {"code": "x"}})]
)
def test_a_call_ahead_that_fails_leaves_the_turn_as_it_was(answer: Says) -> None:
    with asking() as there:
        there.tenant.instead["$batch"] = [answer]
        try:
            there.ahead((facts(ANN_UPN), GROUPS))
        except Down as down:
            assert down.service == "entra"
        del there.tenant.instead["$batch"]
        assert isinstance(there.prove(ANN_UPN), Evidence)
        assert len(there.turn) == 2 and "memberships" not in there.turn[0]


def test_a_name_that_is_throttled_ahead_is_waited_for_by_nobody_and_keeps_no_other_back() -> None:
    with asking() as there:
        there.tenant.instead["/users"] = [BUSY, Says(200, {"value": [user(BOB, "bob@contoso.com")]})]
        there.ahead((facts(BOB_MAIL), ANYBODY), (facts(ANN_UPN), ANYBODY))
        assert there.it.time.slept == [] and len(there.tenant.batches) == 1
        del there.tenant.instead["/users"]
        there.prove(BOB_MAIL, wanted=ANYBODY)
        assert len(there.turn) == 1
        there.prove(ANN_UPN, wanted=ANYBODY)
        assert len(there.turn) == 3


def test_an_answer_that_nobody_foresaw_costs_its_own_hint_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    right = people.find

    def find(reply: Any, key: Key, *more: Any) -> Any:
        if key == ANN_UPN:
            raise KeyError("nobody foresaw it")
        return right(reply, key, *more)

    with asking() as there:
        with monkeypatch.context() as broken:
            broken.setattr(people, "find", find)
            there.ahead((facts(ANN_UPN), ANYBODY), (facts(BOB_MAIL), ANYBODY))
        there.prove(BOB_MAIL, wanted=ANYBODY)
        assert len(there.turn) == 1
        there.prove(ANN_UPN, wanted=ANYBODY)
        assert len(there.turn) == 3


def test_only_so_many_names_are_kept_and_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "MOST", 1)
    with asking() as there:
        there.ahead((facts(ANN_UPN), ANYBODY), (facts(BOB_MAIL), ANYBODY))
        there.prove(ANN_UPN, wanted=ANYBODY)
        assert len(there.turn) == 2
        there.prove(BOB_MAIL, wanted=ANYBODY)
        assert len(there.turn) == 3


def test_whom_an_old_index_names_is_read_by_id_in_the_one_call() -> None:
    ann = user(ANN, "ann.lee@contoso.com", onPremisesSamAccountName="annl")
    with asking(Tenant(users=[ann])) as there:
        there.ahead((facts(SAM), ANYBODY))
        found = there.prove(SAM, wanted=ANYBODY)
        assert len(there.turn) == 1 and "subject-by-id" in there.turn[0]
    assert isinstance(found, Evidence) and found.subject.id == ANN


def test_whom_an_old_index_passed_over_is_still_asked_about() -> None:
    ann = user(ANN, "ann.lee@contoso.com", onPremisesSamAccountName="annl")
    old = user(EVE, "adm@contoso.com", onPremisesSamAccountName="annl", accountEnabled=False)
    key = Key("annl", "sam_account_name", only_enabled=True)
    with asking(Tenant(users=[ann, old])) as there:
        there.ahead((facts(key), ANYBODY))
        assert isinstance(there.prove(key, wanted=ANYBODY), Evidence)
        assert there.turn[1:] == [["subject-rival-0"]]
        there.ahead((facts(key), ANYBODY))
        old["accountEnabled"] = True
        assert not isinstance(there.prove(key, wanted=ANYBODY), Evidence)
