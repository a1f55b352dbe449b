"""What every ledger promises about the way of a ticket: attempts, limits, and what survives an
interruption.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.domain.durations import written
from connector.domain.outcome import UNFINISHED, Decision, Ending, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.lifecycle.ledger_roles import Requeue
from tests.ledger.desk import DAY, House, made, plan


def up(house: House, state: State) -> Claim:
    [claim] = house.ledger.take_up([state])
    return claim


def test_an_attempt_is_booked_with_its_fingerprint_before_anything_is_sent(house: House) -> None:
    claim = house.issuing(requester="id-boss")
    attempt = claim.current_attempt
    assert (claim.state, attempt.number, attempt.reference) == (State.ISSUING, 1, f"{claim.code}-1")
    assert (attempt.start, attempt.lifetime, attempt.fence, attempt.pass_id) == (
        int(house.clock.now) + 75,
        3600,
        75,
        None,
    )
    assert (attempt.subject, attempt.requester, attempt.recipient) == (
        plan().subject,
        "id-boss",
        "note:work_notes",
    )
    assert house.row() == claim
    line = house.ledger.history()[-1]
    assert line.action == "issuing"
    assert (line.detail["reference"], line.detail["start"]) == (attempt.reference, attempt.start)


def test_the_answers_id_start_and_lifetime_are_kept(house: House) -> None:
    claim = house.delivering()
    assert (claim.state, claim.current_attempt.pass_id, claim.current_attempt.start) == (
        State.DELIVERING,
        "pass-1",
        int(house.clock.now) + 76,
    )
    assert house.row() == claim


def test_a_person_has_one_pass_at_a_time_over_all_tickets(house: House) -> None:
    first = house.issuing("1")
    claim = house.claim("2")
    verdict = house.ledger.issuing(claim, plan(), 0)
    assert isinstance(verdict, NotYet)
    assert (verdict.reason, first.current_attempt.reference in verdict.detail) == (Reason.PASS_STANDING, True)
    assert house.row("2") == claim
    house.ledger.close(first, State.WAITING, NotYet(Reason.START_REFUSED, ""), revocation_proven=True)
    assert isinstance(house.ledger.issuing(claim, plan(), 0), Claim)


def test_nothing_is_issued_while_paused(house: House) -> None:
    claim = house.claim()
    house.worker("somebody").pause("drill")
    assert house.ledger.paused() == "drill"
    assert house.ledger.issuing(claim, plan(), 0) == NotYet(Reason.PAUSED, "drill")
    assert house.ledger.resume() is True
    assert house.ledger.resume() is False
    assert house.ledger.paused() is None
    assert isinstance(house.ledger.issuing(claim, plan(), 0), Claim)
    assert house.actions() == ["claimed", "paused", "resumed", "issuing"]


def test_nothing_is_booked_once_the_hours_are_over(house: House) -> None:
    """By Entra's clock: the start lies the fence behind it."""
    claim, late = house.claim(), replace(plan(), in_hours=lambda at: at < 1000)
    verdict = house.ledger.issuing(claim, late, 1000 + late.fence)
    assert isinstance(verdict, NotYet)
    assert verdict.reason is Reason.OUTSIDE_HOURS
    assert isinstance(house.ledger.issuing(claim, late, 999 + late.fence), Claim)


def reason_of(house: House, ticket: str, who: str, requester: str | None = None) -> Reason | None:
    verdict = house.ledger.issuing(house.claim(ticket), plan(who, requester), 0)
    return verdict.reason if isinstance(verdict, NotYet) else None


def test_a_person_gets_no_more_passes_than_the_floor_allows(house: House) -> None:
    house.ended("1")
    house.clock.on(3600)
    house.ended("2")
    claim = house.claim("3")
    verdict = house.ledger.issuing(claim, plan(), 0)
    assert verdict == NotYet(
        Reason.LIMIT_SUBJECT, f"The limit is reached: 2 of 2 passes for this person in {written(DAY)}."
    )
    house.clock.on(DAY - 3600 - 1)
    assert house.ledger.issuing(claim, plan(), 0) == verdict
    house.clock.on(1)
    assert isinstance(house.ledger.issuing(claim, plan(), 0), Claim)


def test_what_may_still_be_delivered_counts_and_what_came_to_nothing_does_not(house: House) -> None:
    for ticket in ("1", "2", "3"):
        claim = house.issuing(ticket, f"person{ticket}", "id-boss")
        house.ledger.close(claim, State.WAITING, NotYet(Reason.START_REFUSED, ""), revocation_proven=True)
    assert reason_of(house, "4", "ann", "id-boss") is None
    assert reason_of(house, "5", "bob", "id-boss") is None
    assert reason_of(house, "6", "cy", "id-boss") is None
    assert reason_of(house, "7", "dan", "id-boss") is Reason.LIMIT_REQUESTER
    assert reason_of(house, "8", "dan", "id-other") is None
    assert reason_of(house, "9", "eve") is Reason.LIMIT_OVERALL


def test_a_delivered_pass_that_is_gone_still_counts(house: House) -> None:
    for ticket in ("1", "2", "3", "4"):
        house.ended(ticket, f"person{ticket}", f"asker{ticket}")
    assert reason_of(house, "5", "ann") is Reason.LIMIT_OVERALL
    house.clock.on(3600)
    assert reason_of(house, "6", "ann") is None


# Failing, revoking, settling


def test_a_failed_attempt_is_counted_and_the_next_has_its_own_reference(house: House) -> None:
    claim = house.ledger.revoking(house.issuing(), Decision(State.CLAIMED, Reason.RECOVERING, "No reply."))
    assert (claim.state, claim.next_state, claim.failures, claim.detail) == (
        State.REVOKING,
        State.CLAIMED,
        1,
        "No reply.",
    )
    assert house.ledger.close(claim, State.CLAIMED, revocation_proven=True) is State.CLAIMED
    assert (house.row().next_state, house.row().reason, house.row().failures) == (None, Reason.RECOVERING, 1)
    booked = house.ledger.issuing(up(house, State.CLAIMED), plan(), 0)
    assert isinstance(booked, Claim)
    assert (
        booked.current_attempt.number,
        booked.current_attempt.reference,
        booked.current_attempt.pass_id,
    ) == (
        2,
        f"{booked.code}-2",
        None,
    )


def test_a_ticket_never_rests_while_its_pass_may_be_there(house: House) -> None:
    claim = house.delivering()
    with pytest.raises(ValueError, match="not proven gone"):
        house.ledger.settling(claim, Decision(State.ENDED, Ending.USED))
    claim = house.ledger.revoking(claim, Decision(State.CLAIMED, Reason.RECOVERING))
    with pytest.raises(ValueError, match="not proven gone"):
        house.ledger.close(claim, State.CLAIMED)
    assert house.row() == claim


def test_there_is_no_way_past_a_state(house: House) -> None:
    claim = house.claim()
    with pytest.raises(ValueError, match="no way from claimed to live"):
        house.ledger.close(claim, State.LIVE)
    with pytest.raises(ValueError, match="nothing was attempted"):
        house.ledger.delivering(claim, made())
    settled = house.ledger.settling(claim, Decision(State.REFUSED, Reason.SUBJECT_MISSING))
    with pytest.raises(ValueError, match="refused was decided, not stuck"):
        house.ledger.close(settled, State.STUCK)
    with pytest.raises(ValueError, match="nothing is handed back as issuing"):
        house.ledger.close(settled, State.ISSUING)
    with pytest.raises(ValueError, match="no pass that could be revoked"):
        house.ledger.revoking(settled, Decision(State.ENDED, Ending.REVOKED))
    assert house.row() == settled


def test_what_was_decided_survives_an_interruption(house: House) -> None:
    claim = house.ledger.settling(
        house.claim(), Decision(State.REFUSED, Reason.SUBJECT_MISSING, "Nobody is named.")
    )
    house.ledger.reschedule(claim, Requeue(Reason.DESK_UNREACHABLE, "503", wait=30, counted=True))
    row = house.row()
    assert (row.state, row.next_state, row.reason, row.detail) == (
        State.SETTLING,
        State.REFUSED,
        Reason.SUBJECT_MISSING,
        "Nobody is named.",
    )
    assert row.update_attempts == 1
    assert house.ledger.take_up(due=True) == []
    house.clock.on(30)
    house.ledger.hand_back(up(house, State.SETTLING), Requeue(Reason.DESK_UNREACHABLE, "503"))
    assert (house.row().reason, house.row().update_attempts) == (Reason.SUBJECT_MISSING, 1)


def test_what_a_look_learnt_is_kept(house: House) -> None:
    claim = house.ledger.revoking(house.issuing(), Decision(State.CLAIMED, Reason.RECOVERING))
    house.ledger.reschedule(claim, Requeue(first_absent_at=1000, wait=10))
    assert house.row().first_absent_at == 1000
    house.ledger.reschedule(up(house, State.REVOKING), Requeue(wait=3))  # too early for the second look
    assert house.row().first_absent_at == 1000
    house.ledger.reschedule(up(house, State.REVOKING), Requeue(pass_id="late", wait=10))
    assert (house.row().first_absent_at, house.row().current_attempt.pass_id) == (None, "late")


def test_a_live_pass_that_was_missed_and_seen_again_is_not_missing(house: House) -> None:
    house.live()
    house.ledger.reschedule(up(house, State.LIVE), Requeue(first_absent_at=1000))
    house.ledger.hand_back(up(house, State.LIVE), Requeue(Reason.DIRECTORY_UNREACHABLE))
    assert house.row().first_absent_at == 1000
    house.ledger.reschedule(up(house, State.LIVE), Requeue(wait=60))
    assert house.row().first_absent_at is None


def test_the_first_use_is_kept(house: House) -> None:
    house.live()
    for used_at in (1000, 2000):
        house.ledger.reschedule(up(house, State.LIVE), Requeue(used_at=used_at))
    assert house.row().current_attempt.used_at == 1000


def test_an_interrupted_judgement_waits_for_a_poll_unless_an_attempt_failed(house: House) -> None:
    house.ledger.hand_back(house.claim(), Requeue(Reason.DIRECTORY_UNREACHABLE, "504"))
    assert (house.row().state, house.row().reason, house.row().owner) == (
        State.WAITING,
        Reason.DIRECTORY_UNREACHABLE,
        "",
    )
    claim = house.ledger.revoking(house.issuing(), Decision(State.CLAIMED, Reason.RECOVERING))
    house.ledger.close(claim, State.CLAIMED, revocation_proven=True)
    house.ledger.hand_back(up(house, State.CLAIMED), Requeue(Reason.DIRECTORY_UNREACHABLE, "504"))
    assert (house.row().state, house.row().detail) == (State.CLAIMED, "504")


def test_the_ledgers_newest_time_is_that_of_its_rows_too_since_not_every_look_has_a_line(
    house: House,
) -> None:
    """A clock that begins behind it would leave what is due then alone until it has caught up."""
    house.live()
    house.clock.on(36000)
    [claim] = house.ledger.take_up([State.LIVE])
    house.ledger.reschedule(claim, Requeue(wait=600))
    assert house.ledger.history()[-1].at < house.clock.now == house.ledger.newest()


def test_a_whole_way_leaves_nothing_unfinished(house: House) -> None:
    row = house.ended()
    assert (row.state, row.reason, row.next_state, row.owner) == (State.ENDED, Ending.USED, None, "")
    assert house.ledger.rows(UNFINISHED) == []
    assert house.actions() == [
        "claimed",
        "issuing",
        "issued",
        "delivered",
        "settled",
        "revoking",
        "ended",
        "settled",
    ]
