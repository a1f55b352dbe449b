"""A ledger with many old rows: tickets that ended, their attempts, and the lines of the trail."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connector.domain.events import Event
from connector.ledger.audit import Sealed, head_of, sealed
from connector.ledger.names import NAMES
from connector.ledger.rows import AuditEntry

AGO = 30 * 86400.0  # s since they ended
EVENTS = {each.value: each for each in Event}
Values = dict[str, Any]


def add(ledger: Path, rows: int) -> int:
    """Add copies of one ticket that was delivered, as ended long ago; how many rows that are."""
    with sqlite3.connect(ledger) as db:
        db.row_factory = sqlite3.Row
        ticket = dict(db.execute("select * from tickets where state = 'live' limit 1").fetchone())
        key = ticket["desk"], ticket["ticket"]
        attempt = dict(db.execute("select * from attempts where (desk, ticket) = (?, ?)", key).fetchone())
        lines = [
            dict(each)
            for each in db.execute("select * from audit where (desk, ticket) = (?, ?) order by seq", key)
        ]
        copies = rows // (2 + len(lines))
        head = str(db.execute("select value from switches where name = 'chain'").fetchone()[0])
        put(db, "tickets", (ended(ticket, number) for number in range(copies)))
        put(db, "attempts", (over(attempt, number) for number in range(copies)))
        for line in trail(head, lines, copies):
            db.execute("insert into audit values (?, ?, ?, ?, ?, ?, ?, ?)", columns(line))
            head = head_of(line)
        db.execute("update switches set value = ? where name = 'chain'", (head,))
    db.close()
    return copies * (2 + len(lines))


def put(db: sqlite3.Connection, table: str, rows: Iterator[Values]) -> None:
    first = next(rows)
    names = ", ".join(first)
    places = ", ".join("?" * len(first))
    statement = f"insert into {table} ({names}) values ({places})"
    db.execute(statement, list(first.values()))
    db.executemany(statement, (list(each.values()) for each in rows))


def ended(ticket: Values, number: int) -> Values:
    return ticket | {
        "ticket": id_of(number),
        "number": number_of(number),
        "state": "ended",
        "owner": None,
        "lease_until": None,
        "code": f"OLD-{number}",
        "updated_at": ticket["updated_at"] - AGO,
    }


def over(attempt: Values, number: int) -> Values:
    return attempt | {
        "ticket": id_of(number),
        "reference": f"OLD-{number}-1",
        "subject_id": secrets.token_hex(16),
        "booked_at": attempt["booked_at"] - AGO,
        "delivered_at": attempt["delivered_at"] - AGO,
        "gone_at": attempt["delivered_at"] - AGO,
    }


def trail(head: str, lines: list[Values], copies: int) -> Iterator[Sealed]:
    """The same lines for each ticket, without names, sealed behind the head."""
    for number in range(copies):
        for each in lines:
            detail = {name: value for name, value in json.loads(each["detail"]).items() if name != NAMES}
            entry = AuditEntry(EVENTS[each["action"]], detail)
            line = sealed(head, each["at"], (each["desk"], id_of(number), number_of(number)), entry)
            yield line
            head = head_of(line)


def columns(line: Sealed) -> tuple[object, ...]:
    return line.seq, line.at, line.desk, line.ticket, line.number, line.action, line.text, line.hash


def id_of(number: int) -> str:
    return f"{number:032x}"


def number_of(number: int) -> str:
    return f"OLD{number:09}"
