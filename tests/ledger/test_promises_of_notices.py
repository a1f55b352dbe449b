"""Notices, and what their links do, on any ledger: told at least once, disowned once, held until an operator
says otherwise.
"""

from __future__ import annotations

from functools import partial

from connector.domain.notice import Notice
from connector.domain.outcome import Decision, Ending, No, NotYet, State
from connector.domain.reasons import Reason
from connector.ledger.disowning import BY, RETRY, Answer
from connector.ledger.notices import TAKEN, told_too
from connector.ledger.observing import Observation, Seen
from connector.ledger.rows import Operator
from connector.ledger.transaction import Transaction
from tests.ledger.desk import DESK, House, plan

TOKEN, OTHER = "token-of-ann", "token-of-nobody"
LEAD = Operator("lead")
ENDED = Decision(State.ENDED, Ending.REVOKED, revocation_proven=True)


def told(house: House, ticket: str = "1", who: str = "ann", token: str = TOKEN, lasts: float = 3600) -> None:
    """A pass is handed over, and its person is sent a link."""
    house.ledger.notifies = True
    house.live(ticket, who)
    [notice] = house.ledger.take_notices(9)
    house.ledger.notice_link(notice, token, lasts)
    house.ledger.notice_sent(told_too(notice, f"{who}@contoso.com"))


def keep(edited: Observation, db: Transaction) -> None:
    db.observe(edited)


def asked(house: House, ticket: str, who: str = "ann") -> Reason | None:
    booked = house.ledger.issuing(house.claim(ticket), plan(who), 0)
    return booked.reason if isinstance(booked, No | NotYet) else None


def test_a_delivery_and_its_notice_are_written_together(house: House) -> None:
    house.ledger.notifies = True
    house.delivering()
    assert house.ledger.notices_due() == []
    house.live("2", "bob", "id-boss")
    [notice] = house.ledger.notices_due()
    assert (notice.number, notice.subject, notice.requester) == ("INC0000002", "id-bob", "id-boss")
    row = house.row("2").current_attempt
    assert (notice.reference, notice.end, notice.once) == (row.reference, row.end, True)


def test_where_nobody_is_to_be_told_nothing_is_written(house: House) -> None:
    house.live()
    assert house.ledger.notices_due() == []
    house.ledger.notifies = True
    house.live("2", "bob")
    assert len(house.ledger.notices_due()) == 1


def test_a_notice_that_was_taken_is_nobody_elses_until_its_taker_must_be_dead(house: House) -> None:
    house.ledger.notifies = True
    house.live()
    other = house.worker("worker-2")
    [mine] = house.ledger.take_notices(9)
    assert other.take_notices(9) == ()
    house.clock.on(TAKEN)
    assert other.take_notices(9) == [mine]


def test_a_notice_that_was_sent_is_struck_off_with_one_line_that_names_no_address(house: House) -> None:
    told(house)
    line = house.ledger.history()[-1]
    assert (line.action, line.number, line.detail["mails"]) == ("notified", "INC0000001", 1)
    house.clock.on(TAKEN)
    assert house.ledger.take_notices(9) == () and "ann@" not in line.text
    before = len(house.ledger.history())
    house.ledger.notice_sent(notice_of(house))
    assert (house.ledger.notices_due(), len(house.ledger.history())) == ([], before)


def test_what_waits_keeps_whom_it_went_to_as_digests(house: House) -> None:
    house.ledger.notifies = True
    house.live()
    [notice] = house.ledger.take_notices(9)
    house.ledger.notice_waits(told_too(notice, "ann.private@example.org"), 40)
    assert house.ledger.take_notices(9) == ()
    house.clock.on(41)
    [later] = house.ledger.take_notices(9)
    assert later == told_too(notice, "Ann.Private@example.org")
    kept = house.ledger.read(lambda db: db.observations(Seen.NOTICE))
    assert "example.org" not in str(kept) and len(kept) == 1


def test_a_link_ends_the_pass_holds_the_person_and_says_so_once(house: House) -> None:
    told(house)
    done = house.ledger.disown(TOKEN)
    assert (done.answer, done.subject, len(done.claims)) == (Answer.DONE, "id-ann", 1)
    row = house.row()
    assert (row.state, row.next_state, row.owner) == (State.REVOKING, State.ENDED, "")
    disowned, revoked = house.ledger.history()[-2:]
    assert (revoked.action, revoked.detail["by"]) == ("revocation_requested", BY.name)
    assert (disowned.action, disowned.number) == ("disowned", "INC0000001")
    [hold] = house.ledger.holds()
    assert (hold.person, hold.number) == ("id-ann", "INC0000001")
    assert hold.subject is not None and hold.subject.upn == "ann@contoso.com"
    before = house.ledger.history()
    assert house.worker("worker-2").disown(TOKEN).answer is Answer.AGAIN
    assert house.ledger.history() == before


def test_a_token_that_nobody_was_sent_changes_nothing(house: House) -> None:
    told(house)
    before = house.ledger.history()
    assert house.ledger.disown(OTHER).answer is Answer.GONE
    assert (house.ledger.history(), house.ledger.holds(), house.row().state) == (before, [], State.LIVE)


def test_the_ledger_has_no_token_that_could_be_used(house: House) -> None:
    told(house)
    [kept] = house.ledger.read(lambda db: db.observations(Seen.LINK))
    assert TOKEN not in f"{kept.key} {kept.value}"
    assert house.ledger.disown(kept.key).answer is Answer.GONE
    assert house.ledger.disown(TOKEN).answer is Answer.DONE


def test_where_it_cannot_be_written_the_passes_of_a_link_are_known_until_it_is_spent(house: House) -> None:
    told(house)
    assert [each.ticket for each in house.ledger.passes_of_link(TOKEN)] == ["1"]
    assert house.ledger.passes_of_link(OTHER) == []
    house.ledger.disown(TOKEN)
    assert house.row().state is State.REVOKING and house.ledger.passes_of_link(TOKEN) == []


def test_a_link_ends_with_the_pass_it_is_bound_to(house: House) -> None:
    told(house, lasts=60)
    house.clock.on(60)
    assert house.ledger.disown(TOKEN).answer is Answer.GONE
    assert house.row().state is State.LIVE


def test_a_notice_that_was_sent_twice_has_two_links_of_which_one_works_once(house: House) -> None:
    told(house)
    house.ledger.notice_link(notice_of(house), "second", 3600)
    assert house.ledger.disown("second").answer is Answer.DONE
    assert house.ledger.disown(TOKEN).answer is Answer.AGAIN


def notice_of(house: House, ticket: str = "1") -> Notice:
    row = house.row(ticket)
    tried = row.current_attempt
    return Notice(
        tried.reference, DESK, ticket, row.number, row.mapping, tried.subject.id, None, tried.start,
        tried.end, True, house.clock.now,
    )  # fmt: skip


def test_a_pass_that_was_used_and_is_gone_still_holds_its_person(house: House) -> None:
    told(house)
    [claim] = house.ledger.take_up([State.LIVE])
    house.ledger.revoke(DESK, "1", by=LEAD)
    assert claim.ticket == "1"
    done = house.ledger.disown(TOKEN)
    assert (done.answer, len(done.claims)) == (Answer.DONE, 1)
    assert house.row().reason == "revoked" and len(house.ledger.holds()) == 1


def test_it_ends_what_another_ticket_is_making_for_the_person_at_that_moment(house: House) -> None:
    told(house)
    house.ledger.revoke(DESK, "1", by=LEAD)
    [claim] = house.ledger.take_up([State.REVOKING])
    over = house.ledger.settling(claim, ENDED)
    house.ledger.close(over, State.ENDED)
    delivering = house.delivering("2", "ann")
    done = house.ledger.disown(TOKEN)
    assert [each.ticket for each in done.claims] == ["2"]
    assert (house.row("2").state, house.row("2").token) == (State.REVOKING, delivering.token + 1)


def test_nothing_is_booked_for_a_person_who_is_held_and_others_go_on(house: House) -> None:
    told(house)
    claim = house.claim("2")
    house.worker("worker-2").disown(TOKEN)
    verdict = house.ledger.issuing(claim, plan("ann"), 0)
    assert isinstance(verdict, No) and verdict.reason is Reason.SUBJECT_HELD
    assert asked(house, "3", "bob") is None
    no = house.worker("worker-3").subject_held("id-ann")
    assert no is not None and house.row().current_attempt.reference in no.detail
    assert house.ledger.subject_held("id-bob") is None


def test_an_operator_lets_them_go_on_by_name_or_id_and_the_link_stays_spent(house: House) -> None:
    told(house)
    assert not house.ledger.unhold("ann@contoso.com").done
    house.ledger.disown(TOKEN)
    assert not house.ledger.unhold("bob@contoso.com").done
    done = house.ledger.unhold("Ann@Contoso.com", LEAD, "it was she after all")
    assert done.done and house.ledger.holds() == []
    line = house.ledger.history()[-1]
    assert (line.action, line.detail["by"], line.detail["subject"]) == ("unheld", "lead", "id-ann")
    assert house.ledger.disown(TOKEN).answer is Answer.AGAIN
    assert house.ledger.holds() == []


def test_somebody_whose_names_were_deleted_is_let_go_by_their_id(house: House) -> None:
    known = "0b8f9d3e-1111-4000-8000-000000000001"
    held = Observation(Seen.HELD, known, house.clock.now, "edited by somebody")
    house.ledger.write(lambda db: db.observe(held))
    assert not house.ledger.unhold("ann@contoso.com").done
    assert house.ledger.unhold(known.upper()).done


def test_sessions_are_to_be_ended_until_somebody_says_that_they_are(house: House) -> None:
    told(house)
    house.ledger.disown(TOKEN)
    assert house.ledger.take_sessions() == ()  # whoever took the link is at it
    house.clock.on(RETRY)
    assert house.worker("worker-2").take_sessions() == ["id-ann"]
    assert house.ledger.take_sessions() == ()
    house.ledger.sessions_ended("id-ann")
    house.ledger.sessions_ended("id-ann", "said by one that stood still")
    house.clock.on(RETRY)
    assert house.ledger.take_sessions() == ()
    assert house.actions().count("sessions_revoked") == 1 and "sessions_not_revoked" not in house.actions()


def test_links_are_forgotten_a_day_after_they_are_over(house: House) -> None:
    told(house)
    house.ledger.disown(TOKEN)
    house.clock.on(3600 + 86400 - 1)
    house.ledger.forget_links()
    assert house.ledger.read(lambda db: db.observations(Seen.LINK))
    house.clock.on(600)
    house.ledger.forget_links()
    left = house.ledger.read(lambda db: [*db.observations(Seen.LINK), *db.observations(Seen.DISOWNED)])
    assert (left, len(house.ledger.holds())) == ([], 1)


def test_an_edited_ledger_breaks_no_notice_and_no_hold(house: House) -> None:
    told(house)
    for kind in (Seen.NOTICE, Seen.LINK, Seen.HELD):
        for text in ("", "[]", "{}", "null", "\x00"):
            edited = Observation(kind, f"edited {text!r}"[:40], 0.0, text.replace("\x00", "?"))
            house.ledger.write(partial(keep, edited))
    assert list(house.ledger.take_notices(9)) == []
    house.ledger.forget_links()
    assert len(house.ledger.holds()) == 5 and house.ledger.disown(TOKEN).answer is Answer.DONE
