"""What becomes of a TOPdesk call between the poll and the end of its pass, and of the note that showed it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.simulators.faults import Fault, Handle, when
from connector.simulators.messages import Response
from tests.endtoend.house import House
from tests.endtoend.office import Office
from tests.searching import SEARCH, searched

HOUR = 3600
AHEAD = "  starts_at: {from: optionalFields1.date1}\n"


def first(act: Callable[[], object]) -> Fault:
    """Something happens just before a request is handled."""

    def fault(handle: Handle) -> Response:
        act()
        return handle()

    return fault


def shown(house: House, ticket: str) -> list[str]:
    """The passes, dead ones too, that the ticket's notes still show."""
    return [each.text for each in house.graph.passes.issued if each.text in "\n".join(house.notes(ticket))]


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_caller_who_changed_after_the_poll_gets_no_pass_for_the_one_before(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    office.person("bob.ray")
    changed = first(lambda: office.desk.edit(ticket, caller=office.people["card bob.ray"]))
    office.graph_server.faults.add(when("POST", r"\$batch", nth=2), changed)
    assert office.once().outcomes() == {office.number(ticket): ("deferred", "ticket_changed")}
    assert not office.graph.passes.made and not office.notes(ticket)
    assert office.once().outcomes() == {office.number(ticket): ("delivered", None)}
    assert [event.user for event in office.graph.passes.audit] == [office.people["bob.ray"]]


def test_a_caller_who_changed_while_the_pass_was_made_never_sees_it(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    office.person("bob.ray")

    def slowly() -> None:
        office.desk.edit(ticket, caller=office.people["card bob.ray"])
        office.clock.added += 5

    office.graph_server.faults.add(when("POST", "temporaryAccess"), first(slowly))
    office.once()
    assert office.graph.passes.made == 1 and not office.notes(ticket)
    office.ended(4)
    (live,) = office.graph.passes.live()
    assert (live.user, office.held(ticket)) == (office.people["bob.ray"], [live.text])


ENDS = [
    {"closed": True},
    {"completed": True},
    {"category": "Hardware"},
    {"processingStatus": "Closed"},
    {"processingStatus": "Waiting for caller"},
]


@pytest.mark.parametrize("how", searched(ENDS, ENDS[0], ENDS[2]))
def test_a_call_that_somebody_ends_has_its_pass_revoked_and_its_note_taken_away(
    office: Office, how: dict[str, Any]
) -> None:
    office.allow("delete_own_memo")
    ticket = office.ticket("ann.lee")
    office.once()
    assert len(shown(office, ticket)) == 1
    office.desk.edit(ticket, **how)
    before = office.desk.incident(ticket)
    assert office.ended() == 1
    assert office.graph.passes.live() == [] and shown(office, ticket) == []
    assert any("revoked" in note for note in office.notes(ticket)) and office.unseen()
    after = office.desk.incident(ticket)
    assert {name for name in before if before[name] != after[name]} <= {"modificationDate", "modifier"}


@SEARCH
@pytest.mark.parametrize("gone", ["archived", "removed", "hidden"])
def test_a_call_that_is_gone_has_its_pass_revoked(office: Office, gone: str) -> None:
    ticket, other = office.ticket("ann.lee"), office.ticket("bob.ray")
    office.once()
    assert len(office.held(ticket)) == 1
    if gone == "hidden":
        office.desk.access.hidden_incidents.add(ticket)
    else:
        {"archived": office.desk.archive, "removed": office.desk.remove}[gone](ticket)
    assert office.ended() == 1
    assert [each.user for each in office.graph.passes.live()] == [office.people["bob.ray"]]
    assert len(office.held(other)) == 1


@pytest.mark.parametrize("may", [True, False])
def test_a_used_pass_settles_the_call_and_its_note_goes_where_the_account_may(
    office: Office, may: bool
) -> None:
    if may:
        office.allow("delete_own_memo")
    ticket = office.ticket("ann.lee")
    theirs = office.desk.say(
        ticket, "Ann called again.", by=office.desk.add_operator("Fred Agent"), invisible=True
    )
    office.once()
    office.clock.added += 100
    office.graph.use("ann.lee@contoso.com")
    assert office.ended() == 0
    assert len(shown(office, ticket)) == 1
    office.clock.added += 901
    assert office.ended() == 1
    assert (office.status(ticket), office.desk.incident(ticket)["closureCode"]["name"]) == (
        "Completed",
        "Solved",
    )
    assert len(shown(office, ticket)) == (0 if may else 1) and office.graph.passes.live() == []
    assert any(
        "was used and has been deleted" in note and "Used (TAP-" in note for note in office.notes(ticket)
    )
    assert theirs in {each["id"] for each in office.desk.actions(ticket)} and office.unseen()
    assert office.once().report["tickets"] == []


def test_only_the_note_with_the_pass_is_taken_away_however_much_the_account_may(office: Office) -> None:
    office.allow("delete_own_memo", "delete_all_memo")
    ticket, fred = office.ticket("ann.lee"), office.desk.add_operator("Fred Agent")
    office.once()
    (note,) = office.notes(ticket)
    (reference,) = re.findall(r"TAP-\w+-1", note)
    kept = {
        office.desk.say(ticket, f"Told Ann where to find {reference}.", by=fred, invisible=True),
        office.desk.say(
            ticket, "Imported tonight.", invisible=True
        ),  # by another tool that uses passdesk's account
    }
    assert len(shown(office, ticket)) == 1
    office.desk.edit(ticket, closed=True)
    assert office.ended() == 1
    assert shown(office, ticket) == [] and kept <= {each["id"] for each in office.desk.actions(ticket)}


def test_an_expired_pass_ends_with_a_word_and_without_its_note(office: Office) -> None:
    office.allow("delete_own_memo")
    ticket = office.ticket("ann.lee")
    office.once()
    assert len(shown(office, ticket)) == 1
    office.clock.added += HOUR + 100
    assert office.ended() == 1
    assert shown(office, ticket) == [] and office.unseen()
    assert [note.splitlines()[0] for note in office.notes(ticket)][-1].endswith("has expired.")
    assert office.graph.passes.standing(office.people["ann.lee"]) is None


def test_a_pass_begins_when_the_call_says(office: Office) -> None:
    office.rewrite("calls.yaml", ("settle:\n", f"{AHEAD}settle:\n"))
    start = int(office.clock()) + 72 * HOUR
    ticket = office.ticket("new.hand", optionalFields1={"date1": moment(start)})
    late = office.ticket("too.late", optionalFields1={"date1": moment(start - 90 * HOUR)})
    far = office.ticket("too.far", optionalFields1={"date1": moment(start + 60 * 24 * HOUR)})
    soon = office.ticket("ann.lee")
    assert office.once().outcomes() == {
        office.number(ticket): ("delivered", None),
        office.number(late): ("refused", "start_not_allowed"),
        office.number(far): ("refused", "start_not_allowed"),
        office.number(soon): ("delivered", None),
    }
    starts = {each.user: each.start for each in office.graph.passes.issued}
    assert start <= starts[office.people["new.hand"]] <= start + 1
    assert starts[office.people["ann.lee"]] < office.clock() + 120


def test_a_pass_begins_now_where_its_start_has_just_passed_and_the_mapping_says_so(office: Office) -> None:
    late = AHEAD.replace("date1}", "date1, late: now, late_at_most: 12h}")
    assert late != AHEAD
    office.rewrite("calls.yaml", ("settle:\n", f"{late}settle:\n"))
    now = int(office.clock())
    today = office.ticket("new.hand", optionalFields1={"date1": moment(now - 11 * HOUR)})
    before = office.ticket("too.late", optionalFields1={"date1": moment(now - 13 * HOUR)})
    assert office.once().outcomes() == {
        office.number(today): ("delivered", None),
        office.number(before): ("refused", "start_not_allowed"),
    }
    (made,) = office.graph.passes.issued
    assert now < made.start < office.clock() + 120


def test_a_pass_that_lies_ahead_is_revoked_when_its_person_may_have_none_any_more(office: Office) -> None:
    office.allow("delete_own_memo")
    office.rewrite("calls.yaml", ("settle:\n", f"{AHEAD}settle:\n"))
    ticket = office.ticket("new.hand", optionalFields1={"date1": moment(office.clock() + 72 * HOUR)})
    office.once()
    assert len(shown(office, ticket)) == 1
    office.graph.tenant.users[office.people["new.hand"]].properties["accountEnabled"] = False
    assert office.ended() == 1
    assert office.graph.passes.live() == [] and shown(office, ticket) == [] and office.unseen()
