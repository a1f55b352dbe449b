"""The operator's verbs. The worker that holds the row loses it: its token grows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connector.domain.durations import Limit, written_limit
from connector.domain.events import Event
from connector.domain.outcome import State
from connector.ledger import transitions as ways
from connector.ledger.limiting import Raise, keep_raise, raises
from connector.ledger.pausing import paused_by, resumed
from connector.ledger.rows import (
    UNNAMED,
    AuditEntry,
    Operator,
    PauseRecord,
    Row,
    Transition,
    VerbResult,
    claim_of,
)
from connector.ledger.store import Opened, keep, note
from connector.ledger.transaction import Transaction

_NOTHING = {
    State.CLAIMED: "is being judged; it has no pass",
    State.WAITING: "is waiting; it has no pass",
    State.REFUSED: "was refused; it has no pass",
    State.ENDED: "had its pass, which has ended",
    State.STUCK: "is stuck; it has no pass",
    State.REVOKING: "already has its pass revoked: that was booked before",
    State.SETTLING: "has no pass; only its status update is missing",
}

_NOT_AGAIN = {
    State.WAITING: "had no pass yet: it waits, and is judged again in each sweep",
    State.REFUSED: "had no pass: it was refused, and is judged again when it changes",
    State.STUCK: "is stuck; run passdesk release",
}


class OperatorVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be written. A ticket is named by its id, its number
    or its reference; `by` acts, and stands in the trail.
    """

    def revoke(
        self, desk: str, ticket: str, said: str = "", by: Operator = UNNAMED, why: str = ""
    ) -> VerbResult:
        """The ticket's pass must go, and the ticket gets no other. Written only: the next sweep does it.

        `said` stands on the ticket, `why` only in the trail.
        """

        def rule(row: Row, now: float) -> Transition | VerbResult:
            if not ways.pass_may_be_out(row):
                return VerbResult(False, f"{row.number} {_NOTHING[row.state]}.", claim_of(row))
            return ways.revoke_asked(row, said, now)

        return self._change(desk, ticket, rule, "its pass is being revoked", by.detail(why))

    def revoke_all(self, said: str = "", by: Operator = UNNAMED, why: str = "") -> Sequence[VerbResult]:
        """Every pass that may be out must go, at whatever desk; those whose revocation was booked before are
        named, too. In one transaction.
        """

        def verb(db: Transaction) -> list[VerbResult]:
            now, done = self.clock(), list[VerbResult]()
            for key in [row.key for row in db.rows(ways.MAY_BE_OUT)]:
                row = db.ticket(*key)
                if row is None:
                    continue
                if ways.pass_may_be_out(row):
                    keep(db, row, _by(ways.revoke_asked(row, said, now), by.detail(why)), now)
                    done.append(VerbResult(True, f"{row.number}: its pass is being revoked.", claim_of(row)))
                elif row.open_attempt:
                    sentence = f"{row.number} {_NOTHING[row.state]}."
                    done.append(VerbResult(False, sentence, claim_of(row)))
            return done

        return self.write(verb)

    def release(self, desk: str, ticket: str, by: Operator = UNNAMED, why: str = "") -> VerbResult:
        """A stuck ticket is judged again when a poll shows it; references that the ledger doesn't know are
        forgiven.
        """

        def rule(row: Row, now: float) -> Transition | VerbResult:
            if row.state is not State.STUCK:
                return VerbResult(False, f"{row.number} isn't stuck; it is {row.state}.", claim_of(row))
            return ways.released(row, now)

        return self._change(
            desk, ticket, rule, "it is judged again as soon as it is in the queue", by.detail(why)
        )

    def reissue(self, desk: str, ticket: str, by: Operator = UNNAMED, why: str = "") -> VerbResult:
        """A ticket that had its pass may have one more, once it is in the queue; a pass that is still out is
        revoked first.
        """

        def rule(row: Row, now: float) -> Transition | VerbResult:
            over = row.state in {State.REVOKING, State.SETTLING} and row.then_ is State.ENDED
            if row.granted:
                again = "may already have another pass, as soon as it is in the queue"
                return VerbResult(False, f"{row.number} {again}.", claim_of(row))
            if (
                row.state is State.ENDED
                or over
                or (ways.pass_may_be_out(row) and row.attempt and row.attempt.delivered_at)
            ):
                return ways.reissued(row, now)
            why = _NOT_AGAIN.get(row.state, "is being worked on; wait until that is done")
            return VerbResult(False, f"{row.number} {why}.", claim_of(row))

        done = "it gets another pass as soon as it is in the queue"
        return self._change(desk, ticket, rule, done, by.detail(why))

    def pause(self, why: str = "", by: Operator = UNNAMED) -> PauseRecord | None:
        """No pass is issued until `resume`, by any worker. A pause that runs keeps its first reason: it is
        returned; None: this one began.
        """

        def verb(db: Transaction) -> PauseRecord | None:
            before, now = _paused(db, hold=True), self.clock()
            if before and (before.why or not why):
                return before
            db.turn("paused", why)
            if before is None:
                db.turn("paused_by", json.dumps({"by": by.name, "since": now}))
            note(db, AuditEntry(Event.PAUSED, {"why": why} | by.detail()), now)
            return before

        return self.write(verb)

    def resume(self, by: Operator = UNNAMED, why: str = "") -> bool:
        """Issue again; False: it wasn't paused. What passdesk paused itself on is known from now on."""

        def verb(db: Transaction) -> bool:
            if db.switch("paused", hold=True) is None:
                return False
            resumed(db, self.clock())
            db.turn("paused", None)
            db.turn("paused_by", None)
            note(db, AuditEntry(Event.RESUMED, by.detail(why)), self.clock())
            return True

        return self.write(verb)

    def raise_limit(
        self, name: str, limit: Limit, until: float, by: Operator = UNNAMED, why: str = ""
    ) -> Raise:
        """Allow more than the floor's limit until a time, for every worker. It ends by itself, and takes the
        place of another raise of the same limit.
        """

        def verb(db: Transaction) -> Raise:
            now = self.clock()
            new = Raise(name, limit, until, by.name, why, now)
            db.switch("paused", hold=True)  # as the bookings do, so that none is under way
            keep_raise(db, new, now)
            said: dict[str, object] = {"limit": name, "allows": written_limit(limit), "until": int(until)}
            note(db, AuditEntry(Event.LIMIT_RAISED, said | by.detail(why)), now)
            return new

        return self.write(verb)

    def raises(self) -> Sequence[Raise]:
        """The limits that are raised now."""
        return self.read(lambda db: raises(db, self.clock()))

    def paused(self) -> str | None:
        """The reason why issuing is paused, "" if nobody gave one; None: it is not paused."""
        return self.read(lambda db: db.switch("paused"))

    def pause_record(self) -> PauseRecord | None:
        """The pause that runs, and who began it; None: it is not paused."""
        return self.read(_paused)

    def record(self, name: str, known: Mapping[str, object]) -> None:
        """Keep what a worker knows of itself, for other processes to read; no decision, so without a line."""
        text = json.dumps(known)
        self.write(lambda db: db.turn(name, text))

    def recorded(self, name: str) -> dict[str, Any] | None:
        """The text that a worker kept last under that name; None: nothing, or nothing that can be read."""
        text = self.read(lambda db: db.switch(name))
        try:
            found = json.loads(text) if text else None
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def _change(
        self,
        desk: str,
        ticket: str,
        rule: Callable[[Row, float], Transition | VerbResult],
        done: str,
        said: dict[str, object],
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
            keep(db, rows[0], _by(step, said), now)
            return VerbResult(True, f"{rows[0].number}: {done}.", claim_of(rows[0]))

        return self.write(verb)


def _by(step: Transition, said: dict[str, object]) -> Transition:
    """The step, whose audit line names who took it."""
    entry = step.entry
    return step._replace(entry=entry._replace(detail={**entry.detail, **said})) if entry else step


def _paused(db: Transaction, *, hold: bool = False) -> PauseRecord | None:
    why = db.switch("paused", hold=hold)
    if why is None:
        return None
    known = paused_by(db)
    return PauseRecord(why, known.get("by", ""), known.get("since"), known.get("cause", ""))
