"""The way of a ticket (roles.Book): each verb is one step of ways.py, written with its audit line."""

from __future__ import annotations

from dataclasses import replace

from connector.domain.errors import Unwritten
from connector.domain.outcome import Decision, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, Pass, Plan
from connector.ledger import transitions as ways
from connector.ledger.admission import limited
from connector.ledger.rows import Row, claim_of
from connector.ledger.store import Opened, Transaction, keep, naming
from connector.lifecycle.roles import Requeue


class BookVerbs(Opened):
    """Every verb raises Lost where the row is another's by now, and Unwritten where the ledger can't be
    written.
    """

    def issuing(self, claim: Claim, plan: Plan, start: int) -> Claim | NotYet:
        """Pause, limits and one pass a person are decided here, and a new attempt is booked; `start` is on
        Entra's clock.
        """

        def verb(db: Transaction) -> Claim | NotYet:
            now = self.clock()
            row = self.held(db, claim)
            if (
                why := db.switch("paused", hold=True)
            ) is not None:  # held: two that issue at once would count past a limit
                return NotYet(Reason.PAUSED, why)
            if over := limited(self.limits, plan, now, db.count):
                return over
            step = ways.issuing(row, plan, start, now)
            if not db.book(step.row):
                return _standing(db, plan)
            return onward(keep(db, row, naming(db, step, plan.about, now), now), claim)

        return self.writing(claim, verb)

    def delivering(self, claim: Claim, made: Pass) -> Claim:
        """The pass exists: its id, and the start and lifetime that it really has."""
        return onward(self.step(claim, lambda row, now: ways.delivering(row, made, now)), claim)

    def revoking(self, claim: Claim, decision: Decision) -> Claim:
        """The attempt's pass must go; the decision follows. To CLAIMED: one more failure is counted."""
        return onward(self.step(claim, lambda row, now: ways.revoking(row, decision, now)), claim)

    def settling(self, claim: Claim, decision: Decision) -> Claim:
        """Decided: only the word on the ticket is missing."""
        return onward(
            self.step(claim, lambda row, now: ways.settling(row, decision, now), decision.about), claim
        )

    def reschedule(self, claim: Claim, requeue: Requeue) -> State:
        """Hand the claim back in the state it is in, after a look; to be taken up again in `note.wait`
        seconds.
        """
        row = self.step(claim, lambda row, now: ways.rescheduling(row, requeue, now))
        self.drop(claim)
        return row.state

    def hand_back(self, claim: Claim, rest: Requeue) -> State:
        """Interrupted, nothing was learnt: the row keeps its state; CLAIMED without a failed attempt waits
        for a poll.
        """
        row = self.step(claim, lambda row, now: ways.handing_back(row, rest, now))
        self.drop(claim)
        return row.state

    def close(
        self,
        claim: Claim,
        state: State,
        verdict: NotYet | None = None,
        *,
        revocation_proven: bool = False,
        left_watch: bool = False,
    ) -> State:
        """Hand the claim back in another state; `verdict`: why, or why a settled ticket couldn't be told.

        `revocation_proven`: its pass is proven gone. `left_watch`: our own word took the ticket out of
        `watch`.
        """
        proven = revocation_proven
        row = self.step(
            claim,
            lambda row, now: ways.closing(
                row, state, verdict, now, revocation_proven=proven, left_watch=left_watch
            ),
            verdict.about if verdict else None,
        )
        self.drop(claim)
        return row.state


def onward(row: Row, claim: Claim) -> Claim:
    """The claim as the row is now, worked under the same version of its mapping."""
    return replace(claim_of(row), version=claim.version)


def _standing(db: Transaction, plan: Plan) -> NotYet:
    """The unique index said no. Only for the one reason that it has."""
    standing = db.open_attempt(plan.subject.id)
    if standing is None:
        raise Unwritten("the ledger knows this attempt already; run passdesk audit verify")
    return NotYet(
        Reason.PASS_STANDING,
        f"{plan.subject.upn} has a pass from another ticket already ({standing.reference}).",
    )
