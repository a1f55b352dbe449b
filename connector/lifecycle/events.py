"""The events of a ticket as they happen, for the log and for people who watch: each passes here once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from connector.domain.events import Event, closed, decided
from connector.domain.outcome import Decision, No, NotYet, State
from connector.domain.ticket import Claim, Pass, Plan
from connector.lifecycle.ledger_roles import Book, Requeue


@dataclass(frozen=True)
class TicketEvent:
    """An event, and the ticket that it happened to."""

    event: Event
    claim: Claim
    reason: str | None = None
    detail: str = ""
    replaces: tuple[str, ...] = ()  # ids of others' passes that this one ends
    news: bool = True  # False: looked at again, and it is as it was


Listener = Callable[[TicketEvent], None]


def nobody(_: TicketEvent) -> None:
    """Hear nothing."""


def announce(listener: Listener, event: TicketEvent) -> None:
    """Let the listener hear an event. A listener that fails must not stop a ticket."""
    with suppress(Exception):
        listener(event)


@dataclass(frozen=True)
class AnnouncingBook:
    """The ledger's book, which announces what it wrote after it was written: under the trail's own names."""

    book: Book
    listener: Listener

    def announce(self, event: TicketEvent) -> None:
        announce(self.listener, event)

    def issuing(self, claim: Claim, plan: Plan, start: int) -> Claim | No | NotYet:
        booked = self.book.issuing(claim, plan, start)
        if isinstance(booked, Claim):
            self.announce(TicketEvent(Event.ISSUING, booked, replaces=plan.replaces))
        return booked

    def delivering(self, claim: Claim, made: Pass) -> Claim:
        held = self.book.delivering(claim, made)
        self.announce(TicketEvent(Event.ISSUED, held))
        return held

    def revoking(self, claim: Claim, decision: Decision) -> Claim:
        held = self.book.revoking(claim, decision)
        self.announce(TicketEvent(Event.REVOKING, held, decision.reason, decision.detail))
        return held

    def settling(self, claim: Claim, decision: Decision) -> Claim:
        held = self.book.settling(claim, decision)
        self.announce(TicketEvent(decided(decision.next_state), held, decision.reason, decision.detail))
        if claim.state is State.REVOKING and decision.next_state is State.LIVE:  # it was to go, and was used
            self.announce(TicketEvent(Event.USED_UNCONFIRMED, held, detail=decision.detail))
        return held

    def reschedule(self, claim: Claim, requeue: Requeue) -> State:
        state = self.book.reschedule(claim, requeue)
        why = requeue.reason, requeue.detail
        if state is State.REVOKING and requeue.counted:
            first = not claim.update_attempts
            self.announce(TicketEvent(Event.REVOCATION_REFUSED, claim, *why, news=first))
        elif state is not State.LIVE:
            self.announce(TicketEvent(Event.RECOVERING, claim, *why, news=first_look(claim, requeue)))
        return state

    def close(
        self,
        claim: Claim,
        state: State,
        verdict: NotYet | None = None,
        *,
        revocation_proven: bool = False,
        left_watch: bool = False,
    ) -> State:
        after = self.book.close(
            claim, state, verdict, revocation_proven=revocation_proven, left_watch=left_watch
        )
        reason, detail = (verdict.reason, verdict.detail) if verdict else (None, "")
        news = not waits_as_before(claim, after, reason)
        self.announce(TicketEvent(closed(after), claim, reason, detail, news=news))
        return after


def waits_as_before(claim: Claim, after: State, reason: str | None) -> bool:
    """Tell whether a ticket was judged and waits on, for the same reason: the trail has no line, either."""
    waits = State.CLAIMED if claim.failures else State.WAITING
    return claim.state is State.CLAIMED and after is waits and reason in (None, claim.reason)


def first_look(claim: Claim, requeue: Requeue) -> bool:
    """Tell whether a look that settled nothing is the first of its kind.

    REVOKING and SETTLING have had their line when they began; the first try that counts against them is news,
    and what a service is down for is said of the service.
    """
    if claim.state in {State.REVOKING, State.SETTLING}:
        return requeue.counted and not claim.update_attempts
    return claim.reason != requeue.reason
