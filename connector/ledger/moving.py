"""A ledger that is taken to another place, whole and verified, or copied into a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, insert, select

from connector.domain.errors import NoLedger, Unwritten
from connector.ledger.schema import attempts, audit, names, observations, rests, switches, tickets
from connector.ledger.sql import MOVED, SqlLedger

# In this order, since attempts point to tickets.
TABLES: Final = (tickets, attempts, audit, names, observations, rests, switches)
ROWS: Final = 500  # that are written with one statement


@dataclass(frozen=True)
class Moved:
    """What was taken along, by table."""

    rows: Mapping[str, int]
    again: bool = False  # it was there already, whole: only the old place had not been told


def move(here: SqlLedger, there: SqlLedger, where: str) -> Moved:
    """Copy everything, verify it there, and close the old place: it says `where` the ledger is now.

    Nobody else may work on either. Raises NoLedger where another ledger is there, and Unwritten where what
    arrived isn't what was sent; then the old place goes on.
    """
    again = _is_copy(here, there)
    rows = _counts(here) if again else _copied(here, there)
    if not there.verify().holds or _heads(here) != _heads(there):
        raise Unwritten("the audit trail that arrived isn't the one that was sent; nothing was moved")
    here.write(lambda db: db.turn(MOVED, where))
    return Moved(rows, again)


def back_up(here: SqlLedger, file: Path) -> int:
    """Copy a ledger in a file into another, while it is worked on; its size in bytes. Raises FileExistsError,
    OSError, NoLedger where it lies on a server.
    """
    source = here.engine.url.database
    if here.engine.dialect.name != "sqlite" or source is None:
        raise NoLedger("the ledger lies on a server: back that up with its own tools, such as pg_dump")
    file.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(file)) as new:
        old.backup(new)
    return file.stat().st_size


def _is_copy(here: SqlLedger, there: SqlLedger) -> bool:
    """Tell whether a move was interrupted behind its copy. Raises NoLedger for another ledger."""
    found = _counts(there)
    if not any(count for table, count in found.items() if table != switches.name):
        return False
    if there.installation == here.installation and found == _counts(here):
        return True
    raise NoLedger(f"there is another ledger already ({there.installation}); write an empty database")


def _copied(here: SqlLedger, there: SqlLedger) -> dict[str, int]:
    counts: dict[str, int] = {}
    with here.database.reading() as old, there.database.writing() as new:
        new.execute(delete(switches))
        for table in TABLES:
            counts[table.name] = 0
            for some in _read(old, table):
                new.execute(insert(table), some)
                counts[table.name] += len(some)
        if counts != {table.name: _count(new, table) for table in TABLES}:
            raise Unwritten("not every row arrived; nothing was moved")
    return counts


def _read(db: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = db.execute(select(table)).mappings()
    while some := found.fetchmany(ROWS):
        yield [dict(each) for each in some]


def _counts(ledger: SqlLedger) -> dict[str, int]:
    with ledger.database.reading() as db:
        return {table.name: _count(db, table) for table in TABLES}


def _count(db: Connection, table: Table) -> int:
    return db.execute(select(func.count()).select_from(table)).scalar_one()


def _heads(ledger: SqlLedger) -> str | None:
    return ledger.read(lambda db: db.switch("chain"))
