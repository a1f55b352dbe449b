"""Queries: for reports, for history, and for the owner of a reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from connector.domain.outcome import State
from connector.domain.reference import parse
from connector.domain.ticket import Attempt, Claim
from connector.ledger.audit import START, verified
from connector.ledger.rows import AuditLine, Chain, PassOut, claim_of
from connector.ledger.store import Opened
from connector.ledger.transitions import MAY_BE_OUT


class QueryVerbs(Opened):
    """Reads: nothing is claimed by them. Each raises Unwritten where the ledger can't be read."""

    def find(self, desk: str, ticket: str) -> Claim | None:
        """A row as it is now, by the ticket's id, number or reference; not a claim to work on. None too where
        a number is two tickets'.
        """
        rows = self.read(lambda db: db.called(desk, ticket))
        return claim_of(rows[0]) if len(rows) == 1 else None

    def rows(self, states: Iterable[State]) -> Sequence[Claim]:
        """Rows as they are now, oldest due first; not claims to work on."""
        return [claim_of(row) for row in self.read(lambda db: db.rows(frozenset(states)))]

    def passes_out(self) -> Sequence[PassOut]:
        """Passes that may be out, oldest first: handed over, being made or handed over, or not yet proven
        gone.
        """
        rows = [row for row in self.read(lambda db: db.rows(MAY_BE_OUT)) if row.open_attempt and row.attempt]
        found = [
            (row.attempt.booked_at, PassOut(claim_of(row), row.attempt.delivered_at))
            for row in rows
            if row.attempt
        ]
        return [each for _, each in sorted(found, key=lambda pair: (pair[0], pair[1].claim.number))]

    def may_still_arrive(self, since: int) -> Sequence[tuple[Attempt, Attempt | None]]:
        """Attempts called gone whose start comes after `since` on Entra's clock; and the same person's that
        stands now.
        """
        return self.read(
            lambda db: [(each, db.open_attempt(each.subject.id)) for each in db.may_still_arrive(since)]
        )

    def history(self, ticket: str | None = None, since: float | None = None) -> Sequence[AuditLine]:
        """The audit trail, oldest first: of one ticket, by its id or number; from `since` on, in epoch
        seconds.
        """
        return self.read(lambda db: [line.line for line in db.lines(ticket, since)])

    def whose(self, references: Collection[str]) -> dict[str, tuple[str, str]]:
        """(desk, ticket) of each reference, of an attempt (TAP-7QK3F9C2-1) or of a ticket, that is this
        ledger's.
        """
        parts = {each: known for each in references if (known := parse(each))}
        found = self.read(lambda db: db.known(sorted({code for code, _ in parts.values()})))
        return {
            each: found[code][:2]
            for each, (code, number) in parts.items()
            if code in found and (number is None or 0 < number <= found[code][2])
        }

    def verify(self) -> Chain:
        """Walk the audit trail's chain."""
        return self.read(lambda db: verified(db.lines(None, None), db.switch("chain") or START))
