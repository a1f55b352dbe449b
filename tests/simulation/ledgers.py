"""The shipped ledgers, whose every write takes time, may fail, and is told to the world."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import update

from connector.domain.errors import Unwritten
from connector.domain.outcome import State
from connector.domain.ticket import Claim
from connector.ledger.book import BookVerbs
from connector.ledger.disowning import DisowningVerbs
from connector.ledger.holding import HoldVerbs
from connector.ledger.leases import LeaseVerbs
from connector.ledger.memory import MemoryLedger
from connector.ledger.operator import OperatorVerbs
from connector.ledger.queries import QueryVerbs
from connector.ledger.rehearsal_transaction import RehearsalTransaction
from connector.ledger.retention import RetentionVerbs
from connector.ledger.rows import Row
from connector.ledger.schema import audit
from connector.ledger.sql import SqlLedger
from connector.ledger.transaction import Transaction

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

T = TypeVar("T")


class Watched(
    BookVerbs,
    DisowningVerbs,
    HoldVerbs,
    LeaseVerbs,
    OperatorVerbs,
    QueryVerbs,
    RetentionVerbs,
):
    """Mixed in before a ledger. Until it is `opened` by a replica, it behaves as it is."""

    world: World | None = None
    replica: Replica | None = None

    def opened(self, world: World, replica: Replica | None) -> None:
        self.world, self.replica = world, replica

    def write(self, verb: Callable[[Transaction], T]) -> T:
        world = self.world
        if world is None:
            return super().write(verb)  # type: ignore[safe-super]
        fate = None
        if self.replica:
            fate = world.network.fate("ledger")
            world.step(self.replica, "ledger")
        if (self.replica and world.network.out("ledger")) or (fate and fate.kind == "unwritten"):
            world.tell(f"{self.replica} can't write the ledger")
            raise Unwritten("the ledger can't be written")
        done = super().write(verb)  # type: ignore[safe-super]
        world.ledger_changed(self)
        if fate and fate.kind == "written_unknown":
            world.tell(f"{self.replica} wrote the ledger, and was told that it could not")
            raise Unwritten("the ledger can't be written")
        return done

    def writing(self, claim: Claim, verb: Callable[[Transaction], T]) -> T:
        try:
            return super().writing(claim, self._by(claim, verb))
        finally:
            if self.world:
                self.world.writer = None

    def _by(self, claim: Claim, verb: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
        """The claim that writes is known to the world while its verb runs: between two switches."""

        def known(db: Transaction) -> T:
            if self.world and not isinstance(db, RehearsalTransaction):
                self.world.writer = claim
            return verb(db)

        return known

    def all_rows(self) -> list[Row]:
        return list(self.read(lambda db: db.rows(frozenset(State))))


def tamper(ledger: Watched) -> None:
    """Somebody edits the trail's first line, beside passdesk."""
    forged = json.dumps({"forged": 1})
    if isinstance(ledger, SimMemory):
        trail = ledger.store.trail
        trail[0] = replace(trail[0], text=forged)
    elif isinstance(ledger, SimSql):
        with ledger.engine.begin() as db:
            db.execute(update(audit).where(audit.c.seq == 1).values(detail=forged))


class SimMemory(Watched, MemoryLedger):
    def all_rows(self) -> list[Row]:
        return list(self.store.tickets.values())


class SimSql(Watched, SqlLedger):
    pass
