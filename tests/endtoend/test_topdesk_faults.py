"""TOPdesk at its worst: lost replies, notes that callers see, doors that are shut. One delivered pass, or
none and a sentence.
"""

from __future__ import annotations

import pytest

from connector.simulators.faults import (
    Fault,
    Handle,
    Late,
    drop_after,
    drop_before,
    failure,
    html_page,
    truncated,
    when,
)
from connector.simulators.messages import Response
from connector.simulators.topdesk.texts import plain
from tests.endtoend.office import Office
from tests.endtoend.test_topdesk_ends import shown
from tests.searching import SEARCH, searched

TRAIL = "progresstrail"
LOST: list[Fault] = [
    drop_before,
    drop_after,
    truncated,
    html_page(handled=True),
    html_page(),
    failure(500, handled=True),
    failure(503),
]


def alone(office: Office, ticket: str) -> None:
    """One delivered live pass, in the last note, no other that nobody holds, and nothing that callers see."""
    (held,) = office.held(ticket)
    assert held in office.notes(ticket)[-1]
    assert office.unknown(*(each["id"] for each in office.desk.incidents())) == 0
    assert office.unseen()


@SEARCH
@pytest.mark.parametrize("fault", searched(LOST, drop_before, drop_after))
def test_a_note_whose_reply_is_lost_ends_in_one_delivered_live_pass(office: Office, fault: Fault) -> None:
    ticket = office.ticket("ann.lee")
    office.server.faults.add(when("PATCH", "incidents"), fault)
    office.once()
    assert office.settle().code == 0
    alone(office, ticket)
    assert office.once().report["tickets"] == []


def test_a_note_that_landed_without_a_reply_is_not_written_again(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    office.server.faults.add(when("PATCH", "incidents"), drop_after)
    assert office.once().outcomes() == {office.number(ticket): ("delivered", None)}
    assert office.graph.passes.made == 1 and len(office.notes(ticket)) == 1


@pytest.mark.parametrize(("sweeps", "held"), [(1, 1), (4, 0)])
def test_a_note_that_lands_late_never_stays_as_the_last_word(office: Office, sweeps: int, held: int) -> None:
    """Before the next attempt's it is replaced; after it, agents would read a dead pass, so a person is
    asked.
    """
    ticket, late = office.ticket("ann.lee"), Late()
    office.server.faults.add(when("PATCH", "incidents"), late)
    office.ended(sweeps)
    assert late.land() == 1
    office.settle()
    office.ended()
    assert len(office.graph.passes.live()) == len(office.held(ticket)) == held and office.unseen()
    verdict = {} if held else {office.number(ticket): ("stuck", "note_overwritten")}
    assert office.once().outcomes() == verdict


@pytest.mark.parametrize("fault", [failure(503), drop_before, html_page()])
def test_a_trail_that_cannot_be_read_for_a_while_costs_no_pass(office: Office, fault: Fault) -> None:
    ticket = office.ticket("ann.lee")
    office.server.faults.add(when("GET", TRAIL, times=10), fault)
    office.once()
    office.server.faults.clear()
    office.settle()
    alone(office, ticket)


def test_without_any_look_into_the_trail_no_pass_stays(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    office.server.faults.add(when("GET", TRAIL, times=999), failure(403))
    for _ in range(12):
        ran = office.once()
        office.clock.added += 31
    assert (ran.code, ran.outcomes()) == (1, {office.number(ticket): ("stuck", "attempts_exhausted")})
    assert len(shown(office, ticket)) == office.graph.passes.made == 4
    assert office.graph.passes.live() == [] and office.unseen()
    assert "trail" in ran.report["tickets"][0]["detail"]


@SEARCH  # `test_without_any_look_into_the_trail_no_pass_stays` stands for it
def test_without_any_look_into_the_trail_two_tickets_make_one_pass_each_and_none_is_stuck(
    office: Office,
) -> None:
    every = [office.ticket(f"person{number}") for number in range(5)]
    office.server.faults.add(when("GET", TRAIL, times=999), failure(403))
    for _ in range(12):
        ran = office.once()
        office.clock.added += 31
    assert set(ran.outcomes().values()) == {("deferred", "desk_refused")}
    assert office.graph.passes.made <= len(every) and office.graph.passes.live() == []
    office.server.faults.clear()
    for _ in range(6):
        office.clock.added += 300
        office.once()
    assert [len(office.held(each)) for each in every] == [1] * 5


def test_a_desk_that_shows_callers_its_notes_is_left_alone_by_the_next_process_too(office: Office) -> None:
    """Each `once` is a process of its own. The first ticket is for a person; the others wait, and one of them
    tries when 15 minutes are over.
    """
    office.trap(invisible="ignored")
    office.allow("delete_own_memo")
    office.ticket("ann.lee")
    office.once()
    assert office.graph.passes.made == 1
    others = [office.ticket(name) for name in ("bob.ray", "cem.oz")]
    for _ in range(5):
        outcomes = office.once().outcomes()
        office.clock.added += 120
    assert [outcomes[office.number(each)] for each in others] == [("deferred", "desk_refused")] * 2
    assert office.graph.passes.made == 1
    office.clock.added += 900
    office.once()
    assert office.graph.passes.made == 2 and office.graph.passes.live() == []


@pytest.mark.parametrize("may", [True, False])
def test_a_note_that_callers_see_ends_its_pass_and_a_person_is_told(office: Office, may: bool) -> None:
    office.trap(invisible="ignored")
    if may:
        office.allow("delete_own_memo")
    ticket = office.ticket("ann.lee")
    for _ in range(5):
        ran = office.once()
        assert not office.held(ticket)
        office.clock.added += 31
    (told,) = ran.report["tickets"]
    assert (ran.code, told["outcome"], told["reason"]) == (1, "stuck", "attempts_exhausted")
    assert "callers" in told["detail"] and ("delete it" in told["detail"]) is not may
    assert office.graph.passes.live() == [] and office.graph.passes.made == 1
    (made,), seen = office.graph.passes.issued, "\n".join(map(plain, office.desk.visible_to_caller(ticket)))
    assert (made.text in seen) is not may


@pytest.mark.parametrize(
    "traps", [{"newlines": "lost"}, {"unknown_tags": "escape"}, {"unknown_tags": "keep", "newlines": "break"}]
)
def test_what_the_sanitiser_does_to_line_ends_and_tags_does_no_harm(
    office: Office, traps: dict[str, object]
) -> None:
    office.trap(**traps)
    office.person("ann.lee", displayName='Ann <b>& Bob</b> "O\'Lee"')
    ticket = office.ticket("ann.lee")
    assert office.once().outcomes() == {office.number(ticket): ("delivered", None)}
    alone(office, ticket)


def test_a_note_that_does_not_show_the_pass_as_it_is_ends_it(office: Office) -> None:
    office.trap(entities="literal")
    office.allow("delete_own_memo")
    office.person("ann.lee", displayName="Ann & Bob")
    ticket = office.ticket("ann.lee")
    for _ in range(5):
        ran = office.once()
        office.clock.added += 31
    assert (
        ran.outcomes() == {office.number(ticket): ("stuck", "attempts_exhausted")}
        and office.graph.passes.made == 1
    )
    assert "not shown as it was written" in ran.report["tickets"][0]["detail"]
    assert office.graph.passes.live() == [] and office.unseen()


@pytest.mark.parametrize("status", [200, 502, 503])
def test_a_desk_that_is_being_updated_is_not_reached_and_nothing_is_made(office: Office, status: int) -> None:
    ticket = office.ticket("ann.lee")
    office.trap(maintenance=status)
    ran = office.once()
    assert (ran.code, ran.report["unreachable"], ran.report["tickets"]) == (3, ["bureau"], [])
    assert not office.graph.passes.made
    office.trap(maintenance=0)
    assert office.once().outcomes() == {office.number(ticket): ("delivered", None)}


@pytest.mark.parametrize("shape", ["list", "html"])
def test_a_password_that_expired_is_tried_once_and_no_account_is_locked(office: Office, shape: str) -> None:
    office.ticket("ann.lee")
    office.trap(unauthorized=shape, lock_out_after=3)
    right, office.desk.account.password = office.desk.account.password, "renewed"
    ran = office.once()
    assert (ran.code, ran.report["sign_in_refused"][0]["service"]) == (1, "bureau")
    assert office.desk.account.wrong == 1 and not office.graph.passes.made
    office.desk.account.password = right
    assert office.once().report["delivered"] == 1


def test_a_password_that_expires_in_the_middle_of_a_delivery_leaves_no_pass(office: Office) -> None:
    ticket = office.ticket("ann.lee")

    def expire(handle: Handle) -> Response:
        office.desk.account.expires_at = office.clock()
        return handle()

    office.graph_server.faults.add(when("POST", "temporaryAccess"), expire)
    ran = office.once()
    assert (ran.code, ran.report["tickets"][0]["reason"]) == (1, "sign_in_refused")
    office.ended()
    assert office.graph.passes.made == office.graph.passes.counted("deleted") == 1
    assert office.graph.passes.live() == [] and not office.notes(ticket)
    office.desk.account.expires_at = None
    office.settle()
    alone(office, ticket)


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_a_desk_that_asks_to_be_left_alone_is_not_reached_and_served_later(
    office: Office, method: str
) -> None:
    ticket = office.ticket("ann.lee")
    office.server.faults.add(when(method, "incidents", times=9), failure(429, "30"))
    ran = office.once()
    assert (ran.code, ran.report["unreachable"]) == (3, ["bureau"])
    office.server.faults.clear()
    office.settle()
    office.ended()
    alone(office, ticket)


@SEARCH  # `test_a_desk_that_asks_to_be_left_alone` stands for it
def test_no_more_calls_than_a_minute_allows_is_no_reason_to_lose_one(office: Office) -> None:
    tickets = [office.ticket(f"person{n}") for n in range(3)]
    office.trap(calls_per_minute=11)
    for _ in range(16):  # a 429 lets the desk rest, for all of them
        office.once()
        office.clock.added += 61
    for ticket in tickets:
        alone(office, ticket)
