"""The operator's verbs. The worker that holds the row loses it: its token grows."""

from __future__ import annotations

from collections.abc import Callable

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.ledger import transitions as ways
from connector.ledger.rows import AuditEntry, Row, Transition, VerbResult
from connector.ledger.store import Opened, Transaction, keep, note

_NOTHING = {
    State.CLAIMED: "is being judged; it has no pass",
    State.WAITING: "is waiting; it has no pass",
    State.REFUSED: "was refused; it has no pass",
    State.ENDED: "had its pass, which has ended",
    State.STUCK: "is stuck; it has no pass",
    State.REVOKING: "already has its pass revoked",
    State.SETTLING: "has no pass; only its status update is missing",
}

_NOT_AGAIN = {
    State.WAITING: "had no pass yet: it waits, and is judged again in each sweep",
    State.REFUSED: "had no pass: it was refused, and is judged again when it changes",
    State.STUCK: "is stuck; run passdesk release",
}


class OperatorVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be written. A ticket is named by its id or its
    number.
    """

    def revoke(self, desk: str, ticket: str, why: str = "") -> VerbResult:
        """The ticket's pass must go, and the ticket gets no other. Written only: the next sweep does it."""

        def rule(row: Row, now: float) -> Transition | VerbResult:
            if not ways.pass_may_be_out(row):
                return VerbResult(False, f"{row.number} {_NOTHING[row.state]}.")
            return ways.revoke_asked(row, why, now)

        return self._change(desk, ticket, rule, "its pass is being revoked")

    def release(self, desk: str, ticket: str) -> VerbResult:
        """A stuck ticket is judged again when a poll shows it; references that the ledger doesn't know are
        forgiven.
        """

        def rule(row: Row, now: float) -> Transition | VerbResult:
            if row.state is not State.STUCK:
                return VerbResult(False, f"{row.number} isn't stuck; it is {row.state}.")
            return ways.released(row, now)

        return self._change(desk, ticket, rule, "it is judged again as soon as it is in the queue")

    def reissue(self, desk: str, ticket: str) -> VerbResult:
        """A ticket that had its pass may have one more, once it is in the queue; a pass that is still out is
        revoked first.
        """

        def rule(row: Row, now: float) -> Transition | VerbResult:
            over = row.state in {State.REVOKING, State.SETTLING} and row.then_ is State.ENDED
            if row.granted:
                return VerbResult(
                    False, f"{row.number} may already have another pass, as soon as it is in the queue."
                )
            if (
                row.state is State.ENDED
                or over
                or (ways.pass_may_be_out(row) and row.attempt and row.attempt.delivered_at)
            ):
                return ways.reissued(row, now)
            return VerbResult(
                False,
                f"{row.number} {_NOT_AGAIN.get(row.state, 'is being worked on; wait until that is done')}.",
            )

        return self._change(desk, ticket, rule, "it gets another pass as soon as it is in the queue")

    def pause(self, why: str = "") -> None:
        """No pass is issued until `resume`, by any worker."""
        self._turn(AuditEntry(Event.PAUSED, {"why": why}), why)

    def resume(self) -> bool:
        """Issue again; False: it wasn't paused."""
        if self.paused() is None:
            return False
        self._turn(AuditEntry(Event.RESUMED, {}), None)
        return True

    def paused(self) -> str | None:
        """The reason why issuing is paused, "" if nobody gave one; None: it is not paused."""
        return self.read(lambda db: db.switch("paused"))

    def _turn(self, entry: AuditEntry, value: str | None) -> None:
        def verb(db: Transaction) -> None:
            db.turn("paused", value)
            note(db, entry, self.clock())

        self.write(verb)

    def _change(
        self, desk: str, ticket: str, rule: Callable[[Row, float], Transition | VerbResult], done: str
    ) -> VerbResult:
        def verb(db: Transaction) -> VerbResult:
            now = self.clock()
            rows = db.called(desk, ticket)
            if len(rows) != 1:
                why = (
                    f"has {len(rows)} tickets {ticket}; name one by its sys_id"
                    if rows
                    else f"knows no ticket {ticket}"
                )
                return VerbResult(False, f"The ledger {why} at {desk}.")
            step = rule(rows[0], now)
            if isinstance(step, VerbResult):
                return step
            keep(db, rows[0], step, now)
            return VerbResult(True, f"{rows[0].number}: {done}.")

        return self.write(verb)
