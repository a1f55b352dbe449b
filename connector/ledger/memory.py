"""The in-memory twin: the same verbs and rules on plain dicts. For tests, simulations and the demo; it
forgets everything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Self, TypeVar

from connector.ledger.admission import Limits
from connector.ledger.book import BookVerbs
from connector.ledger.disowning import DisowningVerbs
from connector.ledger.helped import HelpedVerbs
from connector.ledger.holding import HoldVerbs
from connector.ledger.leases import LeaseVerbs
from connector.ledger.memory_store import MemoryStore
from connector.ledger.operator import OperatorVerbs
from connector.ledger.queries import QueryVerbs
from connector.ledger.retention import RetentionVerbs
from connector.ledger.transaction import Transaction
from connector.ledger.watching import WatchVerbs

T = TypeVar("T")


class MemoryLedger(
    BookVerbs,
    DisowningVerbs,
    HelpedVerbs,
    HoldVerbs,
    LeaseVerbs,
    OperatorVerbs,
    QueryVerbs,
    RetentionVerbs,
    WatchVerbs,
):
    """A ledger of one worker. `MemoryLedger.sharing(ledger.store, owner)` gives another worker the same
    rows.
    """

    def __init__(
        self,
        owner: str,
        lease: float,
        limits: Limits,
        clock: Callable[[], float] = time.time,
        random: Random | None = None,
        *,
        store: MemoryStore | None = None,
    ) -> None:
        super().__init__(owner, lease, limits, clock, random)
        self.store = store or MemoryStore(lease, limits, clock, random)
        self.found()

    @classmethod
    def sharing(cls, store: MemoryStore, owner: str) -> Self:
        return cls(owner, store.lease, store.limits, store.clock, store.random, store=store)

    def read(self, verb: Callable[[Transaction], T]) -> T:
        with self.store.lock:
            return verb(self.store)

    def write(self, verb: Callable[[Transaction], T]) -> T:
        with self.store.lock:
            self.store.news = []
            done = verb(self.store)
            news = self.store.news
        self.heard(news)
        return done
