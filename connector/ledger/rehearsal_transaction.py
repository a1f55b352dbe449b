"""A transaction whose writes stay in memory: what would be written is asked of the verbs themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.ticket import Attempt
from connector.ledger.audit import Sealed
from connector.ledger.limiting import NO_REQUESTER
from connector.ledger.names import NameRecord
from connector.ledger.observing import Observation, Seen
from connector.ledger.rests import Rest
from connector.ledger.rows import NamedRow, Row
from connector.ledger.transaction import RowKey, Transaction
from connector.ledger.walk import LineText
from connector.lifecycle.ledger_roles import Noted

if TYPE_CHECKING:
    from connector.ledger.polling import PollTurn


@dataclass
class Kept:
    """All that was to be written. `scope`: the tickets whose rows are taken up; None: every ticket's.
    `forgotten`: more was, which a rehearsal doesn't keep.
    """

    scope: Collection[RowKey] | None = None
    rows: dict[RowKey, Row] = field(default_factory=dict)
    switches: dict[str, str | None] = field(default_factory=dict)
    seen: dict[tuple[Seen, str], Observation | None] = field(default_factory=dict)  # None: none
    forgotten: bool = False


class RehearsalTransaction:
    """transaction.Transaction on another that is only read, and on what was to be written before.

    Nobody holds a lease here: whoever begins to work on a ledger ends the leases of those before.
    """

    def __init__(self, db: Transaction, kept: Kept) -> None:
        self.db, self.kept = db, kept

    def ticket(self, desk: str, ticket: str) -> Row | None:
        return self.kept.rows.get((desk, ticket)) or _free(self.db.ticket(desk, ticket))

    def called(self, desk: str, word: str) -> list[Row]:
        found = {row.key for row in self.db.called(desk, word)}
        found |= {
            row.key
            for row in self.kept.rows.values()
            if row.desk == desk and word in {row.ticket, row.number}
        }
        return [row for key in sorted(found) if (row := self.ticket(*key))]

    def rows(self, states: Iterable[State]) -> list[Row]:
        wanted = frozenset(states)
        kept = [row for row in self.kept.rows.values() if row.state in wanted]
        there = [row for row in self.db.rows(wanted) if row.key not in self.kept.rows]
        return sorted([*kept, *there], key=lambda row: (row.due, row.desk, row.ticket))

    def free(self, states: Iterable[State], now: float, *, due: bool, limit: int) -> list[Row]:
        scope = self.kept.scope
        found = [_free(row) for row in self.rows(states) if scope is None or row.key in scope]
        return [row for row in found if row and not (due and row.due > now)][:limit]

    def add(self, row: Row) -> bool:
        if self.ticket(*row.key):
            return False
        self.kept.rows[row.key] = row
        return True

    def put(self, before: Row, after: Row) -> bool:
        self.kept.rows[after.key] = after
        return True

    def book(self, row: Row) -> bool:
        return row.attempt is not None and self.open_attempt(row.attempt.attempt.subject.id) is None

    def open_attempt(self, subject: str) -> Attempt | None:
        for row in self.kept.rows.values():
            if row.open_attempt and row.open_attempt.subject.id == subject:
                return row.open_attempt
        found = self.db.open_attempt(subject)
        return None if found is None or self._over(found) else found

    def _over(self, attempt: Attempt) -> bool:
        """Tell whether it was proven gone in the rehearsal."""
        mine = (row.attempt for row in self.kept.rows.values() if row.attempt)
        return any(each.attempt.reference == attempt.reference and each.gone_at is not None for each in mine)

    def may_still_arrive(self, since: int) -> list[Attempt]:
        """Nothing: what is watched for is no ticket's."""
        return []

    def count(self, since: float, subject: str | None, requester: str | None) -> int:
        """The count of the other, with what the rehearsal changed."""
        found = self.db.count(since, subject, requester)
        for key, row in self.kept.rows.items():
            before = self.db.ticket(*key)
            found += _counts(row, since, subject, requester)
            if before and before.attempts == row.attempts:
                found -= _counts(before, since, subject, requester)
        return found

    def attempts_of(self, subject: str) -> list[Attempt]:
        booked = [row.attempt.attempt for row in self.kept.rows.values() if row.attempt]
        return [*self.db.attempts_of(subject), *(each for each in booked if each.subject.id == subject)]

    def renew(self, owner: str, mine: Mapping[RowKey, int], until: float) -> None:
        """Leases end with the rehearsal."""

    def free_others(self, owner: str) -> None:
        """Nobody holds any here."""

    def in_queue(self, desk: str, mapping: str, at: float) -> Collection[str]:
        return ()  # what left it counts from the next sweep on

    def running(self, desk: str, mapping: str, at: float) -> Collection[str]:
        return ()

    def absent(self, desk: str, mapping: str, tickets: Collection[str], at: float) -> None:
        """Counts from the next sweep on."""

    def stand_still(self, desk: str, mapping: str, tickets: Collection[str], at: float) -> None:
        """Counts from the next sweep on."""

    def known(self, codes: Collection[str]) -> dict[str, tuple[str, str, int]]:
        found = self.db.known(codes)
        mine = {row.code: (row.desk, row.ticket, row.attempts) for row in self.kept.rows.values()}
        return found | {code: mine[code] for code in codes if code in mine}

    def hold_all(self) -> None:
        """Nothing: nothing is written."""

    def switch(self, name: str, *, hold: bool = False) -> str | None:
        return self.kept.switches[name] if name in self.kept.switches else self.db.switch(name)

    def turn(self, name: str, value: str | None) -> None:
        self.kept.switches[name] = value

    def observed(self, kind: Seen, key: str) -> Observation | None:
        if (kind, key) in self.kept.seen:
            return self.kept.seen[kind, key]
        return self.db.observed(kind, key)

    def observations(self, kind: Seen) -> list[Observation]:
        there = {each.key: each for each in self.db.observations(kind)}
        mine = {key: each for (of, key), each in self.kept.seen.items() if of is kind}
        found = [each for each in (there | mine).values() if each]
        return sorted(found, key=lambda each: (each.at, each.key))

    def observe(self, seen: Observation) -> None:
        self.kept.seen[seen.kind, seen.key] = seen

    def forget(self, kind: Seen, key: str) -> None:
        self.kept.seen[kind, key] = None

    def record_event(
        self, happened: Event, detail: Mapping[str, object], now: float, row: Row | None = None
    ) -> None:
        """Nothing happened."""
        self.kept.forgotten = True

    def rests(self) -> Mapping[str, Rest]:
        return self.db.rests()

    def put_rest(self, rest: Rest) -> None:
        """Nothing is tried in a rehearsal, so no try is kept."""
        self.kept.forgotten = True

    def drop_rest(self, route: str) -> None:
        """Nothing is tried, so nothing is proven to work again."""
        self.kept.forgotten = True

    def poll_turn(self, desk: str) -> PollTurn:
        return self.db.poll_turn(desk)

    def put_poll_turn(self, turn: PollTurn) -> None:
        """Nobody's turn is taken in a rehearsal; the same holds for what is noted."""
        self.kept.forgotten = True

    def noted_of(self, desk: str) -> set[str]:
        return self.db.noted_of(desk)

    def noted(self, mappings: Collection[str], most: int) -> Sequence[Noted]:
        return ()

    def note(self, some: Sequence[Noted]) -> None:
        self.kept.forgotten = True

    def strike_off(self, desk: str, some: Collection[str]) -> int:
        self.kept.forgotten = True
        return len(some)

    def unknown(self, desk: str, some: Collection[str]) -> set[str]:
        return self.db.unknown(desk, some)

    def newest(self) -> float:
        return self.db.newest()

    def salt(self) -> str:
        return self.db.salt()

    def keep_name(self, record: NameRecord) -> None:
        """Nobody is shown them."""
        self.kept.forgotten = True

    def name_records(self) -> Iterable[NameRecord]:
        return self.db.name_records()

    def drop_names(self, digests: Collection[str]) -> None:
        """Nothing is removed in a rehearsal; the same holds for all that follow."""

    def old_names(self, before: float, limit: int) -> Sequence[str]:
        return ()

    def named_rows(self, before: float | None, limit: int | None) -> Sequence[NamedRow]:
        return ()

    def tickets_of(self, ids: Collection[str], pinned: Collection[str]) -> Sequence[RowKey]:
        return ()

    def put_names(self, row: NamedRow) -> None: ...

    def rewrite(self, line: Sealed) -> None: ...

    def cut(self, last: int) -> None: ...

    def oldest(self, limit: int) -> Sequence[Sealed]:
        return ()

    def last_of(self, action: Event) -> Sealed | None:
        return self.db.last_of(action)

    def append(self, line: Sealed) -> None:
        """The trail tells what happened."""
        self.kept.forgotten = True

    def lines_after(self, seq: int, most: int | None) -> Iterable[Sealed]:
        return self.db.lines_after(seq, most)

    def texts_after(self, seq: int, most: int) -> Sequence[LineText]:
        return self.db.texts_after(seq, most)

    def lines(self, ticket: str | None, since: float | None) -> Iterable[Sealed]:
        return self.db.lines(ticket, since)


def _free(row: Row | None) -> Row | None:
    return replace(row, owner=None, lease_until=None) if row else None


def _counts(row: Row, since: float, subject: str | None, requester: str | None) -> int:
    """1 where the row's last attempt counts against a limit."""
    booked = row.attempt
    if booked is None or (subject is not None and booked.attempt.subject.id != subject):
        return 0
    if requester is not None and (booked.attempt.requester or NO_REQUESTER) != requester:
        return 0
    delivered = booked.delivered_at is not None and booked.delivered_at > since
    return int(delivered or (booked.delivered_at is None and booked.gone_at is None))
