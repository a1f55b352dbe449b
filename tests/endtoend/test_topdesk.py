"""`passdesk once --json` against TOPdesk: what the outside relies on, and what callers never see."""

from __future__ import annotations

from typing import Any

import pytest

from connector.simulators.topdesk.sample import address
from tests.endtoend.office import WATCH, Office
from tests.searching import SEARCH, searched

OBJECT = {"seen", "delivered", "refused", "deferred", "stuck", "ended", "duration_s", "tickets"}
TICKET = {"desk", "ticket", "mapping", "outcome", "reason", "detail"}


def test_every_eligible_call_is_delivered_once_where_callers_do_not_see_it(office: Office) -> None:
    tickets = [office.ticket(f"person{n}") for n in range(5)]
    ran = office.once()
    assert (ran.code, ran.report["seen"], ran.report["delivered"]) == (0, 5, 5), ran.err
    assert all(len(office.held(each)) == 1 for each in tickets)
    assert all(office.status(each) == "In progress" for each in tickets)
    assert office.unseen()
    before = office.desk.incidents(), [office.notes(each) for each in tickets]
    again = office.once()
    assert (again.code, again.report["seen"], again.report["delivered"], again.report["tickets"]) == (
        0,
        5,
        0,
        [],
    )
    assert (office.desk.incidents(), [office.notes(each) for each in tickets]) == before
    assert office.graph.passes.made == 5


def test_the_object_of_once_json_is_the_contracts(office: Office) -> None:
    delivered, refused = office.ticket("ann.lee"), office.ticket("gone")
    office.graph.tenant.users[office.people["gone"]].properties["accountEnabled"] = False
    report = office.once().report
    assert set(report) == OBJECT
    assert (
        all(type(report[each]) is int for each in OBJECT - {"duration_s", "tickets"})
        and report["duration_s"] > 0
    )
    assert all(set(each) == TICKET for each in report["tickets"])
    known = {"desk": "bureau", "mapping": "calls"}
    first, second = report["tickets"]
    assert first == known | {
        "ticket": office.number(delivered),
        "outcome": "delivered",
        "reason": None,
        "detail": "",
    }
    assert second.pop("detail")
    assert second == known | {
        "ticket": office.number(refused),
        "outcome": "refused",
        "reason": "subject_disabled",
    }


def test_refusals_are_right_and_said_once_where_callers_do_not_see_them(office: Office) -> None:
    office.person("boss")
    office.graph.tenant.assign(office.people["boss"], "User Administrator")
    office.person("gone", accountEnabled=False)
    office.person("guest", userType="Guest")
    office.people["card nobody"] = office.desk.add_person("No Body", email="nobody@contoso.com")
    expected = {
        office.ticket("boss"): "subject_privileged",
        office.ticket("gone"): "subject_disabled",
        office.ticket("guest"): "subject_guest",
        office.ticket("nobody"): "subject_not_found",
        office.ticket("left"): "subject_missing",
    }
    office.desk.edit_person(office.people["card left"], archived=True)
    ran = office.once()
    assert ran.code == 0
    assert ran.outcomes() == {
        office.number(ticket): ("refused", reason) for ticket, reason in expected.items()
    }
    assert office.once().report["tickets"] == []
    for ticket, reason in expected.items():
        (note,) = office.notes(ticket)
        assert reason in note
        assert office.status(ticket) == "Waiting for caller"
    assert office.unseen() and not office.graph.passes.made


def test_an_address_that_somebody_typed_is_nobodys_identity(office: Office) -> None:
    office.person("grace.boss")
    stranger = office.call({"dynamicName": "Grace Boss", "email": address("Grace Boss")})
    ticket = office.ticket("ann.lee")
    office.desk.edit(ticket, caller={"email": address("Grace Boss")})
    ran = office.once()
    assert ran.outcomes() == {
        office.number(stranger): ("refused", "subject_missing"),
        office.number(ticket): ("delivered", None),
    }
    assert [event.user for event in office.graph.passes.audit] == [office.people["ann.lee"]]


@pytest.mark.parametrize("dropped", [True, False])
def test_no_call_outside_watch_is_touched_whatever_the_server_returns(office: Office, dropped: bool) -> None:
    if dropped:
        office.trap(unknown_field="dropped")
        office.rewrite("calls.yaml", (WATCH, "watch: {category.name: Identity, optionalFields1.text1: pass}"))
    inside = office.ticket("ann.lee", optionalFields1={"text1": "pass"})
    others = [
        office.ticket("bob.ray", category="Hardware"),
        office.ticket("bob.ray", processingStatus="Closed"),
        office.ticket("bob.ray", optionalFields1={"text1": "no pass"}, processingStatus="Waiting for caller"),
    ]
    office.desk.archive(office.ticket("eve.old", optionalFields1={"text1": "pass"}))
    before = [office.desk.incident(each) for each in others]
    ran = office.once()
    assert (ran.report["seen"], ran.outcomes()) == (1, {office.number(inside): ("delivered", None)})
    assert [office.desk.incident(each) for each in others] == before
    assert not any(office.notes(each) for each in others)


def test_a_reference_that_a_caller_typed_keeps_no_pass_back(office: Office) -> None:
    ticket = office.ticket("ann.lee", request="Reference TAP-7QK3F9C2-1")
    office.desk.say(ticket, "Reference TAP-7QK3F9C2-1", by=office.people["card ann.lee"])
    assert office.once().outcomes() == {office.number(ticket): ("delivered", None)}


def test_a_ledger_that_was_lost_issues_nothing_to_calls_that_carry_a_reference(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    office.once()
    for each in office.folder.glob("passdesk.db*"):
        each.unlink()
    ran = office.once()
    assert (ran.code, ran.outcomes()) == (1, {office.number(ticket): ("stuck", "unknown_history")})
    assert office.graph.passes.made == 1 and office.unseen()


def test_a_number_with_a_blank_in_it_is_explained_and_nothing_is_written(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    number, before = office.number(ticket), office.desk.incident(ticket)
    assert " " in number
    ran = office.run("explain", "bureau", number)
    assert ran.code == 0 and number in ran.out and "→ a pass that works once" in ran.out
    seen: dict[str, Any] = office.run("explain", "bureau", number, "--json").report
    assert seen["ticket"] == number and seen["mappings"][0]["would"]["to"] == "note:action"
    assert (
        office.desk.incident(ticket) == before and not office.notes(ticket) and not office.graph.passes.made
    )
    assert not list(office.folder.glob("passdesk.db*"))


def test_a_number_with_a_blank_in_it_has_a_history(office: Office) -> None:
    number = office.number(office.ticket("ann.lee"))
    other = office.number(office.ticket("bob.ray"))
    office.once()
    ran = office.run("history", "--ticket", number, "--json")
    lines: Any = ran.report["entries"]
    assert {line["number"] for line in lines} == {number}
    assert {"issuing", "issued", "delivered"} <= {line["action"] for line in lines}
    assert other not in office.run("history", "--ticket", number).out


def test_a_person_may_revoke_the_pass_of_a_number_with_a_blank(office: Office) -> None:
    office.allow("delete_own_memo")
    ticket = office.ticket("ann.lee")
    office.once()
    assert len(office.held(ticket)) == 1
    assert office.run("revoke", "bureau", office.number(ticket)).code == 0
    office.ended()
    assert office.graph.passes.live() == [] and office.unseen()
    assert not [each for each in office.graph.passes.issued if each.text in "\n".join(office.notes(ticket))]


VERSIONS = [
    {"paging": "old"},
    {"paging": "old", "unknown_parameter": "refused"},
    {"paging": "both", "empty_list": 200, "next_page_url": "absent"},
    {"uppercase_ids": True, "trail_order": "oldest", "trail_dates": "mixed"},
    {"persons_default": "v2", "group_as_operator": True, "errors": "html"},
]


@SEARCH
@pytest.mark.parametrize("traps", searched(VERSIONS, VERSIONS[1], VERSIONS[3]))
def test_every_version_of_topdesk_is_served_to_its_last_call(
    office: Office, traps: dict[str, object]
) -> None:
    office.trap(**traps)
    assert office.once().report["seen"] == 0
    tickets = [office.ticket(f"person{n}") for n in range(12)]
    ran = office.once()
    assert (ran.code, ran.report["delivered"]) == (0, 12), ran.out
    assert all(len(office.held(each)) == 1 for each in tickets) and office.unseen()
