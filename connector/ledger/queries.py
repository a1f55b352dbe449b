"""Queries: for reports, for history, and for the owner of a reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from connector.domain.outcome import State
from connector.domain.reference import parse
from connector.domain.ticket import Attempt, Claim
from connector.ledger.audit import START, verified
from connector.ledger.rests import Rest
from connector.ledger.rows import AuditLine, Chain, claim_of
from connector.ledger.store import Opened


class QueryVerbs(Opened):
    """Reads: nothing is claimed by them. Each raises Unwritten where the ledger can't be read."""

    def find(self, desk: str, ticket: str) -> Claim | None:
        """A row as it is now, by the ticket's id or number; not a claim to work on. None too where a number
        is two tickets'.
        """
        rows = self.read(lambda db: db.called(desk, ticket))
        return claim_of(rows[0]) if len(rows) == 1 else None

    def rows(self, states: Iterable[State]) -> Sequence[Claim]:
        """Rows as they are now, oldest due first; not claims to work on."""
        return [claim_of(row) for row in self.read(lambda db: db.rows(frozenset(states)))]

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

    def newest(self) -> float:
        """When something was written last, on the ledger's clock; 0: nothing was. A look has no line."""
        return self.read(lambda db: db.newest())

    def rests(self) -> Sequence[Rest]:
        """Routes that rest now."""
        return [each for each in self.read(lambda db: list(db.rests().values())) if each.resting]

    def barred(self, route: str, claim: Claim) -> bool:
        """Tell whether a route rests for a ticket whose attempt is booked: it may be the one that tries."""
        rest = self.read(lambda db: db.rests().get(route))
        return rest is not None and rest.resting and rest.probe != f"{claim.desk} {claim.ticket}"

    def verify(self) -> Chain:
        """Walk the audit trail's chain."""
        return self.read(lambda db: verified(db.lines(None, None), db.switch("chain") or START))
