"""The attempts that are watched for a method that their person registers, and what was found: did it help?

A watch is an observation under the attempt's reference, due at its `at`. It holds no name: the ticket, and
digests of the methods that were there before.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from connector.domain.events import Event
from connector.domain.methods import KEPT
from connector.domain.outcome import State
from connector.domain.ticket import Claim
from connector.ledger.observing import Observation, Seen
from connector.ledger.rows import AuditEntry, Row, claim_of
from connector.ledger.store import Opened, note
from connector.ledger.transaction import Transaction

AGAIN: Final = 600.0  # s between two questions about a person
REGISTERED, NONE_YET = "registered", "none yet"


@dataclass(frozen=True)
class MethodWatch:
    """An attempt that is watched. `before`: the methods that were there before its start; None: nobody looked
    in time. `outcome`: what the trail says. `told`: whether the ticket says so, too, or never will.
    """

    claim: Claim
    before: frozenset[str] | None = None
    outcome: str | None = None
    told: bool = False

    @property
    def reference(self) -> str:
        return self.claim.current_attempt.reference

    @property
    def over(self) -> bool:
        return self.told or not self.claim.current_attempt.one_time

    def value(self) -> str:
        return json.dumps(
            {
                "desk": self.claim.desk,
                "ticket": self.claim.ticket,
                "before": None if self.before is None else sorted(self.before),
                "outcome": self.outcome,
                "told": self.told,
            }
        )


class HelpedVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be written."""

    def watch_methods(self, claims: Iterable[Claim]) -> None:
        """Watch these delivered one-time passes, which weren't watched before."""
        new = [MethodWatch(claim) for claim in claims if claim.current_attempt.one_time]

        def missing(db: Transaction) -> list[MethodWatch]:
            return [each for each in new if db.observed(Seen.METHODS, each.reference) is None]

        if not new or not self.read(missing):
            return

        def verb(db: Transaction) -> None:
            for each in missing(db):
                db.observe(Observation(Seen.METHODS, each.reference, self.clock(), each.value()))

        self.write(verb)

    def methods_due(self, limit: int) -> Sequence[MethodWatch]:
        """Take the watches whose time has come, the longest due first: nobody else gets them before AGAIN is
        over. Those that have nothing left to find are forgotten.
        """

        def due(db: Transaction) -> list[Observation]:
            now = self.clock()
            found = [each for each in db.observations(Seen.METHODS) if each.at <= now]
            return sorted(found, key=lambda each: (each.at, each.key))[:limit]

        if not self.read(due):
            return ()

        def verb(db: Transaction) -> list[MethodWatch]:
            now, taken = self.clock(), list[MethodWatch]()
            for each in due(db):
                known = json.loads(each.value)
                row = db.ticket(known["desk"], known["ticket"])
                watch = _watch(row, each.key, known) if row else None
                if row is None or watch is None or _is_over(row, watch, now):
                    db.forget(Seen.METHODS, each.key)
                else:
                    db.observe(replace(each, at=now + AGAIN))
                    taken.append(watch)
            return taken

        return self.write(verb)

    def methods_before(self, watch: MethodWatch, before: Collection[str]) -> None:
        """Keep what was there before the start."""
        self._keep(replace(watch, before=frozenset(before)))

    def methods_found(self, watch: MethodWatch, kinds: Sequence[str]) -> bool:
        """Keep what was registered since the start; () none yet. False: the trail says so already."""
        outcome = REGISTERED if kinds else NONE_YET
        if watch.outcome in (outcome, REGISTERED):
            return False
        detail: dict[str, Any] = {"outcome": outcome, "reference": watch.reference}
        if kinds:
            detail["kinds"] = ", ".join(kinds)
        return self._keep(replace(watch, outcome=outcome), AuditEntry(Event.REGISTRATION, detail))

    def methods_told(self, watch: MethodWatch) -> None:
        """The ticket says so, as far as it ever will."""
        self._keep(replace(watch, outcome=REGISTERED, told=True))

    def _keep(self, watch: MethodWatch, entry: AuditEntry | None = None) -> bool:
        """Keep it, with its line, unless somebody else kept as much meanwhile."""

        def verb(db: Transaction) -> bool:
            db.hold_all()
            known = db.observed(Seen.METHODS, watch.reference)
            row = db.ticket(watch.claim.desk, watch.claim.ticket)
            if known is None or row is None:
                return False
            said = json.loads(known.value)
            if entry and said["outcome"] in (watch.outcome, REGISTERED):
                return False
            db.observe(replace(known, value=watch.value()))
            if entry:
                note(db, entry, self.clock(), row)
            return True

        return self.write(verb)


def _watch(row: Row, reference: str, known: dict[str, Any]) -> MethodWatch | None:
    """None: the ticket has had another attempt since."""
    claim = claim_of(row)
    if claim.attempt is None or claim.attempt.reference != reference:
        return None
    before = None if known["before"] is None else frozenset(known["before"])
    return MethodWatch(claim, before, known["outcome"], known["told"])


def _is_over(row: Row, watch: MethodWatch, now: float) -> bool:
    attempt = watch.claim.current_attempt
    unused = row.state not in {State.LIVE, State.REVOKING, State.SETTLING} and attempt.used_at is None
    return watch.over or unused or now >= attempt.end + KEPT
