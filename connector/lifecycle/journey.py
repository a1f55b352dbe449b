"""The way of one ticket, told once.

    judge ─ read again ─ ISSUING ─ POST ─ DELIVERING ─ note ─ SETTLING ─ word ─ LIVE

The reading may be of several tickets together, or go on beside the judge's last question, and the ticket
waits for both (rereading.py). Where Entra took its time to make the pass, or where it could be used too soon,
the ticket is read once more before its note.
Nothing here repairs anything. Where an effect's reply is missing, the journey stops and leaves the row
exactly as a crash would have left it; recovery.py reads it. There is one way to be interrupted, and one page
that knows it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from connector.domain.durations import roughly
from connector.domain.errors import Down, Unwritten
from connector.domain.outcome import Decision, DidNot, Happened, No, NotYet, Retry, State, Unknown
from connector.domain.reasons import AGENTS_WAITS, MEANINGS, Reason, waiting_for
from connector.domain.ticket import Claim, MappedTicket, Pass, Plan, Ticket
from connector.domain.trouble import Trouble, note_route
from connector.lifecycle.ledger_roles import Requeue
from connector.lifecycle.rereading import Reread, Shown
from connector.lifecycle.revoking import revoke
from connector.lifecycle.roles import Roles
from connector.lifecycle.settling import settle


def handle(claim: Claim, mapped: MappedTicket | None, roles: Roles, shown: Shown | None = None) -> State:
    """Take a claimed ticket as far as it goes; the state it rests in. `shown`: it, read again since it was
    mapped. Raises Down (nothing made), Lost, Unwritten.
    """
    if mapped is None or roles.judge.dropped(claim, mapped.ticket):
        left = NotYet(Reason.TICKET_CHANGED, "The ticket is no longer in the queue.")
        return roles.book.close(claim, State.WAITING, left)
    if mapped.ticket.foreign_references and not claim.history_accepted:
        unknown = Decision(State.STUCK, Reason.UNKNOWN_HISTORY, ", ".join(mapped.ticket.foreign_references))
        return settle(roles.book.settling(claim, unknown), roles)
    reread = Reread(claim, roles, shown)
    match verdict_on(claim, mapped, roles, reread):
        case (No() | NotYet()) as no:
            return turn_down(claim, mapped, no, roles)
        case Plan() as plan:
            return issue(claim, mapped, plan, reread, roles)
        case never:
            assert_never(never)


def turn_down(claim: Claim, mapped: MappedTicket, no: No | NotYet, roles: Roles) -> State:
    """Refuse, or wait, before anything was made."""
    if isinstance(no, NotYet):
        return wait(claim, no, roles)
    refused = Decision(State.REFUSED, no.reason, no.detail, digest=mapped.digest, about=no.about)
    return settle(roles.book.settling(claim, refused), roles)


def issue(claim: Claim, mapped: MappedTicket, plan: Plan, reread: Reread, roles: Roles) -> State:
    if not unchanged_since_plan(claim, mapped, plan, reread.ticket(), roles):
        changed = NotYet(
            Reason.TICKET_CHANGED, "The ticket changed while passdesk worked on it.", about=plan.about
        )
        return wait(claim, changed, roles)
    if no := roles.delivery.ready(plan.recipient):
        return wait(claim, replace(no, about=plan.about), roles)
    seen = roles.issuer.now()
    start = first_second(seen, plan, claim.failures)
    booked = roles.book.issuing(claim, plan.ahead(start - seen), start)
    if not isinstance(booked, Claim):
        return turn_down(claim, mapped, replace(booked, about=plan.about), roles)
    match roles.issuer.issue(booked.current_attempt):
        case Happened(fresh) if fresh.out_of_scope:
            outside = Decision(State.REFUSED, Reason.SUBJECT_OUT_OF_SCOPE)
            return revoke(record_pass(booked, fresh, roles), outside, roles)
        case Happened(fresh) if not fresh.as_asked:
            otherwise = Decision(
                State.CLAIMED, Reason.RECOVERING, "Entra made the pass differently than requested."
            )
            return revoke(record_pass(booked, fresh, roles), otherwise, roles)
        case Happened(fresh):
            held = record_pass(booked, fresh, roles)
            if meanwhile := changed_meanwhile(held, mapped, plan, roles):
                return revoke(held, meanwhile, roles)
            return deliver(held, fresh, roles)
        case DidNot(reason, Retry.NEVER, detail):
            never_made = Decision(State.REFUSED, reason, detail, revocation_proven=True)
            return settle(roles.book.settling(booked, never_made), roles)
        case DidNot(reason, Retry.UNCOUNTED, detail, trouble):
            return wait(booked, NotYet(reason, detail, trouble), roles, revocation_proven=True)
        case DidNot(reason, _, detail, trouble):
            return revoke(booked, Decision(State.CLAIMED, reason, detail, trouble=trouble), roles)
        case Unknown(detail, _, trouble):
            return roles.book.reschedule(booked, Requeue(detail=detail, trouble=trouble))
        case never:
            assert_never(never)


def deliver(claim: Claim, fresh: Pass, roles: Roles) -> State:
    match roles.delivery.deliver(claim, fresh):
        case Happened(receipt):
            handed = Decision(State.LIVE, destination=receipt.destination, trouble=receipt.trouble)
            told = roles.book.settling(claim, handed)
            return roles.book.close(told, State.LIVE) if receipt.ticket_settled else settle(told, roles)
        case DidNot(reason, _, detail) if MEANINGS[reason].outcome == "refused":
            return revoke(claim, Decision(State.REFUSED, reason, detail), roles)
        case DidNot(_, Retry.NEVER, detail, trouble):
            exhausted = Decision(State.STUCK, Reason.ATTEMPTS_EXHAUSTED, detail, trouble=trouble)
            return revoke(claim, exhausted, roles)
        case DidNot(reason, _, detail, trouble):
            return revoke(claim, Decision(State.CLAIMED, reason, detail, trouble=trouble), roles)
        case Unknown(detail, reason, trouble):
            return roles.book.reschedule(claim, Requeue(reason, detail, trouble=trouble))
        case never:
            assert_never(never)


def unchanged_since_plan(
    claim: Claim, mapped: MappedTicket, plan: Plan, ticket: Ticket | None, roles: Roles
) -> bool:
    """Tell whether the ticket, read again, is in the queue and says what the plan rests on. The mapping runs
    again only where anything on it differs from `mapped`, which was judged.
    """
    if ticket is None or roles.judge.dropped(claim, ticket):
        return False
    again = mapped if ticket == mapped.ticket else roles.judge.mapped(ticket)
    return roles.judge.supports(claim, plan, again)


def verdict_on(claim: Claim, mapped: MappedTicket, roles: Roles, reread: Reread) -> Plan | No | NotYet:
    """The judge's, while the ticket is read again; evidence that is withheld of this one person is this
    ticket's own. Raises Down.
    """
    try:
        return roles.judge.judge(claim, mapped, reread.begin)
    except Down as down:
        if not down.alone:
            raise
        return NotYet(Reason.EVIDENCE_MISSING, f"{down}.")
    finally:
        reread.wait()


def changed_meanwhile(claim: Claim, mapped: MappedTicket, plan: Plan, roles: Roles) -> Decision | None:
    """Look at the ticket once more before it is handed its pass, unless it was read just now, and is read
    again before anybody can use the pass. Nothing was written yet, so that a pass that may not go there, or
    whose ticket can't be read, is taken back at once.
    """
    attempt = claim.current_attempt
    left = attempt.start - roles.issuer.now()
    if left >= roles.first_round and attempt.fence - left <= roles.quick_post:
        return None
    try:
        unchanged = unchanged_since_plan(claim, mapped, plan, roles.desk.read(claim.ticket), roles)
    except Down as down:
        route, who = note_route(claim.mapping), f"{claim.desk} {claim.ticket}"
        met = Trouble(down.sentence, False, waiting_for(down), down.sentence, down.retry_after, route, who)
        return Decision(State.CLAIMED, met.reason, down.sentence, trouble=met)
    changed = Decision(State.CLAIMED, Reason.TICKET_CHANGED, "The ticket changed while the pass was made.")
    return None if unchanged else changed


def wait(claim: Claim, verdict: NotYet, roles: Roles, *, revocation_proven: bool = False) -> State:
    """Defer until a poll shows it. After a failed attempt our own half-done write may hide it from polls:
    recovery keeps it. What is this ticket's own is waited for so long and no longer. A wait that agents can
    end is told on the ticket once it has lasted, where the mapping says so.
    """
    if verdict.own and claim.own_wait >= roles.wait_at_most:
        late = Decision(
            State.STUCK,
            Reason.WAITED_TOO_LONG,
            f"It waited for {roughly(claim.own_wait)}: {verdict.detail}",
            revocation_proven=revocation_proven,
            about=verdict.about,
        )
        return settle(roles.book.settling(claim, late), roles)
    if to_be_told(claim, verdict, roles):
        told = Decision(
            State.WAITING,
            verdict.reason,
            verdict.detail,
            revocation_proven=revocation_proven,
            trouble=verdict.trouble,
            about=verdict.about,
        )
        return settle(roles.book.settling(claim, told), roles)
    state = State.CLAIMED if claim.failures else State.WAITING
    return roles.book.close(claim, state, verdict, revocation_proven=revocation_proven)


def to_be_told(claim: Claim, verdict: NotYet, roles: Roles) -> bool:
    """Tell whether the ticket is to say why it waits: for that reason it was not told yet. After a failed
    attempt it waits as CLAIMED, and is never told.
    """
    return (
        roles.tell_waiting is not None
        and claim.waited >= roles.tell_waiting
        and verdict.reason in AGENTS_WAITS
        and not claim.failures
        and claim.posted_wait != replace(claim, reason=verdict.reason).wait_mark
    )


def record_pass(claim: Claim, fresh: Pass, roles: Roles) -> Claim:
    """Write down the id of a pass that was just made."""
    try:
        return roles.book.delivering(claim, fresh)
    except Unwritten:
        roles.issuer.delete(claim.current_attempt.subject.id, fresh.id)  # revoking never waits for the ledger
        raise


def first_second(now: int, plan: Plan, failures: int) -> int:
    """The start of the pass: behind the fence, and never on a full minute (an offset of minutes would look
    the same).

    Where the ticket names a start, each attempt takes a second of its own, since the last one's pass may
    still arrive.
    """
    start = max(now + plan.fence, (plan.starts_at or 0) + 2 * failures)
    return start + 1 if start > now and start % 60 == 0 else start
