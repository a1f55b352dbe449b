"""What a SIGKILL leaves: the ledger's file as it is on the disk, and the truth of the services."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from connector.ledger.audit import START, Sealed
from connector.ledger.verifying import verified
from tests.kill.truth import Truth
from tests.kill.world import Shared

TABLES = ("tickets", "attempts", "audit", "switches")
ENDINGS = ("", "-wal", "-shm")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Outside:
    """The ledger's file at rest, or as a killed process left it, and the truth beside it."""

    database: bytes
    log: bytes  # the write-ahead log that the process had not folded in
    truth: Truth

    @classmethod
    def of(cls, ledger: Path, truth: Truth) -> Outside:
        log = beside(ledger, "-wal")
        return cls(ledger.read_bytes(), log.read_bytes() if log.exists() else b"", truth)

    def laid_out(self, ledger: Path) -> None:
        """As files, in the place of what was there."""
        for ending in ENDINGS:
            beside(ledger, ending).unlink(missing_ok=True)
        ledger.write_bytes(self.database)
        if self.log:
            beside(ledger, "-wal").write_bytes(self.log)


def beside(ledger: Path, ending: str) -> Path:
    return ledger.with_name(ledger.name + ending)


def now(ledger: Path, truth: Shared) -> object:
    """What a SIGKILL at this moment would leave, to the byte: the files and the truth."""
    log = beside(ledger, "-wal")
    return ledger.read_bytes(), log.read_bytes() if log.exists() else b"", truth.text()


def rows(ledger: Path) -> Rows:
    """Everything in the ledger, read without the ledger's own code. Raises ValueError where the file itself
    is damaged.
    """
    with closing(sqlite3.connect(ledger, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous=OFF")
        return {
            table: [dict(row) for row in db.execute(f"select * from {table} order by 1, 2, 3")]
            for table in TABLES[:3]
        } | {"switches": [dict(row) for row in db.execute("select * from switches order by 1")]}


def damage(ledger: Path) -> str:
    """What SQLite finds wrong with the file; "ok": nothing."""
    with closing(sqlite3.connect(ledger)) as db:
        return str(db.execute("PRAGMA integrity_check").fetchone()[0])


def digest(*what: object) -> bytes:
    """The same for what can't be told apart."""
    found = sha256()
    for each in what:
        found.update(each if isinstance(each, bytes) else repr(each).encode())
    return found.digest()


def chain(found: Rows) -> int | None:
    """The first line of the audit trail that doesn't fit."""
    head = next((row["value"] for row in found["switches"] if row["name"] == "chain"), START)
    lines = [
        Sealed(**{("text" if name == "detail" else name): value for name, value in row.items()})
        for row in found["audit"]
    ]
    return verified(lines, head).broken
