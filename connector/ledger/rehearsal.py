"""A rehearsal on a ledger: the same verbs, whose writes stay in memory. So `explain` asks what a sweep would
be told, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from connector.ledger.book import BookVerbs
from connector.ledger.holding import HoldVerbs
from connector.ledger.leases import LeaseVerbs
from connector.ledger.queries import QueryVerbs
from connector.ledger.rehearsal_transaction import Kept, RehearsalTransaction
from connector.ledger.store import Opened
from connector.ledger.transaction import RowKey, Transaction
from connector.ledger.watching import WatchVerbs
from connector.lifecycle.ledger_roles import Removed

T = TypeVar("T")


class RehearsalLedger(BookVerbs, HoldVerbs, LeaseVerbs, QueryVerbs, WatchVerbs):
    """The verbs of a sweep over a ledger that is only read. `scope`: the tickets that are worked on."""

    def __init__(self, ledger: Opened, scope: Collection[RowKey] | None = None) -> None:
        super().__init__(ledger.owner, ledger.lease, ledger.limits, ledger.clock, ledger.random)
        self.ledger, self.kept = ledger, Kept(scope)

    def write(self, verb: Callable[[Transaction], T]) -> T:
        return self.ledger.read(lambda db: verb(RehearsalTransaction(db, self.kept)))

    read = write

    def record(self, name: str, known: Mapping[str, object]) -> None:
        """Nothing is kept."""

    def tend(self) -> Sequence[Removed]:
        """Nothing is removed."""
        return ()

    def paused(self) -> str | None:
        return self.read(lambda db: db.switch("paused"))
