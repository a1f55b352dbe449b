"""The verbs of alerts on a ledger that is open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from connector.ledger import alerting
from connector.ledger.alert_facts import Asking
from connector.ledger.alerting import Address, Notice, Own
from connector.ledger.prepared import Driver
from connector.ledger.sql import SqlLedger, asked
from connector.ledger.sql_transaction import SqlTransaction

T = TypeVar("T")


class Alerting:
    """Alerts of one ledger. Every verb raises Unwritten where it can't be read or written."""

    def __init__(self, ledger: SqlLedger) -> None:
        self.ledger = ledger

    def look(self, asking: Asking, own: Own, addresses: Collection[str], settle: float) -> None:
        """Look what broke and what healed. The ledger is written only where something has."""
        clock = self.ledger.clock
        if self.ledger.browse(lambda db: alerting.changed(db, asking, own, clock())).anything:
            self._write(lambda db: alerting.keep(db, asking, own, addresses, clock(), settle=settle))

    def due(self, addresses: Collection[str]) -> list[str]:
        """List those of these addresses that are to be told something now."""
        now = self.ledger.clock()
        found = self.ledger.browse(alerting.listed)
        return [each.address for each in found if each.address in addresses and alerting.due(each, now)]

    def take(self, address: str) -> Address | None:
        """Take what an address is to be told; None: nothing, or another worker tells it."""
        return self._write(lambda db: alerting.take(db, address, self.ledger.clock()))

    def told(self, taken: Address) -> None:
        self._write(lambda db: alerting.told(db, taken, self.ledger.clock()))

    def failed(self, taken: Address, answer: str) -> int:
        """Count the conditions that are given up: they were tried for a day."""
        return self._write(lambda db: alerting.failed(db, taken, answer, self.ledger.clock()))

    def tickets(self, notices: Sequence[Notice]) -> Mapping[str, tuple[str, str]]:
        """The number of each ticket that these notices can name, and who its last pass is for, or ""."""
        keys = {key for each in notices for key in each.keys if " " in key}
        if not keys:
            return {}

        def read(db: Driver) -> dict[str, tuple[str, str]]:
            transaction, found = SqlTransaction(db, self.ledger.random), {}
            for key in sorted(keys):
                desk, _, ticket = key.partition(" ")
                if row := transaction.ticket(desk, ticket):
                    found[key] = row.number, row.attempt.attempt.subject.upn if row.attempt else ""
            return found

        return self.ledger.browse(read)

    def _write(self, work: Callable[[Driver], T]) -> T:
        def write() -> T:
            with self.ledger.database.writing() as db:
                return work(db)

        return asked(self.ledger.database, write, "written")
