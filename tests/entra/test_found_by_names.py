"""People found by the names of older systems, and of several accounts the enabled one: one, or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.entra.directory import EntraDirectory
from connector.entra.graph import Graph, GraphReply, GraphRequest
from connector.entra.people import find, request_for
from connector.guards.evidence import Evidence, Wanted
from connector.mapping import Facts, FindBy, Key
from connector.simulators import Graph as SimulatedGraph
from connector.simulators import Served
from tests.entra.no_paths import NoPaths
from tests.entra.tenant import ANN, BOB, Signing, user

SAM: FindBy = "sam_account_name"
ALIAS: FindBy = "alias"
NOBODY_OR_MORE = (Reason.SUBJECT_NOT_FOUND, Reason.SUBJECT_AMBIGUOUS)


@dataclass
class Token(Signing):
    text: str

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}"}


@dataclass
class Asking:
    """A directory of the connector in front of a simulated tenant; `asked`: every part of its batches."""

    there: SimulatedGraph
    graph: Graph
    asked: list[GraphRequest]

    def prove(self, subject: Key, requester: Key | None = None) -> Evidence | No | NotYet:
        directory = EntraDirectory(self.graph, NoPaths(), monotonic=lambda: 0.0)
        return directory.prove(Facts(subject, requester, {}, "digest"), Wanted())

    def upn(self, subject: Key, requester: Key | None = None) -> str:
        found = self.prove(subject, requester)
        assert isinstance(found, Evidence), found
        return found.subject.upn

    def reason(self, subject: Key, requester: Key | None = None) -> Reason:
        found = self.prove(subject, requester)
        assert isinstance(found, No | NotYet)
        return found.reason

    def add(self, upn: str, **more: object) -> str:
        return self.there.tenant.add_user(upn, **more)  # type: ignore[arg-type]  # properties, as in Graph


@contextmanager
def asking() -> Iterator[Asking]:
    there = SimulatedGraph(clock=lambda: 1_750_000_000.0)
    there.tokens.roles |= {"Organization.Read.All"}
    with Served(there) as served:
        graph = Graph(served.url, Token(there.tokens.issue().text))
        parts: list[GraphRequest] = []
        batch = graph.batch

        def seen(requests: list[GraphRequest], first: object = None) -> dict[str, GraphReply]:
            parts.extend(requests)
            return batch(requests)

        graph.batch = seen  # type: ignore[method-assign,assignment]  # what is asked is part of the promise
        yield Asking(there, graph, parts)
        graph.close()


@pytest.mark.parametrize("written", ["annl", "ANNL", "o'brien", "o'' or x eq '", "zoë"])
def test_a_person_is_found_by_the_account_name_of_windows(written: str) -> None:
    with asking() as it:
        it.add("other@contoso.com", onPremisesSamAccountName="other")
        it.add("ann@contoso.com", onPremisesSamAccountName=written.lower())
        assert it.upn(Key(written, SAM)) == "ann@contoso.com"
        assert it.reason(Key(f"{written}x", SAM)) is Reason.SUBJECT_NOT_FOUND


def test_the_account_name_is_asked_with_its_header_in_its_part_alone_and_then_read_by_id() -> None:
    with asking() as it:
        id_ = it.add("ann@contoso.com", onPremisesSamAccountName="annl")
        it.add("kim@contoso.com", onPremisesSamAccountName="kim")
        it.prove(Key("annl", SAM), Key("kim", SAM))
        with_header = [each.id for each in it.asked if each.headers == {"ConsistencyLevel": "eventual"}]
        assert with_header == ["subject", "requester"]
        assert all("$count=true" in each.path for each in it.asked if each.headers)
        by_id = [each.path for each in it.asked if each.path.startswith(f"/users/{id_}?")]
        assert len(by_id) == 1


def test_without_its_header_the_simulated_graph_refuses_the_account_name_too() -> None:
    with asking() as it:
        it.add("ann@contoso.com", onPremisesSamAccountName="annl")
        right = request_for("subject", Key("annl", SAM))
        assert right
        bare = GraphRequest("bare", right.path)
        uncounted = GraphRequest("uncounted", right.path.replace("&$count=true", ""), headers=right.headers)
        replies = it.graph.batch([right, bare, uncounted])
        assert (replies["subject"].status, replies["bare"].status, replies["uncounted"].status) == (
            200,
            400,
            400,
        )
        assert replies["bare"].code == "Request_UnsupportedQuery"


def test_one_account_name_in_two_domains_is_nobody_s() -> None:
    with asking() as it:
        it.add("ann@contoso.com", onPremisesSamAccountName="annl")
        it.add("ann@fabrikam.com", onPremisesSamAccountName="AnnL")
        assert it.reason(Key("annl", SAM)) is Reason.SUBJECT_AMBIGUOUS


@pytest.mark.parametrize("who", ["subject", "requester"])
@pytest.mark.parametrize("gone", [False, True])
def test_an_old_index_gives_nobody_a_pass(who: str, gone: bool) -> None:
    """Between the query and the read by id the account has got another name, or is gone."""
    with asking() as it:
        id_ = it.add("ann@contoso.com", onPremisesSamAccountName="annl")
        it.add("kim@contoso.com", onPremisesSamAccountName="kim")
        batch = it.graph.batch

        def later(requests: list[GraphRequest], first: object = None) -> dict[str, GraphReply]:
            replies = batch(requests)
            if gone:
                it.there.tenant.users.pop(id_, None)
            else:
                it.there.tenant.users[id_].properties["onPremisesSamAccountName"] = "someone.else"
            return replies

        it.graph.batch = later  # type: ignore[method-assign,assignment]  # the directory moves on
        ann, kim = Key("annl", SAM), Key("kim", SAM)
        keys = (ann, kim) if who == "subject" else (kim, ann)
        assert it.reason(*keys) is Reason.SUBJECT_TOO_NEW


@pytest.mark.parametrize("who", ["subject", "requester"])
@pytest.mark.parametrize("now", ["enabled", "renamed", "gone", "as it was"])
def test_an_old_index_that_calls_another_account_disabled_gives_nobody_a_pass(who: str, now: str) -> None:
    """Two domains may have the same account name, for two people."""
    with asking() as it:
        it.add("ann@contoso.com", onPremisesSamAccountName="annl")
        other = it.add("ann@fabrikam.com", onPremisesSamAccountName="annl", accountEnabled=False)
        it.add("kim@contoso.com", onPremisesSamAccountName="kim")
        batch, users = it.graph.batch, it.there.tenant.users

        def later(requests: list[GraphRequest], first: object = None) -> dict[str, GraphReply]:
            replies = batch(requests)
            if now == "gone":
                users.pop(other, None)
            elif now == "enabled":
                users[other].properties["accountEnabled"] = True
            elif now == "renamed":
                users[other].properties |= {"accountEnabled": True, "onPremisesSamAccountName": "old"}
            return replies

        it.graph.batch = later  # type: ignore[method-assign,assignment]  # the directory moves on
        ann, kim = Key("annl", SAM, only_enabled=True), Key("kim", SAM)
        found = it.prove(*((ann, kim) if who == "subject" else (kim, ann)))
        if now == "enabled":
            assert isinstance(found, NotYet) and found.reason is Reason.SUBJECT_TOO_NEW
        else:
            assert isinstance(found, Evidence)


@pytest.mark.parametrize("held", ["SMTP:ann.lee@contoso.com", "smtp:ann.lee@contoso.com"])
@pytest.mark.parametrize("written", ["ann.lee@contoso.com", "Ann.Lee@Contoso.com"])
def test_a_person_is_found_by_any_of_their_addresses(held: str, written: str) -> None:
    with asking() as it:
        it.add("other@contoso.com", proxyAddresses=["SMTP:ann.lee2@contoso.com", "sip:ann.lee@contoso.com"])
        it.add("ann@contoso.com", proxyAddresses=["X500:/o=x", held])
        assert it.upn(Key(written, ALIAS)) == "ann@contoso.com"


def test_an_address_with_an_apostrophe_is_an_address() -> None:
    with asking() as it:
        it.add("pat@contoso.com", proxyAddresses=["smtp:pat.o'brien@contoso.com"])
        assert it.upn(Key("pat.o'brien@contoso.com", ALIAS)) == "pat@contoso.com"
        assert it.reason(Key("x' or id ne '", ALIAS)) is Reason.SUBJECT_NOT_FOUND


def test_an_address_of_two_people_is_nobody_s() -> None:
    with asking() as it:
        it.add("ann@contoso.com", proxyAddresses=["smtp:desk@contoso.com"])
        it.add("bob@contoso.com", proxyAddresses=["SMTP:desk@contoso.com"])
        assert it.reason(Key("desk@contoso.com", ALIAS)) is Reason.SUBJECT_AMBIGUOUS


@pytest.mark.parametrize(
    ("find_by", "name", "rows"), [(SAM, "onPremisesSamAccountName", 2), (ALIAS, "proxyAddresses", 2)]
)
def test_a_server_that_drops_the_filter_misdirects_nothing(find_by: FindBy, name: str, rows: int) -> None:
    key = Key("annl", find_by)
    value: object = "annl" if find_by == SAM else ["smtp:annl"]
    people = [user(ANN, "ann@contoso.com", **{name: value}), user(BOB, "bob@contoso.com", **{name: None})]
    found = find(GraphReply(200, {"value": people[:rows]}), key, NOBODY_OR_MORE, frozenset)
    assert getattr(found, "id", "") == ANN


NUMBER = Key("42", "employee_id")
ENABLED = Key("42", "employee_id", only_enabled=True)


def test_of_two_accounts_with_one_number_the_enabled_one_is_meant_where_the_mapping_says_so() -> None:
    with asking() as it:
        it.add("old@contoso.com", employeeId="42", accountEnabled=False)
        it.add("new@contoso.com", employeeId="42")
        assert it.upn(ENABLED) == "new@contoso.com"
        assert it.reason(NUMBER) is Reason.SUBJECT_AMBIGUOUS


@pytest.mark.parametrize("enabled", [True, False])
def test_two_accounts_that_are_both_enabled_or_neither_are_nobody_s(enabled: bool) -> None:
    with asking() as it:
        for upn in ("a@contoso.com", "b@contoso.com"):
            it.add(upn, employeeId="42", accountEnabled=enabled)
        assert it.reason(ENABLED) is Reason.SUBJECT_AMBIGUOUS


def test_a_single_account_that_is_disabled_is_told_as_that() -> None:
    with asking() as it:
        it.add("old@contoso.com", employeeId="42", accountEnabled=False)
        found = it.prove(ENABLED)
        assert isinstance(found, Evidence)
        assert found.subject.enabled is False


def test_an_account_of_which_it_cannot_be_told_may_be_the_one() -> None:
    rows = [user(ANN, "a@contoso.com", employeeId="42"), user(BOB, "b@contoso.com", employeeId="42")]
    rows[1]["accountEnabled"] = None
    found = find(GraphReply(200, {"value": rows}), ENABLED, NOBODY_OR_MORE, frozenset)
    assert isinstance(found, NotYet)
    assert found.reason is Reason.EVIDENCE_MISSING


@pytest.mark.parametrize(("kind", "external"), [("Member", False), ("Guest", True), (None, False)])
@pytest.mark.parametrize("find_by", [SAM, "employee_id"])
def test_who_is_read_again_or_is_the_enabled_one_is_a_guest_or_none_by_the_same_signs(
    find_by: FindBy, kind: str | None, external: bool
) -> None:
    """A tenant's oldest accounts have no userType, and are members where the tenant's own domain says so."""
    with asking() as it:
        it.add("old@contoso.com", employeeId="annl", accountEnabled=False)
        names = {"employeeId": "annl", "onPremisesSamAccountName": "annl"}
        it.add("ann@contoso.com", userType=kind, **names)
        found = it.prove(Key("annl", find_by, only_enabled=True))
        assert isinstance(found, Evidence)
        assert (found.subject.upn, found.subject.external) == ("ann@contoso.com", external)
