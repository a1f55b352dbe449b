"""What every ledger promises to replicas that poll the same desks, and share what the polls show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from connector.domain.outcome import Decision, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.lifecycle.ledger_roles import Noted, PolledTicket, Skip
from tests.ledger.desk import DESK, LEASE, AnyLedger, House, seen
from tests.ledger.test_promises_of_waits import writes

EVERY = 60.0
OWN = NotYet(Reason.EVIDENCE_MISSING, "The answer was cut.")


def several(house: House) -> tuple[AnyLedger, AnyLedger]:
    """Two replicas on one ledger."""
    one, other = house.ledger, house.worker("worker-2")
    one.shared = other.shared = True
    return one, other


def shown(house: House, *tickets: str) -> list[Noted]:
    return [Noted(DESK, each, "incidents", f"2026-11-30 08:0{each}:00", house.clock.now) for each in tickets]


def polled(
    house: House, ledger: AnyLedger, *tickets: str, token: int | None = None, whole: bool = True
) -> Sequence[str]:
    """A poll that shows these; the ids that are noted."""
    token = ledger.begin_poll(DESK) if token is None else token
    assert token is not None
    return sorted(ledger.end_poll(DESK, token, house.clock.now, shown(house, *tickets), whole=whole))


def picked(ledger: AnyLedger, most: int = 8) -> list[str]:
    return [each.ticket for each in ledger.pick(["incidents"], most)]


def noted(house: House, ticket: str) -> PolledTicket:
    return PolledTicket(seen(ticket), "incidents", "facts", house.clock.now, noted=True)


# Turns


def test_one_replica_polls_a_desk_at_a_time_and_the_next_when_it_is_done(house: House) -> None:
    one, other = several(house)
    token = one.begin_poll(DESK)
    assert token is not None
    assert other.begin_poll(DESK) is None
    assert other.begin_poll("https://example.org") is not None, "another desk is another's turn"
    polled(house, one, token=token)
    assert other.begin_poll(DESK) is not None


def test_a_turn_whose_replica_is_silent_is_taken_over_within_the_lease(house: House) -> None:
    one, other = several(house)
    one.begin_poll(DESK)
    house.clock.on(LEASE - 1)
    assert other.begin_poll(DESK) is None
    house.clock.on(1)
    assert other.begin_poll(DESK) is not None


def test_a_poll_that_lasts_is_renewed(house: House) -> None:
    one, other = several(house)
    one.begin_poll(DESK)
    for _ in range(3):
        house.clock.on(LEASE - 1)
        one.renew()
    assert other.begin_poll(DESK) is None
    house.clock.on(LEASE)
    assert other.begin_poll(DESK) is not None


def test_a_desk_that_another_polled_lately_is_not_polled_again_but_by_who_needs_a_look_now(
    house: House,
) -> None:
    one, other = several(house)
    polled(house, one)
    house.clock.on(EVERY - 1)
    assert other.begin_poll(DESK, EVERY) is None
    assert writes(house, lambda: other.begin_poll(DESK, EVERY)) == 0
    token = one.begin_poll(DESK, EVERY)
    assert token is not None, "its own rhythm is its own"
    polled(house, one, token=token, whole=False)
    house.clock.on(1)
    assert other.begin_poll(DESK, EVERY) is not None, "a poll that failed counts for none"
    assert house.worker("worker-3").begin_poll(DESK) is not None, "alone"


def test_who_works_alone_takes_no_turn_and_notes_nothing(house: House) -> None:
    def poll() -> None:
        token = house.ledger.begin_poll(DESK, EVERY)
        assert token is not None
        assert list(house.ledger.end_poll(DESK, token, house.clock.now, shown(house, "1"), whole=True)) == []

    assert writes(house, poll) == 0
    assert house.ledger.noted(["incidents"], 9) == 0


# What polls show


def test_what_a_poll_shows_is_given_to_one_replica_each_the_oldest_first(house: House) -> None:
    one, other = several(house)
    assert polled(house, one, "3", "1", "2") == ["1", "2", "3"]
    assert (other.noted(["incidents"], 9), other.noted(["incidents"], 2), other.noted(["tasks"], 9)) == (
        3,
        2,
        0,
    )
    assert [picked(other, 2), picked(one), picked(other)] == [["1", "2"], ["3"], []]


def test_of_a_ticket_that_is_noted_no_field_is_kept(house: House) -> None:
    one, other = several(house)
    polled(house, one, "1")
    assert other.pick(["incidents"], 1) == shown(house, "1")
    assert other.row(DESK, "1") is None, "nor is it claimed"


def test_what_the_ledger_knows_is_not_noted(house: House) -> None:
    one, other = several(house)
    house.claim("1")
    assert polled(house, one, "1", "2") == ["2"]
    assert picked(other) == ["2"]


def test_what_is_noted_already_is_noted_once_and_what_left_the_queue_no_more(house: House) -> None:
    one, other = several(house)
    polled(house, one, "1", "2")
    assert polled(house, other, "2", "3") == ["2", "3"]
    assert picked(one) == ["2", "3"]


def test_a_poll_that_shows_a_part_strikes_nothing_off(house: House) -> None:
    one, other = several(house)
    polled(house, one, "1", "2")
    polled(house, other, "3", whole=False)
    assert picked(one) == ["1", "2", "3"]


def test_whoever_polled_claims_only_what_no_other_replica_has_taken(house: House) -> None:
    one, other = several(house)
    polled(house, one, "1", "2")
    assert picked(other, 1) == ["1"]
    assert one.take(noted(house, "1")) is Skip.HELD
    assert isinstance(one.take(noted(house, "2")), Claim)
    assert isinstance(other.take(house.sighting("1")), Claim)
    assert picked(other) == []


def test_one_that_was_taken_and_never_claimed_is_noted_by_the_next_poll(house: House) -> None:
    one, other = several(house)
    polled(house, one, "1")
    assert picked(other) == ["1"]  # and its worker dies
    assert polled(house, one, "1") == ["1"]
    assert isinstance(one.take(noted(house, "1")), Claim)


# A poll that isn't the last one


def overtaken(house: House) -> tuple[AnyLedger, int]:
    """A replica that stood still while it polled, and its token: another polls by now."""
    one, other = several(house)
    token = one.begin_poll(DESK)
    assert token is not None
    house.clock.on(LEASE)
    assert other.begin_poll(DESK) is not None
    return one, token


def test_of_an_overtaken_poll_nothing_is_noted_and_the_turn_stays_the_others(house: House) -> None:
    one, token = overtaken(house)
    assert polled(house, one, "1", token=token) == []
    assert picked(one) == []
    assert house.worker("worker-3").noted(["incidents"], 1) == 0
    assert one.begin_poll(DESK) is None


def test_an_overtaken_poll_is_not_renewed(house: House) -> None:
    one, _ = overtaken(house)
    house.clock.on(LEASE - 1)
    one.renew()
    house.clock.on(1)
    assert one.begin_poll(DESK) is not None


def refused(house: House) -> Callable[[], object]:
    claim = house.ledger.settling(house.claim(), Decision(State.REFUSED, Reason.SUBJECT_MISSING))
    house.ledger.close(claim, State.REFUSED)
    house.clock.on(60)
    return lambda: house.ledger.take(house.sighting()) is Skip.SAME


def waits(house: House) -> Callable[[], object]:
    house.ledger.close(house.claim(), State.WAITING, OWN)
    house.clock.on(60)
    return lambda: house.claim().own_wait


@pytest.mark.parametrize("rests", [refused, waits], ids=["a refusal", "a wait"])
def test_what_an_overtaken_poll_misses_does_not_count(
    house: House, rests: Callable[[House], Callable[[], object]]
) -> None:
    told = rests(house)
    one, token = overtaken(house)
    one.seen(DESK, "incidents", [], house.clock.now, token)
    one.unseen(DESK, "incidents", house.clock.now, token)
    one.seen(DESK, "incidents", [], house.clock.now)  # nor what no poll at all says
    house.clock.on(40)
    assert told() in (True, 60 + LEASE + 40)
    mine = one.begin_poll(DESK)
    assert mine is not None
    one.seen(DESK, "incidents", [], house.clock.now, mine)
    house.clock.on(60)
    assert told() in (False, 60 + LEASE + 40)
