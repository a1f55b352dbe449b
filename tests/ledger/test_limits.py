"""What every ledger promises about limits: shares, raises that end, and one alert for each that is full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from connector.domain.durations import Limit
from connector.domain.events import Event
from connector.domain.outcome import NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, Plan
from connector.ledger.limiting import IN_ALL, PER_REQUESTER, lowest
from connector.ledger.rehearsal import RehearsalLedger
from connector.ledger.rows import Operator
from tests.ledger.desk import DAY, House, plan

HOUR = 3600
BOSS = "text about the boss"


def asked(who: str, requester: str | None, asker: str = BOSS) -> Plan:
    return replace(plan(who, requester), asker=asker)


def why(house: House, ticket: str, wanted: Plan) -> Reason | None:
    """Why the booking says no to a ticket; None: it was booked."""
    claim = house.claim(ticket)
    booked = house.ledger.issuing(claim, wanted, 0)
    if isinstance(booked, NotYet):
        house.ledger.close(claim, State.WAITING, booked)
        return booked.reason
    assert isinstance(booked, Claim)
    house.ledger.close(booked, State.WAITING, NotYet(Reason.START_REFUSED, ""), revocation_proven=True)
    return None


def share(house: House, asker: str = BOSS) -> Reason | None:
    said = house.ledger.share(asker)
    return said.reason if said else None


def test_a_requester_whose_share_is_used_up_is_known_by_the_text_of_the_ticket(house: House) -> None:
    assert share(house) is None
    for ticket in "123":
        house.ended(ticket, f"person-{ticket}", "boss")
    assert share(house) is None  # nobody knows yet whom the text means
    assert why(house, "4", asked("ann", "boss")) is Reason.LIMIT_REQUESTER
    assert share(house) is Reason.LIMIT_REQUESTER
    assert share(house, "another text") is None
    house.clock.on(DAY + 1)
    assert share(house) is None


def test_a_text_means_the_person_whom_it_meant_last_and_the_booking_decides_by_the_person(
    house: House,
) -> None:
    for ticket in "123":
        house.ended(ticket, f"person-{ticket}", "boss")
    assert why(house, "4", asked("ann", "boss")) is Reason.LIMIT_REQUESTER
    assert share(house) is Reason.LIMIT_REQUESTER
    house.clock.on(HOUR + 1)
    assert why(house, "5", asked("bob", "new boss")) is None
    assert share(house) is None
    assert why(house, "6", asked("cat", "boss", asker="")) is Reason.LIMIT_REQUESTER


def test_no_requester_is_one_requester_of_its_own(house: House) -> None:
    assert share(house, "") is None
    for ticket in "123":
        house.ended(ticket, f"person-{ticket}")
    house.clock.on(HOUR + 1)
    assert share(house, "") is Reason.LIMIT_REQUESTER
    assert why(house, "4", asked("ann", None, "")) is Reason.LIMIT_REQUESTER
    assert why(house, "5", asked("ann", "boss")) is None


def heard(house: House) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []
    house.ledger.on_event = lambda happened, detail: found.append({"event": happened.value, **detail})
    return found


def test_a_limit_that_is_reached_is_told_once_and_not_at_each_look(house: House) -> None:
    told = heard(house)
    for ticket in "123":
        house.ended(ticket, f"person-{ticket}", "boss")
    assert told == []
    for ticket in "45":
        assert why(house, ticket, asked("ann", "boss")) is Reason.LIMIT_REQUESTER
        share(house)
    assert [(each["event"], each["limit"], each["requester"]) for each in told] == [
        ("limit_reached", PER_REQUESTER, "boss")
    ]
    assert house.actions().count("limit_reached") == 1
    assert Event.LIMIT_REACHED.level == "alert"


def test_what_the_early_look_finds_is_told_too(house: House) -> None:
    told = heard(house)
    why(house, "1", asked("ann", "boss"))
    for ticket in "234":
        house.ended(ticket, f"person-{ticket}", "boss")
    assert share(house) is Reason.LIMIT_REQUESTER
    assert share(house) is Reason.LIMIT_REQUESTER
    assert len(told) == 1


def test_once_half_of_it_was_free_it_is_told_anew(house: House) -> None:
    told = heard(house)
    for ticket in "123":
        house.ended(ticket, f"person-{ticket}", "boss")
    assert why(house, "4", asked("ann", "boss")) is Reason.LIMIT_REQUESTER
    house.clock.on(DAY + 1)
    for ticket in "567":
        house.ended(ticket, f"person-{ticket}", "boss")
    assert why(house, "8", asked("ann", "boss")) is Reason.LIMIT_REQUESTER
    assert len(told) == 2


def test_a_raise_allows_more_until_its_time_and_ends_by_itself(house: House) -> None:
    until = house.clock.now + HOUR
    house.ledger.raise_limit(PER_REQUESTER, Limit(5, HOUR), until, Operator("lee"), "onboarding")
    for ticket in "123":
        house.ended(ticket, f"person-{ticket}", "boss")
    assert why(house, "4", asked("ann", "boss")) is None
    assert share(house) is None
    assert [(each.name, each.limit, each.by, each.why) for each in house.worker("another").raises()] == [
        (PER_REQUESTER, Limit(5, HOUR), "lee", "onboarding")
    ]
    line = next(line for line in house.ledger.history() if line.action == "limit_raised")
    assert line.detail == {
        "limit": PER_REQUESTER, "allows": "5/60m", "until": int(until), "by": "lee", "why": "onboarding",
    }  # fmt: skip
    house.clock.now = until
    assert house.ledger.raises() == []
    assert why(house, "5", asked("bob", "boss")) is Reason.LIMIT_REQUESTER


def test_a_raise_has_a_limit_of_its_own_and_touches_no_other(house: House) -> None:
    house.ledger.raise_limit(IN_ALL, Limit(5, HOUR), house.clock.now + DAY)
    for ticket in "12345":
        house.ended(ticket, f"person-{ticket}", f"boss-{ticket}")
    assert why(house, "6", asked("ann", "boss")) is Reason.LIMIT_OVERALL
    for ticket in "78":
        house.clock.on(HOUR + 1)
        house.ended(ticket, "ann", f"boss-{ticket}")
    house.clock.on(HOUR + 1)
    assert why(house, "9", asked("ann", "boss")) is Reason.LIMIT_SUBJECT


def test_a_raise_that_is_lower_than_the_floor_takes_nothing_away(house: House) -> None:
    """The floor may have been raised since."""
    house.ledger.raise_limit(PER_REQUESTER, Limit(1, DAY), house.clock.now + DAY)
    house.ended("1", "person-1", "boss")
    assert why(house, "2", asked("ann", "boss")) is None


def test_a_second_raise_takes_the_place_of_the_first(house: House) -> None:
    for limit in (Limit(9, HOUR), Limit(5, HOUR)):
        house.ledger.raise_limit(IN_ALL, limit, house.clock.now + HOUR)
    house.ledger.raise_limit(PER_REQUESTER, Limit(7, HOUR), house.clock.now + HOUR)
    assert [(each.name, each.limit.count) for each in house.ledger.raises()] == [
        (IN_ALL, 5),
        (PER_REQUESTER, 7),
    ]


@pytest.mark.parametrize("kept", ["", "[", "[1]", '[{"name": "passes_in_all"}]', '{"a": 1}', "null"])
def test_what_is_no_raise_raises_nothing(house: House, kept: str) -> None:
    house.ledger.write(lambda db: db.turn("raised", kept))
    assert house.ledger.raises() == []
    for ticket in "123":
        house.ended(ticket, f"person-{ticket}", "boss")
    assert why(house, "4", asked("ann", "boss")) is Reason.LIMIT_REQUESTER


@pytest.mark.parametrize(
    ("seconds", "least"), [(HOUR, 60), (2 * HOUR, 120), (90 * 60, 120), (60, 60), (DAY, 1440)]
)
def test_the_least_that_takes_nothing_away(seconds: int, least: int) -> None:
    assert lowest(Limit(60, HOUR), seconds) == least


def test_a_rehearsal_is_told_the_same_and_writes_nothing(house: House) -> None:
    told = heard(house)
    for ticket in "123":
        house.ended(ticket, f"person-{ticket}", "boss")
    rehearsed = RehearsalLedger(house.ledger)
    claim = rehearsed.take(house.sighting("4"))
    assert isinstance(claim, Claim)
    said = rehearsed.issuing(claim, asked("ann", "boss"), 0)
    assert isinstance(said, NotYet)
    assert said.reason is Reason.LIMIT_REQUESTER
    early = rehearsed.share(BOSS)
    assert early
    assert early.reason is Reason.LIMIT_REQUESTER
    assert share(house) is None
    assert (told, house.actions().count("limit_reached")) == ([], 0)
