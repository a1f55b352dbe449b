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
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.reference import ticket_code
from connector.domain.spellings import spellings
from connector.domain.ticket import Attempt
from connector.ledger.audit import Sealed
from connector.ledger.observing import News, Observation, Seen
from connector.ledger.rests import Rest
from connector.ledger.rows import AuditEntry, Row
from connector.ledger.schema import attempts, audit, observations, rests, switches, tickets
from connector.ledger.sql_names import SqlNames, sealed_row
from connector.ledger.sql_rows import (
    ATTEMPT,
    ROW,
    attempt_columns,
    booked_of,
    observation_of,
    rest_of,
    row_of,
)
from connector.ledger.store import note
from connector.ledger.transaction import RowKey

_LAST = and_(
    attempts.c.desk == tickets.c.desk,
    attempts.c.ticket == tickets.c.ticket,
    attempts.c.number == tickets.c.attempts,
)

# Built once: building a statement takes longer than running it. Tickets come with their last attempt, its
# columns `attempt_…`.
_ROWS = select(tickets, *ATTEMPT).select_from(tickets.outerjoin(attempts, _LAST))
_TICKET = _ROWS.where(tickets.c.desk == bindparam("its_desk"), tickets.c.ticket == bindparam("its_ticket"))
_SWITCH = select(switches.c.value).where(switches.c.name == bindparam("its_name"))
_TURN = update(switches).where(switches.c.name == bindparam("its_name")).values(value=bindparam("its_value"))
_CODES = select(tickets.c.code, tickets.c.desk, tickets.c.ticket, tickets.c.attempts).where(
    tickets.c.code.in_(bindparam("some", expanding=True))
)
_APPEND = insert(audit)
_NEWEST = select(audit.c.at).order_by(audit.c.seq.desc()).limit(1)
_CHANGED = select(func.max(tickets.c.updated_at))
_RESTS = select(rests)
_SEEN = select(observations)


class SqlTransaction(SqlNames):
    """transaction.Transaction on a connection, inside a transaction of its engine. `random`: for salts."""

    def __init__(self, db: Connection, random: Random) -> None:
        self.db, self.random = db, random
        self.news: News = []

    def ticket(self, desk: str, ticket: str) -> Row | None:
        return next(iter(self._rows(_TICKET, its_desk=desk, its_ticket=ticket)), None)

    def called(self, desk: str, word: str) -> list[Row]:
        words = spellings(word)
        either: list[ColumnElement[bool]] = [tickets.c.ticket.in_(words), tickets.c.number.in_(words)]
        if code := ticket_code(word):
            either.append(tickets.c.code == code)
        return self._rows(_ROWS.where(tickets.c.desk == desk, or_(*either)))

    def rows(self, states: Iterable[State]) -> list[Row]:
        return self._rows(_oldest(_ROWS.where(tickets.c.state.in_(list(states)))))

    def free(self, states: Iterable[State], now: float, *, due: bool, limit: int) -> list[Row]:
        free = or_(tickets.c.owner.is_(None), tickets.c.lease_until <= now)
        asked = _ROWS.where(tickets.c.state.in_(list(states)), free)
        if due:
            asked = asked.where(tickets.c.due <= now)
        return self._rows(_oldest(asked).limit(limit).with_for_update(of=tickets, skip_locked=True))

    def add(self, row: Row) -> bool:
        return self._insert(tickets, {name: getattr(row, name) for name in ROW})

    def put(self, before: Row, after: Row) -> bool:
        if (
            before.attempt
            and after.attempt
            and before.attempts == after.attempts
            and before.attempt != after.attempt
        ):
            same = [attempts.c[name] == getattr(before, name) for name in ("desk", "ticket")]
            self.db.execute(
                update(attempts)
                .where(*same, attempts.c.number == after.attempts)
                .values(attempt_columns(after.attempt))
            )
        changes = {
            name: getattr(after, name) for name in ROW if getattr(after, name) != getattr(before, name)
        }
        mine = (tickets.c.owner.is_not_distinct_from(before.owner), tickets.c.fence == before.fence)
        same = [tickets.c[name] == getattr(before, name) for name in ("desk", "ticket")]
        return (
            self.db.execute(
                update(tickets).where(*same, *mine).values(changes or {"fence": before.fence})
            ).rowcount
            == 1
        )

    def book(self, row: Row) -> bool:
        assert row.attempt
        return self._insert(
            attempts, {"desk": row.desk, "ticket": row.ticket, **attempt_columns(row.attempt)}
        )

    def open_attempt(self, subject: str) -> Attempt | None:
        there = and_(attempts.c.subject_id == subject, attempts.c.gone_at.is_(None))
        return next(iter(self._attempts(there)), None)

    def may_still_arrive(self, since: int) -> list[Attempt]:
        return self._attempts(and_(attempts.c.adrift, attempts.c.start > since))

    def count(self, since: float, subject: str | None, requester: str | None) -> int:
        pending = and_(attempts.c.delivered_at.is_(None), attempts.c.gone_at.is_(None))
        asked = (
            select(func.count()).select_from(attempts).where(or_(attempts.c.delivered_at > since, pending))
        )
        if subject is not None:
            asked = asked.where(attempts.c.subject_id == subject)
        if requester is not None:
            asked = asked.where(attempts.c.requester == (requester or None))
        return self.db.execute(asked).scalar_one()

    def attempts_of(self, subject: str) -> list[Attempt]:
        return self._attempts(attempts.c.subject_id == subject)

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
            one = (
                update(tickets).where(*mine, tickets.c.ticket == bindparam("its_ticket")).values(absent_at=at)
            )
            self.db.execute(one, [{"its_ticket": ticket} for ticket in sorted(left)])

    def stand_still(self, desk: str, mapping: str, shown: Collection[str], at: float) -> None:
        mine = (tickets.c.desk == desk, tickets.c.mapping == mapping, tickets.c.state == State.WAITING)
        there = tickets.c.own_since < at
        left = set(self.db.execute(select(tickets.c.ticket).where(*mine, there)).scalars()).difference(shown)
        if left:
            own_wait = tickets.c.own_wait + at - tickets.c.own_since
            one = update(tickets).where(*mine, tickets.c.ticket == bindparam("its_ticket"))
            still = one.values(own_wait=own_wait, own_since=None)
            self.db.execute(still, [{"its_ticket": ticket} for ticket in sorted(left)])

    def known(self, codes: Collection[str]) -> dict[str, tuple[str, str, int]]:
        asked, found = list(codes), dict[str, tuple[str, str, int]]()
        for start in range(0, len(asked), 500):  # a statement takes so many parameters and no more
            some = asked[start : start + 500]
            found |= {
                code: (desk, ticket, number)
                for code, desk, ticket, number in self.db.execute(_CODES, {"some": some})
            }
        return found

    def switch(self, name: str, *, hold: bool = False) -> str | None:
        asked = _SWITCH.with_for_update() if hold else _SWITCH
        return self.db.execute(asked, {"its_name": name}).scalar_one_or_none()

    def turn(self, name: str, value: str | None) -> None:
        if not self.db.execute(_TURN, {"its_name": name, "its_value": value}).rowcount:
            self.db.execute(insert(switches), {"name": name, "value": value})

    def observed(self, kind: Seen, key: str) -> Observation | None:
        asked = _SEEN.where(observations.c.kind == kind, observations.c.key == key)
        return next((observation_of(each) for each in self.db.execute(asked).mappings()), None)

    def observations(self, kind: Seen) -> list[Observation]:
        asked = _SEEN.where(observations.c.kind == kind).order_by(observations.c.at, observations.c.key)
        return [observation_of(each) for each in self.db.execute(asked).mappings()]

    def observe(self, seen: Observation) -> None:
        self.forget(seen.kind, seen.key)
        self.db.execute(insert(observations), asdict(seen))

    def forget(self, kind: Seen, key: str) -> None:
        same = (observations.c.kind == kind, observations.c.key == key)
        self.db.execute(delete(observations).where(*same))

    def record_event(self, happened: Event, detail: Mapping[str, object], now: float) -> None:
        note(self, AuditEntry(happened, detail), now)
        self.news.append((happened, detail))

    def rests(self) -> Mapping[str, Rest]:
        return {each["route"]: rest_of(each) for each in self.db.execute(_RESTS).mappings()}

    def put_rest(self, rest: Rest) -> None:
        self.drop_rest(rest.route)
        suspects = json.dumps([asdict(each) for each in rest.suspects])
        self.db.execute(insert(rests), asdict(rest) | {"suspects": suspects})

    def drop_rest(self, route: str) -> None:
        self.db.execute(delete(rests).where(rests.c.route == route))

    def append(self, line: Sealed) -> None:
        plain = asdict(line)
        self.db.execute(_APPEND, plain | {"detail": plain.pop("text")})

    def newest(self) -> float:
        times = [self.db.execute(each).scalar_one_or_none() or 0.0 for each in (_NEWEST, _CHANGED)]
        return max(times)

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

    def _rows(self, asked: Select[Any], **values: str) -> list[Row]:
        return [row_of(found) for found in self.db.execute(asked, values).mappings()]

    def _attempts(self, which: ColumnElement[bool]) -> list[Attempt]:
        found = self.db.execute(
            select(*ATTEMPT).where(which).order_by(attempts.c.gone_at, attempts.c.booked_at)
        ).mappings()
        return [booked_of(each).attempt for each in found]

    def _insert(self, table: Table, values: Mapping[str, Any]) -> bool:
        """False: a unique index has it already."""
        try:
            with self.db.begin_nested():
                self.db.execute(insert(table), values)
        except IntegrityError:
            return False
        return True


def _oldest(asked: Select[Any]) -> Select[Any]:
    return asked.order_by(tickets.c.due, tickets.c.desk, tickets.c.ticket)
