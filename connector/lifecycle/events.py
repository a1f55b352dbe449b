"""What happens to a ticket, as it happens: every step passes here once, for the log and for people who
watch.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from connector.domain.outcome import Ending, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.recipients import Place
from connector.domain.ticket import Claim, Pass, Plan
from connector.lifecycle.roles import Book, Rest


@dataclass(frozen=True)
class Step:
    """`action` is a stable word: mapped, proved, allowed, issuing, issued, delivered, settled, refused,
    deferred, …
    """

    action: str
    claim: Claim
    reason: str | None = None
    detail: str = ""


Tell = Callable[[Step], None]


@dataclass(frozen=True)
class ToldBook:
    """The ledger's book, which says what it wrote after it was written."""

    book: Book
    tell: Tell

    def say(self, step: Step) -> None:
        with suppress(Exception):  # whoever listens must not stop a ticket
            self.tell(step)

    def issuing(self, claim: Claim, plan: Plan, start: int) -> Claim | NotYet:
        booked = self.book.issuing(claim, plan, start)
        if isinstance(booked, Claim):
            self.say(Step("issuing", booked))
        return booked

    def delivering(self, claim: Claim, made: Pass) -> Claim:
        held = self.book.delivering(claim, made)
        self.say(Step("issued", held))
        return held

    def revoking(self, claim: Claim, then: State, reason: Reason | Ending | None, detail: str = "") -> Claim:
        held = self.book.revoking(claim, then, reason, detail)
        self.say(Step("revoking", held, reason, detail))
        return held

    def settling(
        self,
        claim: Claim,
        then: State,
        reason: Reason | Ending | None = None,
        detail: str = "",
        *,
        gone: bool = False,
        digest: str | None = None,
        place: Place | None = None,
    ) -> Claim:
        held = self.book.settling(claim, then, reason, detail, gone=gone, digest=digest, place=place)
        self.say(Step("delivered" if then is State.LIVE else then.value, held, reason, detail))
        return held

    def rest(self, claim: Claim, note: Rest) -> State:
        state = self.book.rest(claim, note)
        if state is State.REVOKING and note.told:
            self.say(Step("revocation_refused", claim, note.reason, note.detail))
        elif state is not State.LIVE:
            self.say(Step("recovering", claim, note.reason, note.detail))
        return state

    def close(
        self,
        claim: Claim,
        state: State,
        verdict: NotYet | None = None,
        *,
        gone: bool = False,
        left: bool = False,
    ) -> State:
        closed = self.book.close(claim, state, verdict, gone=gone, left=left)
        action = {State.WAITING: "deferred", State.CLAIMED: "again"}.get(closed, "settled")
        self.say(Step(action, claim, verdict.reason if verdict else None, verdict.detail if verdict else ""))
        return closed
