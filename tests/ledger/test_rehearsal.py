"""A rehearsal answers as its ledger would, and writes nothing."""

from __future__ import annotations

from connector.domain.outcome import Decision, No, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger.rehearsal import RehearsalLedger
from connector.lifecycle.ledger_roles import Skip
from tests.ledger.desk import DESK, LEASE, House, made, plan


def rehearsed(
    house: House, ticket: str, who: str, requester: str | None = None
) -> Claim | No | NotYet | Skip:
    rehearsal = RehearsalLedger(house.ledger)
    taken = rehearsal.take(house.sighting(ticket))
    return rehearsal.issuing(taken, plan(who, requester), 1000) if isinstance(taken, Claim) else taken


def kept(house: House) -> object:
    return house.ledger.rows(State), house.ledger.history(), house.ledger.names(), house.ledger.paused()


def test_a_whole_way_is_rehearsed_and_nothing_is_written(house: House) -> None:
    house.live("1", "ann")
    before = kept(house)
    rehearsal = RehearsalLedger(house.ledger)
    claim = rehearsal.take(house.sighting("2"))
    assert isinstance(claim, Claim)
    booked = rehearsal.issuing(claim, plan("bob"), 1000)
    assert isinstance(booked, Claim)
    told = rehearsal.settling(rehearsal.delivering(booked, made("p")), Decision(State.LIVE))
    assert rehearsal.close(told, State.LIVE) is State.LIVE
    row = rehearsal.find(DESK, "2")
    assert row is not None and row.state is State.LIVE
    assert rehearsal.whose([booked.current_attempt.reference])
    assert kept(house) == before


def test_it_knows_the_pause_the_limits_and_a_standing_pass(house: House) -> None:
    house.live("1", "ann", "id-boss")
    other = rehearsed(house, "2", "ann")
    assert isinstance(other, NotYet) and other.reason is Reason.PASS_STANDING
    for number, who in enumerate(("bob", "cy"), 3):
        house.live(str(number), who, "id-boss")
    over = rehearsed(house, "9", "dan", "id-boss")
    assert isinstance(over, NotYet) and over.reason is Reason.LIMIT_REQUESTER
    house.ledger.pause("a drill")
    halted = rehearsed(house, "9", "dan")
    assert halted == NotYet(Reason.PAUSED, "a drill")


def test_what_it_booked_counts_against_limits_and_stands(house: House) -> None:
    rehearsal = RehearsalLedger(house.ledger)
    for number, who in enumerate(("ann", "bob", "cy"), 1):
        claim = rehearsal.take(house.sighting(str(number)))
        assert isinstance(claim, Claim)
        assert isinstance(rehearsal.issuing(claim, plan(who, "id-boss"), 1000), Claim)
    over = rehearsal.take(house.sighting("8"))
    assert isinstance(over, Claim)
    verdict = rehearsal.issuing(over, plan("dan", "id-boss"), 1000)
    assert isinstance(verdict, NotYet) and verdict.reason is Reason.LIMIT_REQUESTER
    second = rehearsal.take(house.sighting("9"))
    assert isinstance(second, Claim)
    standing = rehearsal.issuing(second, plan("ann"), 1000)
    assert isinstance(standing, NotYet) and standing.reason is Reason.PASS_STANDING


def test_a_pass_that_was_proven_gone_in_it_stands_in_nobodys_way(house: House) -> None:
    house.live("1", "ann")
    rehearsal = RehearsalLedger(house.ledger)
    [claim] = rehearsal.take_up([State.LIVE])
    claim = rehearsal.revoking(claim, Decision(State.ENDED))
    rehearsal.close(rehearsal.settling(claim, Decision(State.ENDED, revocation_proven=True)), State.ENDED)
    taken = rehearsal.take(house.sighting("2"))
    assert isinstance(taken, Claim)
    assert isinstance(rehearsal.issuing(taken, plan("ann"), 1000), Claim)
    again = rehearsed(house, "2", "ann")
    assert isinstance(again, NotYet)


def test_another_workers_lease_keeps_nothing_from_being_rehearsed(house: House) -> None:
    house.claim("1")
    house.clock.on(LEASE / 2)
    assert isinstance(rehearsed(house, "1", "ann"), Claim)


def test_only_tickets_in_its_scope_are_taken_up(house: House) -> None:
    house.live("1", "ann")
    house.live("2", "bob")
    rehearsal = RehearsalLedger(house.ledger, {(DESK, "2")})
    assert [each.ticket for each in rehearsal.take_up()] == ["2"]
