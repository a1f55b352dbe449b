"""What every ledger promises about the signs on which passdesk pauses itself, and about a person's resume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from connector.domain.events import Event
from connector.domain.outcome import Decision, NotYet, State
from connector.domain.people import Involved, Subject
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, ExistingPass
from connector.ledger.observing import Seen
from connector.ledger.pausing import Pausing
from connector.ledger.rows import Operator, PauseRecord
from tests.ledger.desk import NOON, SECRET, House, plan

HOUR, DAY = 3600, 86400
STUCK = Decision(State.STUCK, Reason.ATTEMPTS_EXHAUSTED)
REFUSED = Decision(State.REFUSED, Reason.SUBJECT_PRIVILEGED)


def looking(house: House, **signs: int) -> House:
    """The house, with a floor that looks for these signs."""
    pausing = Pausing(**signs)  # type: ignore[arg-type]
    house.ledger.limits = replace(house.ledger.limits, pausing=pausing)
    return house


def heard(house: House) -> list[tuple[str, Mapping[str, object]]]:
    found: list[tuple[str, Mapping[str, object]]] = []
    house.ledger.on_event = lambda happened, detail: found.append((happened.value, detail))
    return found


def cause(house: House) -> str | None:
    record = house.worker("another").pause_record()
    return record.cause if record else None


def stuck(house: House, ticket: str) -> None:
    house.ledger.close(house.ledger.settling(house.claim(ticket), STUCK), State.STUCK)


def who(name: str) -> Subject:
    return Subject(f"id-{name}", f"{name}@contoso.com", name.title())


def privileged(house: House, ticket: str, name: str) -> None:
    """A ticket is refused, since the evidence shows privileges."""
    refused = replace(REFUSED, about=Involved(who(name), privileged=True))
    house.ledger.close(house.ledger.settling(house.claim(ticket), refused), State.REFUSED)


def asks(house: House, ticket: str, name: str) -> Reason | None:
    """Why no attempt is booked for a person whom all guards let pass; None: one was."""
    claim = house.claim(ticket)
    booked = house.ledger.issuing(claim, replace(plan(name), about=Involved(who(name))), 0)
    if isinstance(booked, Claim):
        house.ledger.close(booked, State.WAITING, NotYet(Reason.START_REFUSED, ""), revocation_proven=True)
        return None
    assert isinstance(booked, NotYet)
    house.ledger.close(claim, State.WAITING, booked)
    return booked.reason


# Stuck in a row


def test_tickets_that_get_stuck_one_after_the_other_pause_it_and_are_told_once(house: House) -> None:
    told = heard(looking(house, stuck_in_a_row=3))
    for ticket in "12":
        stuck(house, ticket)
    assert (cause(house), told) == (None, [])
    for ticket in "34":
        stuck(house, ticket)
    assert cause(house) == "stuck_in_a_row"
    [(event, detail)] = told
    assert (event, detail["cause"]) == ("paused_itself", "stuck_in_a_row")
    assert "3 tickets got stuck one after the other" in str(detail["why"])
    assert house.actions().count("paused_itself") == 1
    assert asks(house, "5", "ann") is Reason.PAUSED
    assert Event.PAUSED_ITSELF.level == "alert"


def test_a_delivered_pass_ends_the_row(house: House) -> None:
    looking(house, stuck_in_a_row=2)
    stuck(house, "1")
    house.live("2")
    stuck(house, "3")
    assert cause(house) is None
    stuck(house, "4")
    assert cause(house) == "stuck_in_a_row"


def test_one_ticket_that_gets_stuck_again_is_one(house: House) -> None:
    looking(house, stuck_in_a_row=2)
    for _ in range(3):
        stuck(house, "1")
        house.ledger.release("https://contoso.service-now.com", "1")
    assert cause(house) is None
    stuck(house, "2")
    assert cause(house) == "stuck_in_a_row"


def test_after_resume_the_row_begins_anew(house: House) -> None:
    looking(house, stuck_in_a_row=2)
    for ticket in "12":
        stuck(house, ticket)
    assert house.ledger.resume(Operator("lee"))
    stuck(house, "3")
    assert cause(house) is None
    stuck(house, "4")
    assert cause(house) == "stuck_in_a_row"


# Flips


def test_who_had_privileges_within_the_hour_waits_until_it_is_over(house: House) -> None:
    told = heard(looking(house, flips=3))
    privileged(house, "1", "ann")
    house.clock.on(HOUR - 1)
    assert asks(house, "2", "ann") is Reason.EVIDENCE_MISSING
    assert asks(house, "3", "ann") is Reason.EVIDENCE_MISSING
    assert [(event, detail["subject"]) for event, detail in told] == [("privilege_flipped", "id-ann")]
    assert (house.actions().count("privilege_flipped"), cause(house)) == (1, None)
    assert asks(house, "4", "bob") is None
    house.clock.on(1)
    assert asks(house, "5", "ann") is None


def test_another_replica_knows_of_it_too(house: House) -> None:
    looking(house, flips=3)
    privileged(house, "1", "ann")
    other = replace(house, ledger=house.worker("another"))
    other.ledger.limits = house.ledger.limits
    assert asks(other, "2", "ann") is Reason.EVIDENCE_MISSING


def test_as_many_different_people_pause_it(house: House) -> None:
    looking(house, flips=3)
    for ticket, name in (("1", "ann"), ("2", "bob"), ("3", "cat")):
        privileged(house, ticket, name)
    assert [asks(house, str(number), name) for number, name in enumerate(("ann", "ann", "bob"), 4)] == [
        Reason.EVIDENCE_MISSING
    ] * 3
    assert cause(house) is None
    assert asks(house, "7", "cat") is Reason.EVIDENCE_MISSING
    assert cause(house) == "flips"
    assert asks(house, "8", "dan") is Reason.PAUSED


def test_flips_that_a_person_has_resumed_from_pause_it_no_more_until_they_happen_anew(house: House) -> None:
    looking(house, flips=1)
    privileged(house, "1", "ann")
    asks(house, "2", "ann")
    assert cause(house) == "flips"
    house.ledger.resume()
    assert asks(house, "3", "ann") is Reason.EVIDENCE_MISSING  # the hour isn't over
    assert cause(house) is None
    privileged(house, "4", "ann")
    assert asks(house, "5", "ann") is Reason.EVIDENCE_MISSING
    assert cause(house) == "flips"


def test_flips_an_hour_apart_are_not_counted_together(house: House) -> None:
    looking(house, flips=2)
    privileged(house, "1", "ann")
    asks(house, "2", "ann")
    house.clock.on(HOUR)
    privileged(house, "3", "bob")
    asks(house, "4", "bob")
    assert cause(house) is None
    privileged(house, "5", "cat")
    asks(house, "6", "cat")
    assert cause(house) == "flips"


def test_what_after_care_sees_counts_too(house: House) -> None:
    looking(house, flips=3)
    house.live("1", "ann")
    [claim] = house.ledger.take_up([State.LIVE])
    about = Involved(who("ann"), privileged=True)
    revoking = house.ledger.revoking(claim, Decision(State.ENDED, Reason.SUBJECT_PRIVILEGED, about=about))
    over = Decision(State.ENDED, Reason.SUBJECT_PRIVILEGED, revocation_proven=True)
    house.ledger.close(house.ledger.settling(revoking, over), State.ENDED)
    assert asks(house, "2", "ann") is Reason.EVIDENCE_MISSING


# Passes that others made


def seen(house: House, ticket: str, name: str, *ids: str) -> None:
    """A ticket waits, and the directory shows these passes for its person."""
    shown = tuple(ExistingPass(each, int(NOON), 1800, used=False, over=False) for each in ids)
    waits = NotYet(Reason.PASS_STANDING, "It stands.", about=Involved(who(name), existing=shown))
    house.ledger.close(house.claim(ticket), State.WAITING, waits)


def test_more_passes_of_others_than_the_floor_allows_pause_it(house: House) -> None:
    told = heard(looking(house, foreign_passes=2))
    seen(house, "1", "ann", "a", "b")
    seen(house, "1", "ann", "a", "b")
    assert cause(house) is None
    seen(house, "2", "bob", "c")
    assert cause(house) == "foreign_passes"
    assert [event for event, _ in told] == ["paused_itself"]


def test_a_booking_whose_own_evidence_pauses_it_books_nothing(house: House) -> None:
    looking(house, foreign_passes=0)
    others = (ExistingPass("a", int(NOON), 1800, used=False, over=False),)
    verdict = house.ledger.issuing(
        house.claim(), replace(plan(), about=Involved(who("ann"), existing=others)), 0
    )
    assert isinstance(verdict, NotYet)
    assert verdict.reason is Reason.PAUSED
    assert cause(house) == "foreign_passes"


def test_its_own_passes_are_not_counted(house: House) -> None:
    looking(house, foreign_passes=0)
    claim = house.live("1", "ann")
    seen(house, "2", "ann", str(claim.current_attempt.pass_id))
    assert cause(house) is None
    seen(house, "2", "ann", "another")
    assert cause(house) == "foreign_passes"


def test_passes_that_a_person_has_resumed_from_are_known_and_others_are_not(house: House) -> None:
    looking(house, foreign_passes=1)
    seen(house, "1", "ann", "a", "b")
    house.ledger.resume()
    seen(house, "1", "ann", "a", "b", "c")
    assert cause(house) is None
    seen(house, "1", "ann", "a", "b", "c", "d")
    assert cause(house) == "foreign_passes"


def test_a_pass_is_counted_for_a_day(house: House) -> None:
    looking(house, foreign_passes=1)
    seen(house, "1", "ann", "a")
    house.clock.on(DAY)
    seen(house, "1", "ann", "a", "b")
    assert cause(house) is None
    seen(house, "1", "ann", "a", "b", "c")
    assert cause(house) == "foreign_passes"


# All of them


def test_what_is_off_is_not_looked_for(house: House) -> None:
    told = heard(house)
    for ticket in "123456":
        stuck(house, ticket)
    privileged(house, "7", "ann")
    seen(house, "8", "bob", "a", "b", "c")
    assert asks(house, "9", "ann") is None
    assert (cause(house), told) == (None, [])
    assert house.actions().count("stuck") == 6


def test_a_persons_pause_stays_theirs_and_what_comes_meanwhile_is_not_resumed_from(house: House) -> None:
    looking(house, stuck_in_a_row=2)
    house.ledger.pause("a drill", Operator("lee"))
    for ticket in "12":
        stuck(house, ticket)
    assert house.ledger.pause_record() == PauseRecord("a drill", "lee", NOON)
    assert house.ledger.paused_itself() is None
    house.ledger.resume()
    stuck(house, "3")
    assert cause(house) == "stuck_in_a_row"


def test_a_pause_of_its_own_says_who_and_why_until_a_person_resumes(house: House) -> None:
    looking(house, stuck_in_a_row=1)
    stuck(house, "1")
    record = house.ledger.pause_record()
    assert record
    assert (record.by, record.since, record.cause) == ("passdesk", house.clock.now, "stuck_in_a_row")
    assert house.ledger.paused_itself() == record.why
    assert house.ledger.pause("an incident", Operator("lee")) == record
    house.ledger.resume(Operator("lee"))
    assert house.ledger.paused_itself() is None
    assert house.actions()[-1] == "resumed"


def test_nobodys_name_or_id_is_kept_with_the_signs(house: House) -> None:
    looking(house, flips=3, foreign_passes=9)
    privileged(house, "1", "ann")
    asks(house, "2", "ann")
    seen(house, "3", "bob", "a")
    kept = house.ledger.read(lambda db: [each for kind in Seen for each in db.observations(kind)])
    assert len(kept) >= 3
    assert not [each for each in kept if "ann" in str(each) or "bob" in str(each) or SECRET in str(each)]


@pytest.mark.parametrize("kept", ["", "null", "{}"])
def test_a_pause_of_an_older_release_is_a_persons(house: House, kept: str) -> None:
    house.ledger.pause("a drill")
    house.ledger.write(lambda db: db.turn("paused_by", kept or None))
    assert (cause(house), house.ledger.paused_itself()) == ("", None)
    assert house.ledger.resume()
