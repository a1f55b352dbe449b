"""A transaction in SQL. A write goes on only if its row is still as it was read; unique indexes decide the
rest.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from random import Random
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    or_,
    select,
    update,
)

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.reference import ticket_code
from connector.domain.spellings import spellings
from connector.domain.ticket import Attempt
from connector.ledger import sql_statements as sql
from connector.ledger.audit import Sealed
from connector.ledger.observing import News, Observation, Seen
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.rests import Rest
from connector.ledger.rows import AuditEntry, Row
from connector.ledger.schema import attempts, audit, tickets
from connector.ledger.sql_names import SqlNames, sealed_row
from connector.ledger.sql_rows import attempt_columns, booked_of, columns_of, observation_of, rest_of, row_of
from connector.ledger.store import note
from connector.ledger.transaction import RowKey


class SqlTransaction(SqlNames):
    """transaction.Transaction on a connection, inside a transaction of its engine.

    `random`: for salts. `writing`: the tickets and rests that it reads, nobody else changes until it ends.
    """

    def __init__(self, db: Connection, random: Random, *, writing: bool = False) -> None:
        self.holds = writing and db.dialect.name != "sqlite"  # a file has one writer at a time anyway
        self.db, self.driver, self.random = db, Driver(db), random
        self.news: News = []

    def ticket(self, desk: str, ticket: str) -> Row | None:
        if self.holds:  # first: whoever waits for a row would be shown its attempt as it was before
            self.driver.row(sql.HOLD_TICKET, its_desk=desk, its_ticket=ticket)
        found = self.driver.row(sql.TICKET, its_desk=desk, its_ticket=ticket)
        return row_of(found) if found else None

    def called(self, desk: str, word: str) -> list[Row]:
        words = spellings(word)
        either: list[ColumnElement[bool]] = [tickets.c.ticket.in_(words), tickets.c.number.in_(words)]
        if code := ticket_code(word):
            either.append(tickets.c.code == code)
        found = self._rows(sql.ROWS.where(tickets.c.desk == desk, or_(*either)))
        return self._held(row.key for row in found) if self.holds else found

    def rows(self, states: Iterable[State]) -> list[Row]:
        return self._rows(_oldest(sql.ROWS.where(tickets.c.state.in_(list(states)))))

    def free(self, states: Iterable[State], now: float, *, due: bool, limit: int) -> list[Row]:
        free = or_(tickets.c.owner.is_(None), tickets.c.lease_until <= now)
        wanted = [tickets.c.state.in_(list(states)), free, *[tickets.c.due <= now] * due]
        if not self.holds:
            return self._rows(_oldest(sql.ROWS.where(*wanted)).limit(limit))
        asked = _oldest(sql.KEYS.where(*wanted)).limit(limit).with_for_update(skip_locked=True)
        return self._held((desk, ticket) for desk, ticket in self.db.execute(asked).all())

    def add(self, row: Row) -> bool:
        return self.driver.write(sql.ADD, columns_of(row)) == 1

    def put(self, before: Row, after: Row) -> bool:
        key = {"its_desk": before.desk, "its_ticket": before.ticket}
        if (
            before.attempt
            and after.attempt
            and before.attempts == after.attempts
            and before.attempt != after.attempt
        ):
            self.driver.write(
                sql.REBOOK, key | _to(attempt_columns(after.attempt)) | {"its_number": after.attempts}
            )
        held = {"its_owner": before.owner, "its_fence": before.fence}
        return self.driver.write(sql.PUT, key | held | _to(columns_of(after))) == 1

    def book(self, row: Row) -> bool:
        assert row.attempt
        tried = {"desk": row.desk, "ticket": row.ticket, **attempt_columns(row.attempt)}
        return self.driver.write(sql.BOOK, tried) == 1

    def open_attempt(self, subject: str) -> Attempt | None:
        return next(iter(self._tried(sql.STANDING, subject)), None)

    def may_still_arrive(self, since: int) -> list[Attempt]:
        asked = sql.TRIED.where(attempts.c.adrift, attempts.c.start > since)
        return [booked_of(each).attempt for each in self.db.execute(asked)]

    def count(self, since: float, subject: str | None, requester: str | None) -> int:
        asked = sql.COUNTS[subject is not None, requester is not None]
        known: dict[str, str | None] = {"its_subject": subject} if subject is not None else {}
        known |= {"its_requester": requester or None} if requester is not None else {}
        found = self.driver.row(asked, since=since, **known)
        return int(found[0]) if found else 0

    def attempts_of(self, subject: str) -> list[Attempt]:
        return self._tried(sql.OF_SUBJECT, subject)

    def renew(self, owner: str, mine: Mapping[RowKey, int], until: float) -> None:
        one = (tickets.c.desk == bindparam("its_desk"), tickets.c.ticket == bindparam("its_ticket"))
        held = (tickets.c.owner == owner, tickets.c.fence == bindparam("its_fence"))
        keys = [
            {"its_desk": desk, "its_ticket": ticket, "its_fence": fence}
            for (desk, ticket), fence in mine.items()
        ]
        self.db.execute(update(tickets).where(*one, *held).values(lease_until=until), keys)

    def free_others(self, owner: str) -> None:
        self.db.execute(update(tickets).where(tickets.c.owner != owner).values(owner=None, lease_until=None))

    def absent(self, desk: str, mapping: str, shown: Collection[str], at: float) -> None:
        mine = (tickets.c.desk == desk, tickets.c.mapping == mapping, tickets.c.state == State.REFUSED)
        there = (tickets.c.absent_at.is_(None), tickets.c.refused_at < at)
        left = set(self.db.execute(select(tickets.c.ticket).where(*mine, *there)).scalars()).difference(shown)
        if left:
            one = update(tickets).where(*mine, *there, tickets.c.ticket == bindparam("its_ticket"))
            self.db.execute(one.values(absent_at=at), [{"its_ticket": ticket} for ticket in sorted(left)])

    def stand_still(self, desk: str, mapping: str, shown: Collection[str], at: float) -> None:
        mine = (tickets.c.desk == desk, tickets.c.mapping == mapping, tickets.c.state == State.WAITING)
        there = tickets.c.own_since < at
        left = set(self.db.execute(select(tickets.c.ticket).where(*mine, there)).scalars()).difference(shown)
        if left:
            own_wait = tickets.c.own_wait + at - tickets.c.own_since
            one = update(tickets).where(*mine, there, tickets.c.ticket == bindparam("its_ticket"))
            still = one.values(own_wait=own_wait, own_since=None)
            self.db.execute(still, [{"its_ticket": ticket} for ticket in sorted(left)])

    def known(self, codes: Collection[str]) -> dict[str, tuple[str, str, int]]:
        asked, found = list(codes), dict[str, tuple[str, str, int]]()
        for start in range(0, len(asked), 500):  # a statement takes so many parameters and no more
            some = asked[start : start + 500]
            found |= {
                code: (desk, ticket, number)
                for code, desk, ticket, number in self.db.execute(sql.CODES, {"some": some})
            }
        return found

    def switch(self, name: str, *, hold: bool = False) -> str | None:
        found = self.driver.row(sql.HOLD if hold else sql.READ, its_name=name)
        return found[0] if found else None

    def turn(self, name: str, value: str | None) -> None:
        if not self.driver.write(sql.TURN, {"its_name": name, "to_value": value}):
            self.driver.write(sql.SWITCHED, {"name": name, "value": value})

    def observed(self, kind: Seen, key: str) -> Observation | None:
        found = self.driver.row(sql.OBSERVED, its_kind=kind, its_key=key)
        return observation_of(found) if found else None

    def observations(self, kind: Seen) -> list[Observation]:
        return [observation_of(each) for each in self.driver.rows(sql.OBSERVATIONS, its_kind=kind)]

    def observe(self, seen: Observation) -> None:
        self.driver.write(sql.OBSERVE, asdict(seen))

    def forget(self, kind: Seen, key: str) -> None:
        self.driver.write(sql.FORGET, {"its_kind": kind, "its_key": key})

    def record_event(self, happened: Event, detail: Mapping[str, object], now: float) -> None:
        note(self, AuditEntry(happened, detail), now)
        self.news.append((happened, detail))

    def rests(self) -> Mapping[str, Rest]:
        return {
            rest.route: rest
            for rest in map(rest_of, self.driver.rows(sql.RESTS_HELD if self.holds else sql.RESTS))
        }

    def put_rest(self, rest: Rest) -> None:
        suspects = json.dumps([asdict(each) for each in rest.suspects])
        self.driver.write(sql.REST, asdict(rest) | {"suspects": suspects})

    def drop_rest(self, route: str) -> None:
        self.driver.write(sql.END_REST, {"its_route": route})

    def append(self, line: Sealed) -> None:
        plain = asdict(line)
        self.driver.write(sql.APPEND, plain | {"detail": plain.pop("text")})

    def newest(self) -> float:
        found = [self.driver.row(each) for each in (sql.NEWEST, sql.CHANGED)]
        return max((each[0] or 0.0) if each else 0.0 for each in found)

    def lines_after(self, seq: int, most: int | None) -> Iterable[Sealed]:
        asked = select(audit).where(audit.c.seq > seq).order_by(audit.c.seq).limit(most)
        for line in self.db.execute(asked):
            yield Sealed(*line)

    def lines(self, ticket: str | None, since: float | None) -> Iterable[Sealed]:
        asked = select(audit).order_by(audit.c.seq)
        if ticket is not None:
            asked = asked.where(or_(audit.c.ticket == ticket, audit.c.number == ticket))
        if since is not None:
            asked = asked.where(audit.c.at >= since)
        return map(sealed_row, self.db.execute(asked))

    def hold_all(self) -> None:
        if self.holds:
            self.db.exec_driver_sql("lock table tickets, attempts in exclusive mode")

    def _rows(self, asked: Select[Any]) -> list[Row]:
        return [row_of(found) for found in self.db.execute(asked)]

    def _held(self, keys: Iterable[RowKey]) -> list[Row]:
        """These rows as they are now, and stay until the transaction ends."""
        return [row for key in keys if (row := self.ticket(*key))]

    def _tried(self, asked: Prepared, subject: str) -> list[Attempt]:
        return [booked_of(each).attempt for each in self.driver.rows(asked, its_subject=subject)]


def _to(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a row is to have, as an update names them."""
    return {f"to_{name}": value for name, value in values.items()}


def _oldest(asked: Select[Any]) -> Select[Any]:
    return asked.order_by(tickets.c.due, tickets.c.desk, tickets.c.ticket)
