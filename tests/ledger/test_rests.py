"""What every ledger promises of routes that rest, of waits that have an age, and of failures that were
everybody's.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.domain.events import Event
from connector.domain.outcome import Decision, No, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.recipients import MailDestination
from connector.domain.ticket import Claim, Plan
from connector.domain.trouble import ENTRA, MAIL, Trouble
from connector.ledger.rests import ASIDE, COURTESY, FIRST, LONGEST, PROBE, WITHIN, Rest
from connector.lifecycle.ledger_roles import Requeue
from tests.ledger.desk import DESK, House, made, plan

BOSS = MailDestination("id-boss", "boss@contoso.com")


def trouble(ticket: str = "1", answer: str = "403 Denied", *, shared: bool = False) -> Trouble:
    told = Reason.MAIL_UNREACHABLE, "Mail is refused.", None
    return Trouble(answer, shared, *told, MAIL, f"{DESK} {ticket}")


def mailing(who: str) -> Plan:
    return replace(plan(who), recipient=str(BOSS))


def refused(house: House, ticket: str, answer: str = "403 Denied", *, shared: bool = False) -> Claim:
    """A ticket whose pass was made, and could not be handed over; it is gone since."""
    met = trouble(ticket, answer, shared=shared)
    claim = house.ledger.issuing(house.claim(ticket), mailing(ticket), 0)
    assert isinstance(claim, Claim), claim
    claim = house.ledger.delivering(claim, made())
    claim = house.ledger.revoking(claim, Decision(State.CLAIMED, met.reason, met.detail, trouble=met))
    house.ledger.close(claim, State.CLAIMED, revocation_proven=True)
    return claim


def tried(house: House, ticket: str) -> Claim | No | NotYet:
    return house.ledger.issuing(house.claim(ticket), mailing(ticket), 0)


def reason(verdict: Claim | No | NotYet) -> Reason | None:
    return None if isinstance(verdict, Claim) else verdict.reason


def rests(house: House) -> list[Rest]:
    return list(house.worker("somebody else").rests())


def test_one_refusal_is_its_tickets_own_and_stops_nobody(house: House) -> None:
    claim = refused(house, "1")
    assert (claim.failures, claim.excused, rests(house)) == (1, 0, [])
    assert isinstance(tried(house, "2"), Claim)


def test_the_same_answer_to_another_one_within_ten_minutes_is_everybodys(house: House) -> None:
    refused(house, "1")
    house.clock.now += WITHIN - 1
    claim = refused(house, "2")
    assert (claim.failures, claim.excused) == (1, 1)
    [rest] = rests(house)
    assert (rest.route, rest.answer, rest.until) == (MAIL, "403 Denied", house.clock.now + FIRST)
    assert reason(tried(house, "3")) is Reason.MAIL_UNREACHABLE


@pytest.mark.parametrize(
    ("ticket", "answer", "later"),
    [
        ("1", "403 Denied", 1.0),  # the same ticket again
        ("2", "403 Other", 1.0),  # another answer
        ("2", "403 Denied", WITHIN + 1),  # too late
    ],
)
def test_what_proves_nothing_stops_nobody(house: House, ticket: str, answer: str, later: float) -> None:
    refused(house, "1")
    house.clock.now += later
    assert refused(house, ticket, answer).excused == 0
    assert rests(house) == [] and isinstance(tried(house, "3"), Claim)


def test_a_success_between_two_refusals_makes_them_their_own(house: House) -> None:
    refused(house, "1")
    claim = house.ledger.issuing(house.claim("2"), mailing("2"), 0)
    assert isinstance(claim, Claim)
    house.ledger.settling(house.ledger.delivering(claim, made()), Decision(State.LIVE, destination=BOSS))
    assert refused(house, "3").excused == 0
    assert refused(house, "1").excused == 0  # refused alone before: proves nothing
    assert rests(house) == []


def test_no_ticket_is_stuck_for_what_is_everybodys(house: House) -> None:
    for ticket, then in (("1", State.STUCK), ("2", State.CLAIMED)):
        met = trouble(ticket, "200, dropped")
        claim = house.ledger.issuing(house.claim(ticket), mailing(ticket), 0)
        assert isinstance(claim, Claim)
        failed = Decision(State.STUCK, Reason.ATTEMPTS_EXHAUSTED, met.detail, trouble=met)
        after = house.ledger.revoking(house.ledger.delivering(claim, made()), failed)
        assert after.next_state is then
    assert (after.failures, after.excused, after.reason) == (1, 1, Reason.MAIL_UNREACHABLE)


def test_an_answer_that_names_everybody_is_enough(house: House) -> None:
    assert refused(house, "1", shared=True).excused == 1
    assert reason(tried(house, "2")) is Reason.MAIL_UNREACHABLE
    assert house.actions().count(Event.RESTING) == 1


def test_whoever_is_told_of_a_rest_and_fails_stops_no_ticket(house: House) -> None:
    def fails(*_: object) -> None:
        raise BrokenPipeError

    house.ledger.on_rest = fails
    assert refused(house, "1", shared=True).excused == 1


def test_after_a_rest_one_ticket_tries_and_the_others_wait_for_it(house: House) -> None:
    refused(house, "1", shared=True)
    assert isinstance(tried(house, "2"), NotYet)
    house.clock.now += FIRST
    other = house.worker("worker-2")
    probe = tried(house, "3")
    assert isinstance(probe, Claim)
    assert reason(other.issuing(house.claim("4"), mailing("4"), 0)) is not None
    assert not house.ledger.barred(MAIL, probe)
    house.clock.now += PROBE  # whoever tried is dead
    assert isinstance(tried(house, "5"), Claim)


def test_each_failed_try_makes_the_rest_longer_up_to_a_bound_and_is_no_news(house: House) -> None:
    refused(house, "0", shared=True)
    spans = []
    for number in range(1, 8):
        [rest] = rests(house)
        spans.append(rest.until - house.clock.now)
        house.clock.now = rest.until
        refused(house, str(number), shared=True)
    assert spans == [60, 120, 240, 480, 900, 900, 900] and spans[-1] == LONGEST
    assert house.actions().count(Event.RESTING) == 1


def test_those_under_way_when_the_rest_began_count_once(house: House) -> None:
    claims = [tried(house, each) for each in "123"]
    for number, claim in enumerate(claims):
        assert isinstance(claim, Claim)
        failed = house.ledger.delivering(claim, made())
        met = trouble(str(number), shared=True)
        after = house.ledger.revoking(failed, Decision(State.CLAIMED, met.reason, trouble=met))
        assert after.excused == 1
    [rest] = rests(house)
    assert rest.until == house.clock.now + FIRST


def test_the_first_success_ends_the_rest_for_everybody(house: House) -> None:
    refused(house, "1", shared=True)
    house.clock.now += FIRST
    probe = tried(house, "2")
    assert isinstance(probe, Claim)
    told = house.ledger.settling(
        house.ledger.delivering(probe, made()), Decision(State.LIVE, destination=BOSS)
    )
    assert told.next_state is State.LIVE and rests(house) == []
    assert isinstance(tried(house, "3"), Claim)
    assert house.actions().count(Event.WORKS_AGAIN) == 1


def test_whoever_was_refused_lets_others_try_first_where_others_wait(house: House) -> None:
    refused(house, "1", shared=True)
    waiting = house.claim("2")
    house.ledger.close(waiting, State.WAITING, NotYet(Reason.MAIL_UNREACHABLE, "It rests."))
    house.clock.now += FIRST
    assert reason(tried(house, "1")) is Reason.MAIL_UNREACHABLE
    house.clock.now += COURTESY
    assert isinstance(tried(house, "1"), Claim)


def test_of_two_ways_one_is_enough_and_the_other_is_left_out(house: House) -> None:
    refused(house, "1", shared=True)
    both = replace(plan("2"), recipient=f"{BOSS} or note:work_notes")
    claim = house.ledger.issuing(house.claim("2"), both, 0)
    assert isinstance(claim, Claim)
    assert house.ledger.barred(MAIL, claim)
    assert not house.ledger.barred("note incidents", claim)


def test_where_entra_rests_nothing_is_made_whatever_the_way(house: House) -> None:
    met = replace(
        trouble("1", "401", shared=True), who="id-1", route=ENTRA, reason=Reason.DIRECTORY_UNREACHABLE
    )
    claim = house.ledger.issuing(house.claim("1"), plan("1"), 0)
    assert isinstance(claim, Claim)
    house.ledger.close(claim, State.WAITING, NotYet(met.reason, met.detail, met), revocation_proven=True)
    assert reason(tried(house, "2")) is Reason.DIRECTORY_UNREACHABLE
    assert reason(house.ledger.issuing(house.claim("3"), plan("3"), 0)) is Reason.DIRECTORY_UNREACHABLE


def test_a_lost_reply_that_is_everybodys_uses_up_no_attempt(house: House) -> None:
    refused(house, "1", "no answer")
    claim = tried(house, "2")
    assert isinstance(claim, Claim)
    held = house.ledger.delivering(claim, made())
    house.ledger.reschedule(held, Requeue(trouble=trouble("2", "no answer")))
    [again] = house.ledger.take_up([State.DELIVERING])
    after = house.ledger.revoking(again, Decision(State.CLAIMED, Reason.MAIL_UNREACHABLE))
    assert (after.failures, after.excused) == (1, 1)


def own(house: House, ticket: str, reason: Reason) -> Claim:
    """A ticket that waits for this, taken up an hour later."""
    house.ledger.close(house.claim(ticket), State.WAITING, NotYet(reason, "It waits."))
    house.clock.now += 3600
    return house.claim(ticket)


def test_a_wait_for_what_is_the_tickets_own_grows_older(house: House) -> None:
    began = house.clock.now
    claim = own(house, "1", Reason.EVIDENCE_MISSING)
    assert (claim.own_wait, claim.wait_since) == (3600, began)


@pytest.mark.parametrize("reason", [Reason.PAUSED, Reason.LIMIT_OVERALL, Reason.DESK_UNREACHABLE])
def test_while_all_wait_the_tickets_own_time_stands_still(house: House, reason: Reason) -> None:
    claim = own(house, "1", Reason.SUBJECT_TOO_NEW)
    house.ledger.close(claim, State.WAITING, NotYet(reason, "All wait."))
    house.clock.now += 7200
    again = house.claim("1")
    assert again.own_wait == 3600 and again.wait_since is not None


def test_while_a_ticket_is_out_of_the_queue_its_time_stands_still(house: House) -> None:
    house.ledger.close(house.claim("1"), State.WAITING, NotYet(Reason.EVIDENCE_MISSING, "It waits."))
    house.clock.now += 60
    house.ledger.seen(DESK, "incidents", ["1"], house.clock.now)
    house.clock.now += 60
    house.ledger.seen(DESK, "incidents", [], house.clock.now)
    house.clock.now += 86400 * 3
    house.ledger.seen(DESK, "incidents", [], house.clock.now)
    assert house.claim("1").own_wait == 120


def test_while_its_desk_is_away_the_tickets_own_time_stands_still(house: House) -> None:
    house.ledger.close(house.claim("1"), State.WAITING, NotYet(Reason.EVIDENCE_MISSING, "It waits."))
    house.clock.now += 60
    for _ in range(3):
        house.ledger.unseen(DESK, "incidents", house.clock.now)
        house.clock.now += 86400
    assert house.claim("1").own_wait == 60


def test_after_a_failed_attempt_too_time_stands_still_while_a_service_is_away(house: House) -> None:
    refused(house, "1")
    [claim] = house.ledger.take_up([State.CLAIMED])
    house.ledger.close(claim, State.CLAIMED, NotYet(Reason.EVIDENCE_MISSING, "It waits."))
    for _ in range(3):
        house.clock.now += 60
        [claim] = house.ledger.take_up([State.CLAIMED])
        house.ledger.hand_back(claim, Requeue(Reason.DIRECTORY_UNREACHABLE, "It is away."))
    [claim] = house.ledger.take_up([State.CLAIMED])
    assert claim.own_wait == 60


def test_while_issuing_is_paused_the_tickets_own_time_stands_still_whatever_it_lacks(house: House) -> None:
    assert own(house, "1", Reason.EVIDENCE_MISSING).own_wait == 3600
    house.ledger.pause("later")
    assert own(house, "2", Reason.EVIDENCE_MISSING).own_wait == 0


def test_while_a_route_rests_the_tickets_own_time_stands_still_whatever_it_lacks(house: House) -> None:
    refused(house, "1", shared=True)
    assert own(house, "2", Reason.EVIDENCE_MISSING).own_wait == 0


def test_a_poll_that_began_before_the_wait_says_nothing_about_it(house: House) -> None:
    began, claim = house.clock.now, house.claim("1")
    house.clock.now += 60
    house.ledger.close(claim, State.WAITING, NotYet(Reason.EVIDENCE_MISSING, "It waits."))
    house.ledger.seen(DESK, "incidents", [], began)
    house.clock.now += 60
    assert house.claim("1").own_wait == 60


def test_a_release_begins_the_wait_anew(house: House) -> None:
    claim = own(house, "1", Reason.EVIDENCE_MISSING)
    told = house.ledger.settling(claim, Decision(State.STUCK, Reason.WAITED_TOO_LONG))
    house.ledger.close(told, State.STUCK)
    assert house.ledger.release(claim.desk, "1").done
    house.clock.now += 3600
    assert house.claim("1").own_wait == 0


def test_unexpected_errors_are_counted_until_one_look_goes_well(house: House) -> None:
    for _ in range(2):
        house.ledger.hand_back(house.claim("1"), Requeue(unexpected=True))
    claim = house.claim("1")
    assert claim.surprises == 2
    house.ledger.close(claim, State.WAITING, NotYet(Reason.APPROVAL_OUTSTANDING, ""))
    assert house.claim("1").surprises == 0


def waits(house: House, claim: Claim, why: Reason) -> None:
    """Its POST was answered, and the answer was about this ticket's person."""
    house.ledger.close(claim, State.WAITING, NotYet(why, "It waits."), revocation_proven=True)


def test_a_try_that_proved_nothing_lets_the_others_try_at_once_and_first(house: House) -> None:
    refused(house, "1", shared=True)
    waits(house, house.claim("3"), Reason.MAIL_UNREACHABLE)
    house.clock.now += FIRST
    probe = tried(house, "2")
    assert isinstance(probe, Claim)
    waits(house, probe, Reason.PASS_STANDING)
    assert reason(tried(house, "2")) is Reason.MAIL_UNREACHABLE
    assert isinstance(tried(house, "3"), Claim)


def test_the_courtesy_lasts_from_the_first_look_after_the_rest_however_rarely_there_is_one(
    house: House,
) -> None:
    refused(house, "1", shared=True)
    waits(house, house.claim("2"), Reason.MAIL_UNREACHABLE)
    house.clock.now += 20 * COURTESY
    assert reason(tried(house, "1")) is Reason.MAIL_UNREACHABLE
    assert isinstance(tried(house, "2"), Claim)


def test_the_courtesy_ends_where_the_others_do_not_come(house: House) -> None:
    refused(house, "1", shared=True)
    waits(house, house.claim("2"), Reason.MAIL_UNREACHABLE)
    house.clock.now += 20 * COURTESY
    assert isinstance(tried(house, "1"), NotYet)
    house.clock.now += COURTESY
    assert isinstance(tried(house, "1"), Claim)


def test_a_server_that_fails_over_one_person_again_and_again_lets_others_try_after_the_shortest_rest(
    house: House,
) -> None:
    for _ in range(5):
        refused(house, "1", "500", shared=True)
        [rest] = rests(house)
        house.clock.now = rest.until
    house.clock.now = rest.until - LONGEST + FIRST
    assert isinstance(tried(house, "1"), NotYet)
    assert isinstance(tried(house, "9"), Claim)


def test_a_server_that_fails_over_two_is_left_alone_as_long_as_it_takes(house: House) -> None:
    for number in range(7):
        refused(house, str(number), "500", shared=True)
        [rest] = rests(house)
        house.clock.now = rest.until
    house.clock.now = rest.until - 1
    assert isinstance(tried(house, "9"), NotYet)


def test_whoever_succeeded_since_is_no_suspect_any_more(house: House) -> None:
    refused(house, "1", "500", shared=True)
    house.clock.now += FIRST
    for ticket in "21":
        claim = tried(house, ticket)
        assert isinstance(claim, Claim)
        house.ledger.settling(house.ledger.delivering(claim, made()), Decision(State.LIVE, destination=BOSS))
    assert refused(house, "4", "500", shared=True).excused == 1


def test_two_tickets_whose_mails_go_to_one_person_are_two(house: House) -> None:
    refused(house, "1")
    assert refused(house, "2").excused == 1


def test_two_tickets_of_one_person_prove_nothing_about_entra(house: House) -> None:
    met = replace(trouble("1"), route=ENTRA, who="id-ann", reason=Reason.EVIDENCE_MISSING)
    for ticket in "12":
        claim = house.ledger.issuing(house.claim(ticket), plan("ann"), 0)
        assert isinstance(claim, Claim)
        house.ledger.close(claim, State.WAITING, NotYet(met.reason, "", met), revocation_proven=True)
        house.clock.now += ASIDE
    assert rests(house) == []


def test_somebody_whom_entra_refused_alone_is_not_tried_again_for_some_minutes(house: House) -> None:
    met = replace(trouble("1"), route=ENTRA, who="id-ann", reason=Reason.EVIDENCE_MISSING, detail="No right.")
    claim = house.ledger.issuing(house.claim("1"), plan("ann"), 0)
    assert isinstance(claim, Claim)
    house.ledger.close(claim, State.WAITING, NotYet(met.reason, met.detail, met), revocation_proven=True)
    again = house.ledger.issuing(house.claim("1"), plan("ann"), 0)
    assert isinstance(again, NotYet)
    assert (again.reason, again.detail, again.own) == (Reason.EVIDENCE_MISSING, "No right.", True)
    assert isinstance(house.ledger.issuing(house.claim("2"), plan("bob"), 0), Claim)
    house.clock.now += ASIDE
    assert isinstance(house.ledger.issuing(house.claim("1"), plan("ann"), 0), Claim)


def test_while_a_route_rests_the_tickets_own_time_stands_still_whatever_the_reason(house: House) -> None:
    met = replace(trouble("1", shared=True), route=ENTRA, reason=Reason.EVIDENCE_MISSING)
    claim = house.ledger.issuing(house.claim("1"), plan("1"), 0)
    assert isinstance(claim, Claim)
    house.ledger.close(claim, State.WAITING, NotYet(met.reason, "", met), revocation_proven=True)
    other = house.claim("2")
    verdict = house.ledger.issuing(other, plan("2"), 0)
    assert isinstance(verdict, NotYet) and not verdict.own
    house.ledger.close(other, State.WAITING, verdict)
    house.clock.now += 86400
    assert house.claim("2").own_wait == 0
