"""A transaction in SQL. A write goes on only if its row is still as it was read; unique indexes decide the
rest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from random import Random
from typing import Any

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
from connector.ledger.sql_names import SqlNames, sealed_row
from connector.ledger.sql_polls import SqlPolls
from connector.ledger.sql_rows import (
    attempt_columns,
    booked_of,
    columns_of,
    line_columns,
    observation_columns,
    observation_of,
    rest_of,
    row_of,
)
from connector.ledger.store import note
from connector.ledger.transaction import RowKey
from connector.ledger.walk import TEXTS, LineText, text_of


class SqlTransaction(SqlNames, SqlPolls):
    """transaction.Transaction on a driver's connection, inside a transaction of its database.

    `random`: for salts. `writing`: the tickets and rests that it reads, nobody else changes until it ends.
    """

    def __init__(self, driver: Driver, random: Random, *, writing: bool = False) -> None:
        self.holds = writing and driver.kind != "sqlite"  # a file has one writer at a time anyway
        self.driver, self.random = driver, random
        self.news: News = []
        self._often: dict[str, str | None] | None = None

    def ticket(self, desk: str, ticket: str) -> Row | None:
        if self.holds:  # first: whoever waits for a row would be shown its attempt as it was before
            self.driver.row(sql.HOLD_TICKET, its_desk=desk, its_ticket=ticket)
        found = self.driver.row(sql.TICKET, its_desk=desk, its_ticket=ticket)
        return row_of(found) if found else None

    def called(self, desk: str, word: str) -> list[Row]:
        found = self._rows(sql.called(desk, spellings(word), ticket_code(word)))
        return self._held(row.key for row in found) if self.holds else found

    def rows(self, states: Iterable[State]) -> list[Row]:
        return self._rows(sql.in_states(frozenset(states)))

    def free(self, states: Iterable[State], now: float, *, due: bool, limit: int) -> list[Row]:
        asked = sql.free(frozenset(states), due=due, hold=self.holds)
        found = self.driver.rows(asked, now=now, most=limit)
        return (
            self._held((desk, ticket) for desk, ticket in found) if self.holds else list(map(row_of, found))
        )

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
        return [booked_of(each).attempt for each in self.driver.rows(sql.ADRIFT, since=since)]

    def count(self, since: float, subject: str | None, requester: str | None) -> int:
        asked = sql.COUNTS[subject is not None, requester is not None]
        known: dict[str, str | None] = {"its_subject": subject} if subject is not None else {}
        known |= {"its_requester": requester or None} if requester is not None else {}
        found = self.driver.row(asked, since=since, **known)
        return int(found[0]) if found else 0

    def attempts_of(self, subject: str) -> list[Attempt]:
        return self._tried(sql.OF_SUBJECT, subject)

    def renew(self, owner: str, mine: Mapping[RowKey, int], until: float) -> None:
        known = {"its_owner": owner, "until": until}
        keys = [
            {"its_desk": desk, "its_ticket": ticket, "its_fence": fence}
            for (desk, ticket), fence in mine.items()
        ]
        self.driver.write_each(sql.RENEW, [known | each for each in keys])

    def free_others(self, owner: str) -> None:
        self.driver.write(sql.FREE_OTHERS, {"its_owner": owner})

    def in_queue(self, desk: str, mapping: str, at: float) -> list[str]:
        return self._tickets(sql.IN_QUEUE, desk, mapping, at)

    def running(self, desk: str, mapping: str, at: float) -> list[str]:
        return self._tickets(sql.RUNNING, desk, mapping, at)

    def absent(self, desk: str, mapping: str, tickets: Collection[str], at: float) -> None:
        known = {"its_desk": desk, "its_mapping": mapping, "at": at}
        self.driver.write_each(sql.ABSENT, [{**known, "its_ticket": each} for each in sorted(tickets)])

    def stand_still(self, desk: str, mapping: str, tickets: Collection[str], at: float) -> None:
        known = {"its_desk": desk, "its_mapping": mapping, "at": at}
        self.driver.write_each(sql.STILL, [{**known, "its_ticket": each} for each in sorted(tickets)])

    def known(self, codes: Collection[str]) -> dict[str, tuple[str, str, int]]:
        asked, found = list(codes), dict[str, tuple[str, str, int]]()
        for start in range(0, len(asked), 500):  # a statement takes so many parameters and no more
            some = {f"code_{place}": code for place, code in enumerate(asked[start : start + 500])}
            for code, desk, ticket, number in self.driver.rows(sql.codes(len(some)), **some):
                found[code] = desk, ticket, number
        return found

    def switch(self, name: str, *, hold: bool = False) -> str | None:
        if name in sql.OFTEN and not self.holds:
            return self._read_often().get(name)
        found = self.driver.row(sql.HOLD if hold else sql.READ, its_name=name)
        return found[0] if found else None

    def turn(self, name: str, value: str | None) -> None:
        if not self.driver.write(sql.TURN, {"its_name": name, "to_value": value}):
            self.driver.write(sql.SWITCHED, {"name": name, "value": value})
        self._often = None

    def observed(self, kind: Seen, key: str) -> Observation | None:
        found = self.driver.row(sql.OBSERVED, its_kind=kind, its_key=key)
        return observation_of(found) if found else None

    def observations(self, kind: Seen) -> list[Observation]:
        return [observation_of(each) for each in self.driver.rows(sql.OBSERVATIONS, its_kind=kind)]

    def observe(self, seen: Observation) -> None:
        self.driver.write(sql.OBSERVE, observation_columns(seen))

    def forget(self, kind: Seen, key: str) -> None:
        self.driver.write(sql.FORGET, {"its_kind": kind, "its_key": key})

    def record_event(
        self, happened: Event, detail: Mapping[str, object], now: float, row: Row | None = None
    ) -> None:
        note(self, AuditEntry(happened, detail), now, row)
        self.news.append((happened, {"ticket": row.number, **detail} if row else detail))

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
        self.driver.write(sql.APPEND, line_columns(line))

    def newest(self) -> float:
        found = [self.driver.row(each) for each in (sql.NEWEST, sql.CHANGED)]
        return max((each[0] or 0.0) if each else 0.0 for each in found)

    def lines_after(self, seq: int, most: int | None) -> Iterable[Sealed]:
        if most is None:
            return map(sealed_row, self.driver.each(sql.LINES_AFTER, after=seq))
        return map(sealed_row, self.driver.rows(sql.SOME_AFTER, after=seq, most=most))

    def texts_after(self, seq: int, most: int) -> Sequence[LineText]:
        try:
            return list(self.driver.raw.execute(TEXTS[self.driver.kind], {"after": seq, "most": most}))
        except sqlite3.OperationalError:  # what is no text can't be written as JSON
            return [text_of(line) for line in self.lines_after(seq, most)]

    def lines(self, ticket: str | None, since: float | None) -> Iterable[Sealed]:
        return map(sealed_row, self.driver.each(sql.lines(ticket, since)))

    def hold_all(self) -> None:
        if self.holds:
            self.driver.raw.execute("lock table tickets, attempts in exclusive mode")

    def _rows(self, asked: Prepared) -> list[Row]:
        return [row_of(found) for found in self.driver.rows(asked)]

    def _read_often(self) -> dict[str, str | None]:
        """The switches that nearly every step asks for. In a file, nobody else changes them meanwhile."""
        if self._often is None:
            self._often = {str(name): value for name, value in self.driver.rows(sql.READ_OFTEN)}
        return self._often

    def _tickets(self, asked: Prepared, desk: str, mapping: str, at: float) -> list[str]:
        found = self.driver.rows(asked, its_desk=desk, its_mapping=mapping, at=at)
        return [ticket for (ticket,) in found]

    def _held(self, keys: Iterable[RowKey]) -> list[Row]:
        """These rows as they are now, and stay until the transaction ends."""
        return [row for key in keys if (row := self.ticket(*key))]

    def _tried(self, asked: Prepared, subject: str) -> list[Attempt]:
        return [booked_of(each).attempt for each in self.driver.rows(asked, its_subject=subject)]


def _to(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a row is to have, as an update names them."""
    return {f"to_{name}": value for name, value in values.items()}
