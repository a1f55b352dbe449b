"""Names beside the trail, in SQL, and what removes them and old lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, islice
from random import Random
from typing import Any

from sqlalchemy import Integer, and_, bindparam, delete, exists, false, insert, null, or_, select, update

from connector.domain.events import Event
from connector.domain.outcome import UNFINISHED, State
from connector.domain.people import Subject
from connector.ledger.audit import Sealed
from connector.ledger.names import NameRecord
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.rows import NamedAttempt, NamedRow
from connector.ledger.schema import attempts, audit, names, tickets
from connector.ledger.sql_rows import name_columns
from connector.ledger.sql_statements import LAST_OF, OLDEST_LINES

_KEEP = Prepared(insert(names))
_BY_AGE = (names.c.at, names.c.digest)
_RECORDS = Prepared(select(names).order_by(*_BY_AGE))
_DROP = Prepared(delete(names).where(names.c.digest == bindparam("its_digest", None)))
_UNDER_WAY = exists().where(
    tickets.c.desk == names.c.desk, tickets.c.ticket == names.c.ticket, tickets.c.state.in_(list(UNFINISHED))
)
_OLD = Prepared(
    select(names.c.digest)
    .where(names.c.at < bindparam("before", None), ~_UNDER_WAY)
    .order_by(*_BY_AGE)
    .limit(bindparam("most", None, Integer))
)
_TRIED = (attempts.c.number, attempts.c.subject_id, attempts.c.subject_upn, attempts.c.subject_name)
_NAMED = (
    select(
        tickets.c.desk,
        tickets.c.ticket,
        tickets.c.number,
        tickets.c.state,
        tickets.c.updated_at,
        tickets.c.detail,
        *(column.label(f"its_{column.name}") for column in (*_TRIED, attempts.c.recipient)),
    )
    .select_from(
        tickets.outerjoin(
            attempts, and_(attempts.c.desk == tickets.c.desk, attempts.c.ticket == tickets.c.ticket)
        )
    )
    .where(or_(tickets.c.detail != "", attempts.c.subject_upn != "", attempts.c.recipient.contains("@")))
    .order_by(tickets.c.updated_at, tickets.c.desk, tickets.c.ticket, attempts.c.number)
)
_ALL_NAMED = Prepared(_NAMED)
_OVER = tickets.c.state.not_in(sorted(UNFINISHED))
_NAMED_BEFORE = Prepared(_NAMED.where(tickets.c.updated_at < bindparam("before", None), _OVER))


class SqlNames:
    """This part of transaction.Transaction on a driver's connection."""

    driver: Driver
    random: Random

    def salt(self) -> str:
        return f"{self.random.getrandbits(256):064x}"

    def keep_name(self, record: NameRecord) -> None:
        self.driver.write(_KEEP, name_columns(record))

    def name_records(self) -> Iterable[NameRecord]:
        for digest, salt, at, seq, desk, ticket, person, text in self.driver.each(_RECORDS):
            yield NameRecord(digest, salt, at, seq, desk, ticket, person, text)

    def drop_names(self, digests: Collection[str]) -> None:
        self.driver.write_each(_DROP, [{"its_digest": each} for each in sorted(digests)])

    def old_names(self, before: float, limit: int) -> Sequence[str]:
        return [digest for (digest,) in self.driver.rows(_OLD, before=before, most=limit)]

    def named_rows(self, before: float | None, limit: int | None) -> Sequence[NamedRow]:
        asked = _ALL_NAMED if before is None else _NAMED_BEFORE
        rows = self.driver.each(asked, before=before)
        found = (_named_row(list(each)) for _, each in groupby(rows, lambda row: tuple(row[:2])))
        return list(islice(found, limit))

    def tickets_of(self, ids: Collection[str], pinned: Collection[str]) -> Sequence[tuple[str, str]]:
        tried = or_(attempts.c.subject_id.in_(ids), attempts.c.requester.in_(ids))
        has_pin = [tickets.c.pins.contains(each, autoescape=True) for each in sorted({*ids, *pinned})]
        of_attempts = select(attempts.c.desk, attempts.c.ticket).where(tried)
        pinning = select(tickets.c.desk, tickets.c.ticket).where(or_(false(), *has_pin))
        asked = Prepared(of_attempts.union(pinning))
        return [(desk, ticket) for desk, ticket in self.driver.rows(asked)]

    def put_names(self, row: NamedRow) -> None:
        mine = (tickets.c.desk == row.desk, tickets.c.ticket == row.ticket)
        self.driver.write(Prepared(update(tickets).where(*mine).values(detail=row.detail)))
        for each in row.attempts:
            one = (attempts.c.desk == row.desk, attempts.c.ticket == row.ticket)
            changed = update(attempts).where(*one, attempts.c.number == each.number)
            known = {"subject_upn": each.subject.upn, "subject_name": each.subject.name}
            known["recipient"] = null() if each.recipient is None else each.recipient
            self.driver.write(Prepared(changed.values(known)))

    def rewrite(self, line: Sealed) -> None:
        self.driver.write(Prepared(update(audit).where(audit.c.seq == line.seq).values(detail=line.text)))

    def cut(self, last: int) -> None:
        self.driver.write(Prepared(delete(names).where(names.c.seq <= last)))
        self.driver.write(Prepared(delete(audit).where(audit.c.seq <= last)))

    def oldest(self, limit: int) -> Sequence[Sealed]:
        return [sealed_row(each) for each in self.driver.rows(OLDEST_LINES, most=limit)]

    def last_of(self, action: Event) -> Sealed | None:
        found = self.driver.row(LAST_OF, its_action=action.value)
        return sealed_row(found) if found else None


def sealed_row(found: Sequence[Any]) -> Sealed:
    """A line of the trail as its table has it."""
    seq, at, desk, ticket, number, action, detail, seal = found
    return Sealed(seq, at, desk, ticket, number, action, detail, seal)


def _named_row(found: Sequence[Sequence[Any]]) -> NamedRow:
    desk, ticket, number, state, updated_at, detail, *_ = found[0]
    tried = []
    for *_, attempt, person, upn, name, recipient in found:
        if attempt is not None:
            tried.append(NamedAttempt(attempt, Subject(person, upn, name), recipient))
    return NamedRow(desk, ticket, number, State(state), updated_at, detail, tuple(tried))
