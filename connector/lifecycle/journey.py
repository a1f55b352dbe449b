"""The way of one ticket, told once.

    judge ─ read again ─ ISSUING ─ POST ─ DELIVERING ─ note ─ SETTLING ─ word ─ LIVE

Nothing here repairs anything. Where an effect's reply is missing, the journey stops and leaves the row
exactly as a crash would have left it; recovery.py reads it. There is one way to be interrupted, and one page
that knows it.
"""

from __future__ import annotations

from typing import assert_never

from connector.domain.errors import Unwritten
from connector.domain.outcome import Again, Decision, DidNot, Happened, No, NotYet, State, Unknown
from connector.domain.reasons import MEANINGS, Reason
from connector.domain.ticket import Claim, MappedTicket, Pass, Plan
from connector.lifecycle.revoking import revoke
from connector.lifecycle.roles import Rest, Roles
from connector.lifecycle.settling import settle


def handle(claim: Claim, mapped: MappedTicket | None, ask: Roles) -> State:
    """Take a claimed ticket as far as it goes; the state it rests in. Raises Down (nothing made), Lost,
    Unwritten.
    """
    if mapped is None or ask.judge.dropped(claim, mapped.ticket):
        left = NotYet(Reason.TICKET_CHANGED, "It is no longer in the queue.")
        return ask.book.close(claim, State.WAITING, left)
    if mapped.ticket.strangers and not claim.forgiven:
        unknown = Decision(State.STUCK, Reason.UNKNOWN_HISTORY, ", ".join(mapped.ticket.strangers))
        return settle(ask.book.settling(claim, unknown), ask)
    match ask.judge.judge(claim, mapped):
        case No(reason, detail):
            refused = Decision(State.REFUSED, reason, detail, digest=mapped.digest)
            return settle(ask.book.settling(claim, refused), ask)
        case NotYet() as verdict:
            return wait(claim, verdict, ask)
        case Plan() as plan:
            return issue(claim, plan, ask)
        case never:
            assert_never(never)


def issue(claim: Claim, plan: Plan, ask: Roles) -> State:
    if not still(claim, plan, ask):
        return wait(claim, NotYet(Reason.TICKET_CHANGED, "It was changed while it was handled."), ask)
    if no := ask.delivery.ready(plan.recipient):
        return wait(claim, no, ask)
    seen = ask.issuer.now()
    start = first_second(seen, plan, claim.failures)
    booked = ask.book.issuing(claim, plan.ahead(start - seen), start)
    if isinstance(booked, NotYet):
        return wait(claim, booked, ask)
    match ask.issuer.issue(booked.tried):
        case Happened(fresh) if fresh.out_of_scope:
            outside = Decision(State.REFUSED, Reason.SUBJECT_OUT_OF_SCOPE)
            return revoke(hold(booked, fresh, ask), outside, ask)
        case Happened(fresh) if not fresh.as_asked:
            otherwise = Decision(State.CLAIMED, Reason.RECOVERING, "Entra made it otherwise than asked.")
            return revoke(hold(booked, fresh, ask), otherwise, ask)
        case Happened(fresh):
            held = hold(booked, fresh, ask)
            if ask.issuer.now() > seen + ask.brisk and not still(held, plan, ask):
                changed = Decision(
                    State.CLAIMED, Reason.TICKET_CHANGED, "It was changed while the pass was made."
                )
                return revoke(held, changed, ask)
            return deliver(held, fresh, ask)
        case DidNot(reason, Again.NEVER, detail):
            never_made = Decision(State.REFUSED, reason, detail, revocation_proven=True)
            return settle(ask.book.settling(booked, never_made), ask)
        case DidNot(reason, Again.LATER, detail):
            return wait(booked, NotYet(reason, detail), ask, revocation_proven=True)
        case DidNot(reason, _, detail):
            return revoke(booked, Decision(State.CLAIMED, reason, detail), ask)
        case Unknown(detail):
            return ask.book.rest(booked, Rest(detail=detail))
        case never:
            assert_never(never)


def deliver(claim: Claim, fresh: Pass, ask: Roles) -> State:
    match ask.delivery.deliver(claim, fresh):
        case Happened(receipt):
            told = ask.book.settling(claim, Decision(State.LIVE, place=receipt.place))
            return ask.book.close(told, State.LIVE) if receipt.ticket_settled else settle(told, ask)
        case DidNot(reason, _, detail) if MEANINGS[reason].outcome == "refused":
            return revoke(claim, Decision(State.REFUSED, reason, detail), ask)
        case DidNot(_, Again.NEVER, detail):
            return revoke(claim, Decision(State.STUCK, Reason.ATTEMPTS_EXHAUSTED, detail), ask)
        case DidNot(reason, _, detail):
            return revoke(claim, Decision(State.CLAIMED, reason, detail), ask)
        case Unknown(detail, reason):
            return ask.book.rest(claim, Rest(reason, detail))
        case never:
            assert_never(never)


def still(claim: Claim, plan: Plan, ask: Roles) -> bool:
    """Whether the ticket, read again, is in the queue and says what the plan rests on."""
    ticket = ask.desk.read(claim.ticket)
    if ticket is None or ask.judge.dropped(claim, ticket):
        return False
    return ask.judge.supports(plan, ask.judge.mapped(ticket))


def wait(claim: Claim, verdict: NotYet, ask: Roles, *, revocation_proven: bool = False) -> State:
    """Defer until a poll shows it. After a failed attempt our own half-done write may hide it from polls:
    recovery keeps it.
    """
    state = State.CLAIMED if claim.failures else State.WAITING
    return ask.book.close(claim, state, verdict, revocation_proven=revocation_proven)


def hold(claim: Claim, fresh: Pass, ask: Roles) -> Claim:
    """Write down the id of a pass that was just made."""
    try:
        return ask.book.delivering(claim, fresh)
    except Unwritten:
        ask.issuer.delete(claim.tried.subject.id, fresh.id)  # revoking never waits for the ledger
        raise


def first_second(now: int, plan: Plan, failures: int) -> int:
    """When the pass shall begin: behind the fence, and never on a full minute (an offset of minutes would
    look the same).

    Where the ticket names a start, each attempt takes a second of its own, since the last one's pass may
    still arrive.
    """
    start = max(now + plan.fence, (plan.starts_at or 0) + 2 * failures)
    return start + 1 if start > now and start % 60 == 0 else start
