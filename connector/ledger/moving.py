"""A ledger that is taken to another place, whole and verified, or copied into a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Boolean, Table, delete, func, insert, null, select, update

from connector.domain.errors import NoLedger, Unwritten
from connector.domain.events import Event
from connector.domain.progress import Progress
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.rows import UNNAMED, Operator
from connector.ledger.schema import (
    alert_addresses,
    alert_states,
    attempts,
    audit,
    names,
    observations,
    rests,
    switches,
    tickets,
)
from connector.ledger.sql import MOVED, SqlLedger, asked
from connector.ledger.sql_transaction import SqlTransaction
from connector.ledger.trouble import trouble
from connector.ledger.verifying import trail_of, verify

# In this order, since attempts point to tickets.
TABLES: Final = (
    *(tickets, attempts, audit, names, observations, rests, switches),
    *(alert_states, alert_addresses),
)
ROWS: Final = 500  # that are written with one statement


@dataclass(frozen=True)
class Moved:
    """What was taken along, by table."""

    rows: Mapping[str, int]
    again: bool = False  # it was there already, whole: only the old place had not been told


def move(
    here: SqlLedger,
    there: SqlLedger,
    where: str,
    by: Operator = UNNAMED,
    progress: Progress | None = None,
) -> Moved:
    """Copy everything, verify it there, and close the old place: it says `where` the ledger is now. Then the
    new trail says who did it. Nobody writes the old one meanwhile, and no `run` may work on either.
    `progress` counts lines that are verified here, rows that are copied, and lines that are verified there.

    Raises NoLedger where another ledger is there, and Unwritten where one of them can't be read or written,
    or what arrived isn't what was sent; then the old place goes on.
    """
    told = progress or Progress()
    if here.database.shared:
        raise NoLedger("only a ledger in a file is moved; this one lies on a server already")

    def work() -> Moved:
        with here.database.writing() as old:
            mine = SqlTransaction(old, here.random, writing=True)
            if not verify(trail_of(mine), told).holds:
                raise Unwritten("the audit trail is broken: see passdesk audit verify; nothing was moved")
            moved = asked(there.database, lambda: _taken(mine, there, told), "written")
            mine.turn(MOVED, where)
        return moved

    moved = asked(here.database, work, "moved")
    said = {"from": str(here.database.engine.url.database), **by.detail()}
    there.write(lambda db: db.record_event(Event.LEDGER_MOVED, said, there.clock()))
    return moved


def _taken(mine: SqlTransaction, there: SqlLedger, told: Progress) -> Moved:
    now = there.database.now()
    with there.database.writing() as new:
        their = SqlTransaction(new, there.random, writing=True)
        again = _is_copy(mine, their)
        rows = _counts(mine.driver) if again else _copied(mine.driver, new, now, told)
        if not verify(trail_of(their), told).holds or their.switch("chain") != mine.switch("chain"):
            raise Unwritten("the audit trail that arrived isn't the one that was sent; nothing was moved")
    return Moved(rows, again)


def back_up(here: SqlLedger, file: Path) -> int:
    """Copy a ledger in a file into another, while it is worked on; its size in bytes. Raises FileExistsError,
    OSError, Unwritten, and NoLedger where it lies on a server; then no file is left.
    """
    source = here.engine.url.database
    if here.database.shared or source is None:
        raise NoLedger("the ledger lies on a server: back that up with its own tools, such as pg_dump")
    file.touch(mode=0o600, exist_ok=False)
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(file)) as new:
            old.backup(new)
    except (sqlite3.Error, OSError) as error:
        file.unlink(missing_ok=True)
        wrong = trouble(file, "written", error)
    else:
        return file.stat().st_size
    raise wrong


def _is_copy(mine: SqlTransaction, their: SqlTransaction) -> bool:
    """Tell whether a move was interrupted behind its copy. Raises NoLedger for another ledger."""
    found = _counts(their.driver)
    if not any(count for table, count in found.items() if table != switches.name):
        return False
    installation = their.switch("installation")
    if installation == mine.switch("installation") and found == _counts(mine.driver):
        return True
    raise NoLedger(f"there is another ledger already ({installation}); write an empty database")


def _copied(old: Driver, new: Driver, now: float | None, told: Progress) -> dict[str, int]:
    told.begin("rows copied", sum(_counts(old).values()))
    new.write(Prepared(delete(switches)))
    for table in TABLES:
        names, filled = table.columns.keys(), Prepared(insert(table))
        rows = (dict(zip(names, each, strict=True)) for each in old.each(Prepared(select(table))))
        while some := list(islice(rows, ROWS)):
            new.write_each(filled, [_typed(table, each) for each in some])
            told.add(len(some))
    # A file's clock may be ahead of the server's, and nobody holds a lease any more.
    if now is not None:
        new.write(Prepared(update(tickets).where(tickets.c.due > now).values(due=now)))
    new.write(Prepared(update(tickets).values(owner=null(), lease_until=null())))
    if (arrived := _counts(new)) != _counts(old):
        raise Unwritten("not every row arrived; nothing was moved")
    return arrived


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row with booleans where the table has some: SQLite has only numbers."""
    flags = [each.name for each in table.columns if isinstance(each.type, Boolean)]
    return row | {name: bool(row[name]) for name in flags if row[name] is not None}


def _counts(db: Driver) -> dict[str, int]:
    return {table.name: db.value(Prepared(select(func.count()).select_from(table))) for table in TABLES}
