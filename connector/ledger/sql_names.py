"""Names beside the trail, in SQL, and what removes them and old lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from random import Random
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, false, insert, or_, select, update

from connector.domain.events import Event
from connector.domain.outcome import UNFINISHED, State
from connector.domain.people import Subject
from connector.ledger.audit import Sealed
from connector.ledger.names import NameRecord
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.rows import NamedAttempt, NamedRow
from connector.ledger.schema import attempts, audit, names, tickets

_KEEP = Prepared(insert(names))
_RECORDS = select(names).order_by(names.c.at, names.c.digest)
_UNDER_WAY = exists().where(
    tickets.c.desk == names.c.desk, tickets.c.ticket == names.c.ticket, tickets.c.state.in_(list(UNFINISHED))
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


class SqlNames:
    """This part of transaction.Transaction on a connection."""

    db: Connection
    driver: Driver
    random: Random

    def salt(self) -> str:
        return f"{self.random.getrandbits(256):064x}"

    def keep_name(self, record: NameRecord) -> None:
        plain = asdict(record)
        self.driver.write(_KEEP, plain | {"record": plain.pop("text")})

    def name_records(self) -> Iterable[NameRecord]:
        for digest, salt, at, seq, desk, ticket, person, text in self.db.execute(_RECORDS):
            yield NameRecord(digest, salt, at, seq, desk, ticket, person, text)

    def drop_names(self, digests: Collection[str]) -> None:
        if digests:
            one = delete(names).where(names.c.digest == bindparam("its_digest"))
            self.db.execute(one, [{"its_digest": each} for each in sorted(digests)])

    def old_names(self, before: float, limit: int) -> Sequence[str]:
        asked = select(names.c.digest).where(names.c.at < before, ~_UNDER_WAY)
        return self.db.execute(asked.order_by(names.c.at, names.c.digest).limit(limit)).scalars().all()

    def named_rows(self, before: float | None, limit: int | None) -> Sequence[NamedRow]:
        asked = _NAMED
        if before is not None:
            asked = asked.where(tickets.c.updated_at < before, tickets.c.state.not_in(list(UNFINISHED)))
        found = [_named_row(list(each)) for _, each in groupby(self.db.execute(asked), lambda row: row[:2])]
        return found if limit is None else found[:limit]

    def tickets_of(self, ids: Collection[str], pinned: Collection[str]) -> Sequence[tuple[str, str]]:
        tried = or_(attempts.c.subject_id.in_(ids), attempts.c.requester.in_(ids))
        has_pin = [tickets.c.pins.contains(each, autoescape=True) for each in sorted({*ids, *pinned})]
        of_attempts = select(attempts.c.desk, attempts.c.ticket).where(tried)
        pinning = select(tickets.c.desk, tickets.c.ticket).where(or_(false(), *has_pin))
        return [(desk, ticket) for desk, ticket in self.db.execute(of_attempts.union(pinning))]

    def put_names(self, row: NamedRow) -> None:
        mine = (tickets.c.desk == row.desk, tickets.c.ticket == row.ticket)
        self.db.execute(update(tickets).where(*mine).values(detail=row.detail))
        for each in row.attempts:
            one = (attempts.c.desk == row.desk, attempts.c.ticket == row.ticket)
            known = {"subject_upn": each.subject.upn, "subject_name": each.subject.name}
            changed = update(attempts).where(*one, attempts.c.number == each.number)
            self.db.execute(changed.values(known | {"recipient": each.recipient}))

    def rewrite(self, line: Sealed) -> None:
        self.db.execute(update(audit).where(audit.c.seq == line.seq).values(detail=line.text))

    def cut(self, last: int) -> None:
        self.db.execute(delete(names).where(names.c.seq <= last))
        self.db.execute(delete(audit).where(audit.c.seq <= last))

    def oldest(self, limit: int) -> Sequence[Sealed]:
        return [
            sealed_row(each) for each in self.db.execute(select(audit).order_by(audit.c.seq).limit(limit))
        ]

    def last_of(self, action: Event) -> Sealed | None:
        asked = select(audit).where(audit.c.action == action.value).order_by(audit.c.seq.desc()).limit(1)
        found = self.db.execute(asked).first()
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
