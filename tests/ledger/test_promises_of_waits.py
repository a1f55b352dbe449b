"""What every ledger promises about a ticket that waits: it is judged again before it is claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connector.domain.approval import ApprovalLook
from connector.domain.errors import Lost, Unwritten
from connector.domain.events import Event
from connector.domain.outcome import Decision, No, NotYet, State
from connector.domain.people import Involved, Subject
from connector.domain.pins import Pin
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, ExistingPass
from connector.domain.trouble import ENTRA, Trouble
from connector.ledger.pausing import Pausing
from connector.lifecycle.ledger_roles import Requeue, Skip
from tests.ledger.desk import DESK, House, plan

OUTSTANDING = NotYet(Reason.APPROVAL_OUTSTANDING, "The approval is outstanding.")
OWN = NotYet(Reason.EVIDENCE_MISSING, "The answer was cut.")
LATER = NotYet(Reason.OUTSIDE_HOURS, "It is Sunday.")
PIN = Pin("0a1b2c", "id-ann")
ANN = Subject("id-ann", "ann@contoso.com", "Ann")


def writes(house: House, of: Callable[[], Any]) -> int:
    """How many transactions that write it takes."""
    done, right = [], house.ledger.write

    def write(verb: Any) -> Any:
        done.append(verb)
        return right(verb)

    house.ledger.write = write  # type: ignore[method-assign]
    try:
        of()
    finally:
        house.ledger.write = right  # type: ignore[method-assign]
    return len(done)


def look(house: House, verdict: NotYet = OUTSTANDING, ticket: str = "1") -> None:
    house.ledger.close(house.claim(ticket), State.WAITING, verdict)


def booked(house: House, who: str = "ann", ticket: str = "1") -> Claim | No | NotYet:
    return house.ledger.issuing(house.claim(ticket), plan(who), int(house.clock.now) + 75)


def test_one_that_waits_on_for_the_same_reason_costs_no_write(house: House) -> None:
    look(house)
    before = house.row()
    for _ in range(3):
        house.clock.on(60)
        assert writes(house, lambda: look(house)) == 0
    assert house.row() == before


def test_nor_does_one_whose_service_is_down_as_before(house: House) -> None:
    down = Requeue(Reason.DESK_UNREACHABLE, "The desk doesn't answer.", wait=5)
    assert house.ledger.hand_back(house.claim(), down) is State.WAITING
    assert writes(house, lambda: house.ledger.hand_back(house.claim(), down)) == 0
    assert house.row().reason is Reason.DESK_UNREACHABLE


@pytest.mark.parametrize(
    "verdict", [LATER, replace(OUTSTANDING, detail="Nobody was asked yet.")], ids=["reason", "sentence"]
)
def test_another_reason_or_another_sentence_is_written(house: House, verdict: NotYet) -> None:
    look(house)
    assert writes(house, lambda: look(house, verdict)) == 1
    assert (house.row().reason, house.row().detail, house.row().owner) == (
        verdict.reason,
        verdict.detail,
        "",
    )


def test_what_it_says_otherwise_is_written(house: House) -> None:
    look(house)
    said = lambda: house.ledger.close(house.claim(digest="other facts"), State.WAITING, OUTSTANDING)  # noqa: E731
    assert [writes(house, said), writes(house, said)] == [1, 0]
    shown = replace(
        house.sighting(digest="other facts"), look=ApprovalLook(approved=False, content="c", written="w")
    )

    def approved() -> None:
        taken = house.ledger.take(shown)
        assert isinstance(taken, Claim)
        house.ledger.close(taken, State.WAITING, OUTSTANDING)

    assert [writes(house, approved), writes(house, approved)] == [1, 0]
    assert house.row().seen_unapproved == "w"


def test_the_account_behind_its_name_is_written(house: House) -> None:
    look(house)
    verdict = replace(OUTSTANDING, about=Involved(ANN, pins=(PIN,)))
    assert [writes(house, lambda: look(house, verdict)) for _ in range(2)] == [1, 0]
    assert house.row().pins == (PIN,)


def test_a_pass_is_booked_with_its_claim_in_one_write(house: House) -> None:
    look(house)
    done: list[Claim | No | NotYet] = []
    assert writes(house, lambda: done.append(booked(house))) == 1
    assert isinstance(done[0], Claim)
    assert (house.row().state, house.row().owner) == (State.ISSUING, "worker-1")
    house.clock.on(29)
    house.ledger.renew()
    house.clock.on(29)
    assert house.worker("worker-2").take_up() == [], "its lease is renewed"


def test_what_only_the_booking_decides_costs_no_write_and_is_not_lost(house: House) -> None:
    def tried() -> None:
        claim = house.claim()
        no = house.ledger.issuing(claim, plan(), int(house.clock.now) + 75)
        assert isinstance(no, NotYet) and no.reason is Reason.PAUSED
        house.ledger.close(claim, State.WAITING, no)

    look(house, LATER)
    house.ledger.pause("drill")
    assert [writes(house, tried) for _ in range(3)] == [1, 0, 0]
    assert house.row().reason is Reason.PAUSED
    house.ledger.resume()
    assert isinstance(booked(house), Claim)


def test_a_limit_and_a_pass_of_the_same_person_are_told_once_and_looked_at_each_time(house: House) -> None:
    house.issuing("2", "ann")

    def tried() -> None:
        claim = house.claim()
        no = house.ledger.issuing(claim, plan(), int(house.clock.now) + 75)
        assert isinstance(no, NotYet) and no.reason is Reason.PASS_STANDING
        house.ledger.close(claim, State.WAITING, no)

    look(house)
    assert [writes(house, tried) for _ in range(3)] == [1, 0, 0]


def test_its_time_runs_on_without_a_write_and_stands_still_while_no_poll_shows_it(house: House) -> None:
    look(house, OWN)
    house.clock.on(100)
    assert writes(house, lambda: look(house, OWN)) == 0
    house.clock.on(100)
    assert house.claim().own_wait == pytest.approx(200)
    house.ledger.unseen(DESK, "incidents", house.clock.now)
    house.clock.on(500)
    assert writes(house, lambda: look(house, OWN)) == 1, "it runs again"
    house.clock.on(50)
    assert house.claim().own_wait == pytest.approx(250)


def test_its_time_stands_still_from_the_moment_in_which_all_wait(house: House) -> None:
    look(house, OWN)
    house.clock.on(100)
    house.ledger.pause("drill")
    assert [writes(house, lambda: look(house, OWN)) for _ in range(2)] == [1, 0]
    house.clock.on(100)
    assert house.claim().own_wait == pytest.approx(100)


def test_a_wait_that_goes_on_is_written_once_an_hour(house: House) -> None:
    """So that its names are kept as those of a ticket that is under way."""
    look(house)
    counts = []
    for _ in range(4):
        house.clock.on(1800)
        counts.append(writes(house, lambda: look(house)))
    assert counts == [0, 1, 0, 1]


def test_of_two_workers_who_judge_it_the_first_that_writes_has_it(house: House) -> None:
    look(house)
    other = house.worker("worker-2")
    mine, theirs = house.claim(), other.take(house.sighting())
    assert isinstance(theirs, Claim)
    assert isinstance(other.issuing(theirs, plan(), int(house.clock.now) + 75), Claim)
    for write in (
        lambda: house.ledger.issuing(mine, plan("bob"), 0),
        lambda: house.ledger.settling(mine, Decision(State.REFUSED, Reason.SUBJECT_MISSING)),
        lambda: house.ledger.close(mine, State.WAITING, OUTSTANDING),
    ):
        with pytest.raises(Lost):
            write()
    assert house.row().owner == "worker-2"
    assert house.ledger.take(house.sighting()) is Skip.HELD


def test_one_that_another_worker_judged_meanwhile_is_lost_though_it_waits_again(house: House) -> None:
    look(house)
    mine = house.claim()
    other = house.worker("worker-2")
    theirs = other.take(house.sighting())
    assert isinstance(theirs, Claim)
    other.close(theirs, State.WAITING, LATER)
    with pytest.raises(Lost):
        house.ledger.issuing(mine, plan(), int(house.clock.now) + 75)


def test_a_person_who_steps_in_is_heard(house: House) -> None:
    look(house)
    house.ledger.settling(house.claim(), Decision(State.STUCK, Reason.UNKNOWN_HISTORY))
    told = house.ledger.take_up([State.SETTLING])
    assert told == [], "it is held"
    house.clock.on(60)
    [told_claim] = house.ledger.take_up([State.SETTLING])
    house.ledger.close(told_claim, State.STUCK)
    house.ledger.release(DESK, "1")
    assert writes(house, lambda: look(house)) == 1
    assert house.row().reason is Reason.APPROVAL_OUTSTANDING


def test_a_trouble_that_may_be_everybodys_is_learnt_each_time(house: House) -> None:
    met = Trouble("403 denied", True, Reason.EVIDENCE_MISSING, "Entra refuses.", None, ENTRA, "id-ann")
    verdict = NotYet(Reason.EVIDENCE_MISSING, "Entra refuses.", met)
    look(house, verdict)
    assert [rest.route for rest in house.ledger.rests()] == [ENTRA]
    house.clock.on(90)
    assert writes(house, lambda: look(house, verdict)) == 1


def test_a_pass_that_others_made_is_counted_when_it_is_first_seen(house: House) -> None:
    house.ledger.limits = replace(house.ledger.limits, pausing=Pausing(foreign_passes=0))
    standing = NotYet(Reason.PASS_STANDING, "A pass is standing.")
    look(house, standing)
    theirs = ExistingPass("theirs", 0, 600, used=False, over=False)
    verdict = replace(standing, about=Involved(ANN, existing=(theirs,)))
    look(house, verdict)
    assert house.ledger.paused_itself() is not None
    look(house, verdict)  # from now on its time stands still, as all wait
    assert writes(house, lambda: look(house, verdict)) == 0


def test_what_failed_unexpectedly_is_claimed_and_counted(house: House) -> None:
    look(house)
    odd = Requeue(Reason.RECOVERING, "Something unexpected.", wait=5, unexpected=True)
    for _ in range(2):
        house.ledger.hand_back(house.claim(), odd)
        house.clock.on(10)
    assert house.row().surprises == 2


def test_a_refused_ticket_that_is_seen_again_costs_no_write(house: House) -> None:
    claim = house.ledger.settling(house.claim(), Decision(State.REFUSED, Reason.SUBJECT_MISSING))
    house.ledger.close(claim, State.REFUSED)
    assert writes(house, lambda: house.ledger.take(house.sighting())) == 0
    assert house.ledger.take(house.sighting()) is Skip.SAME


def test_where_the_first_write_fails_the_ticket_waits_as_before(house: House) -> None:
    look(house)
    before, claim, right = house.row(), house.claim(), house.ledger.write

    def fails(verb: Any) -> Any:
        raise Unwritten("its disk is full")

    house.ledger.write = fails  # type: ignore[method-assign]
    with pytest.raises(Unwritten):
        house.ledger.issuing(claim, plan(), 0)
    house.ledger.write = right  # type: ignore[method-assign]
    assert house.row() == before
    with pytest.raises(Lost):
        house.ledger.hand_back(claim, Requeue())
    assert isinstance(booked(house), Claim)
    assert house.actions().count(Event.ISSUING) == 1
