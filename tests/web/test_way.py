"""How far a ticket is, told from its row and its trail."""

from __future__ import annotations

import pytest

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.reasons import MEANINGS, Reason
from connector.ledger.rows import AuditLine, Row
from connector.web.timeline import APART, timeline
from connector.web.way import STEPS, told, way

TO_THE_END = (
    Event.CLAIMED,
    Event.ISSUING,
    Event.ISSUED,
    Event.DELIVERED,
    Event.SETTLED,
    Event.REVOKING,
    Event.ENDED,
)


def row(state: State, reason: Reason | None = None, then: State | None = None) -> Row:
    return Row("d", "1", "INC1", "m", state, None, None, 1, 0.0, "TAP-1", 0.0, reason=reason, then_=then)


def trail(*events: Event) -> list[AuditLine]:
    return [AuditLine(at + 1, 10.0 * at, "d", "1", "INC1", str(each)) for at, each in enumerate(events)]


def shown(
    state: State, events: tuple[Event, ...], reason: Reason | None = None, then: State | None = None
) -> str:
    return "".join(each.sign for each in way(row(state, reason, then), trail(*events)))


@pytest.mark.parametrize(
    ("state", "count", "signs"),
    [
        (State.CLAIMED, 1, "…······"),
        (State.ISSUING, 2, "✓✓✓?···"),
        (State.DELIVERING, 3, "✓✓✓✓?··"),
        (State.LIVE, 5, "✓✓✓✓✓✓·"),
        (State.ENDED, 7, "✓✓✓✓✓✓✓"),
    ],
)
def test_each_state_on_the_way_shows_the_steps_that_are_done(state: State, count: int, signs: str) -> None:
    assert shown(state, TO_THE_END[:count]) == signs


@pytest.mark.parametrize(
    ("reason", "signs"),
    [
        (Reason.SUBJECT_MISSING, "✗······"),
        (Reason.SUBJECT_NOT_FOUND, "✓✗·····"),
        (Reason.SUBJECT_PRIVILEGED, "✓✓✗····"),
    ],
)
def test_a_refusal_is_marked_at_the_step_that_found_it(reason: Reason, signs: str) -> None:
    assert shown(State.REFUSED, (Event.CLAIMED, Event.REFUSED), reason) == signs
    assert shown(State.SETTLING, (Event.CLAIMED, Event.REFUSED), reason, State.REFUSED) == signs


def test_a_wait_and_a_stuck_ticket_are_told_from_a_refusal() -> None:
    assert shown(State.WAITING, (Event.CLAIMED, Event.DEFERRED), Reason.APPROVAL_OUTSTANDING) == "✓✓…····"
    assert shown(State.STUCK, (Event.CLAIMED, Event.STUCK), Reason.ATTEMPTS_EXHAUSTED) == "✓✓✓✗···"


def test_what_begins_again_is_at_its_beginning_again() -> None:
    again = (*TO_THE_END, Event.REISSUE_REQUESTED, Event.CLAIMED)
    assert shown(State.CLAIMED, again) == "…······"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_step_and_no_state_is_all_done_but_the_end(reason: Reason) -> None:
    state = {"refused": State.REFUSED, "deferred": State.WAITING, "stuck": State.STUCK}[
        MEANINGS[reason].outcome
    ]
    steps = way(row(state, reason), trail(Event.CLAIMED))
    assert len(steps) == len(STEPS)
    assert [each.mark for each in steps].count("no" if state is not State.WAITING else "wait") == 1
    assert told(steps)


def test_a_time_line_has_its_events_in_order_further_apart_the_longer_it_took() -> None:
    lines = trail(Event.CLAIMED, Event.ISSUING, Event.ISSUED)
    lines[2:] = [AuditLine(3, 90_000.0, "d", "1", "INC1", "issued")]
    points = timeline(lines).points
    assert [each.name for each in points] == ["claimed", "issuing", "issued"]
    assert points[2].y - points[1].y > points[1].y - points[0].y >= APART
    assert points[2].after == "1 d 0 h later"
    assert timeline([]).points == ()
