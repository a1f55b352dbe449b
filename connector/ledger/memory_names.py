"""Names beside the trail, in memory, and what removes them and old lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from random import Random

from connector.domain.events import Event
from connector.domain.outcome import UNFINISHED
from connector.domain.pins import read
from connector.domain.ticket import Attempt
from connector.ledger.audit import Sealed
from connector.ledger.names import NameRecord
from connector.ledger.rows import NamedAttempt, NamedRow, Row

RowKey = tuple[str, str]


class MemoryNames:
    """This part of transaction.Transaction on plain dicts. A row keeps its last attempt alone."""

    random: Random
    names: dict[str, NameRecord]
    trail: list[Sealed]
    tickets: dict[RowKey, Row]
    drifting: list[Attempt]

    def salt(self) -> str:
        return f"{self.random.getrandbits(256):064x}"

    def keep_name(self, record: NameRecord) -> None:
        self.names[record.digest] = record

    def name_records(self) -> Iterable[NameRecord]:
        return sorted(self.names.values(), key=lambda each: (each.at, each.digest))

    def drop_names(self, digests: Collection[str]) -> None:
        for each in digests:
            self.names.pop(each, None)

    def old_names(self, before: float, limit: int) -> Sequence[str]:
        def under_way(record: NameRecord) -> bool:
            row = self.tickets.get((record.desk or "", record.ticket or ""))
            return row is not None and row.state in UNFINISHED

        old = [each for each in self.name_records() if each.at < before and not under_way(each)]
        return [each.digest for each in old[:limit]]

    def named_rows(self, before: float | None, limit: int | None) -> Sequence[NamedRow]:
        rows = sorted(self.tickets.values(), key=lambda row: (row.updated_at, row.desk, row.ticket))
        if before is not None:
            rows = [row for row in rows if row.updated_at < before and row.state not in UNFINISHED]
        return [found for row in rows if (found := _named(row))][:limit]

    def tickets_of(self, ids: Collection[str], pinned: Collection[str]) -> Sequence[RowKey]:
        def theirs(row: Row) -> bool:
            tried = row.attempt.attempt if row.attempt else None
            of_attempt = tried is not None and (tried.subject.id in ids or tried.requester in ids)
            return of_attempt or any(pin.id in ids or pin.name in pinned for pin in read(row.pins))

        return [row.key for row in self.tickets.values() if theirs(row)]

    def put_names(self, row: NamedRow) -> None:
        before = self.tickets[row.key]
        after = replace(before, detail=row.detail)
        for each in row.attempts:
            if after.attempt and after.attempt.attempt.number == each.number:
                tried = replace(after.attempt.attempt, subject=each.subject, recipient=each.recipient)
                after = replace(after, attempt=replace(after.attempt, attempt=tried))
        mine = after.attempt.attempt if after.attempt else None
        self.drifting[:] = [
            mine if mine and mine.reference == each.reference else each for each in self.drifting
        ]
        self._keep(after)

    def rewrite(self, line: Sealed) -> None:
        self.trail[:] = [line if each.seq == line.seq else each for each in self.trail]

    def cut(self, last: int) -> None:
        self.trail[:] = [each for each in self.trail if each.seq > last]
        self.drop_names([each.digest for each in self.names.values() if each.seq and each.seq <= last])

    def oldest(self, limit: int) -> Sequence[Sealed]:
        return self.trail[:limit]

    def last_of(self, action: Event) -> Sealed | None:
        return next((each for each in reversed(self.trail) if each.action == action.value), None)

    def _keep(self, row: Row) -> None:
        raise NotImplementedError


def _named(row: Row) -> NamedRow | None:
    """The names in a row; None: there are none."""
    tried = row.attempt.attempt if row.attempt else None
    if not row.detail and not (tried and (tried.subject.upn or "@" in tried.recipient)):
        return None
    each = (NamedAttempt(tried.number, tried.subject, tried.recipient),) if tried else ()
    return NamedRow(row.desk, row.ticket, row.number, row.state, row.updated_at, row.detail, each)
