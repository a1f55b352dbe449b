"""The transaction that the ledger's verbs are written on. SQL and memory each have one; the verbs stand
once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.ticket import Attempt
from connector.ledger.audit import Sealed
from connector.ledger.names import NameRecord
from connector.ledger.observing import Observation, Seen
from connector.ledger.rests import Rest
from connector.ledger.rows import NamedRow, Row
from connector.ledger.walk import LineText
from connector.lifecycle.ledger_roles import Noted

if TYPE_CHECKING:
    from connector.ledger.polling import PollTurn

RowKey = tuple[str, str]  # a ticket: desk, id


class Transaction(Protocol):
    """Kept whole or not at all, once the verb that uses it returns."""

    def ticket(self, desk: str, ticket: str) -> Row | None: ...

    def called(self, desk: str, word: str) -> Sequence[Row]:
        """Rows whose id or number is `word`, in any of its spellings, or whose reference is, of the ticket or
        of an attempt.
        """

    def rows(self, states: Iterable[State]) -> Sequence[Row]:
        """Oldest due first."""

    def free(self, states: Iterable[State], now: float, *, due: bool, limit: int) -> Sequence[Row]:
        """Rows that nobody holds, oldest due first; with `due` only those whose time has come."""

    def add(self, row: Row) -> bool:
        """False: the ticket, or its code, is known already."""

    def put(self, before: Row, after: Row) -> bool:
        """Write the row and its attempt; False: its owner or fence isn't that of `before` any more."""

    def book(self, row: Row) -> bool:
        """Insert the row's attempt; False: its person has one that is not proven gone, or the attempt is
        known already.
        """

    def open_attempt(self, subject: str) -> Attempt | None:
        """The person's attempt that is not proven gone."""

    def may_still_arrive(self, since: int) -> Sequence[Attempt]:
        """Attempts called gone whose POST was sent, and whose start comes after `since` on Entra's clock."""

    def count(self, since: float, subject: str | None, requester: str | None) -> int:
        """Attempts delivered after `since`, and those that may still be: not delivered and not gone."""

    def attempts_of(self, subject: str) -> Sequence[Attempt]:
        """The person's attempts: of each ticket the last one, at least."""

    def renew(self, owner: str, mine: Mapping[RowKey, int], until: float) -> None:
        """Lengthen the leases of rows that are still the owner's under that fence."""

    def free_others(self, owner: str) -> None:
        """End every lease that isn't the owner's."""

    def in_queue(self, desk: str, mapping: str, at: float) -> Collection[str]:
        """Tickets of a mapping that were refused before `at`, and that no poll has missed yet."""

    def running(self, desk: str, mapping: str, at: float) -> Collection[str]:
        """Waiting tickets of a mapping whose own time runs since before `at`."""

    def absent(self, desk: str, mapping: str, tickets: Collection[str], at: float) -> None:
        """Mark those of these refused tickets that are unmarked: a poll which began at `at` missed them."""

    def stand_still(self, desk: str, mapping: str, tickets: Collection[str], at: float) -> None:
        """Stop the own time of those of these for which it runs: a poll which began at `at` missed them."""

    def known(self, codes: Collection[str]) -> dict[str, tuple[str, str, int]]:
        """Tickets by their reference: desk, ticket, and how many attempts they had."""

    def hold_all(self) -> None:
        """Let nobody else write a ticket or an attempt until the transaction ends."""

    def switch(self, name: str, *, hold: bool = False) -> str | None:
        """Its value; with `hold` nobody else writes it until the transaction ends."""

    def turn(self, name: str, value: str | None) -> None: ...

    def observed(self, kind: Seen, key: str) -> Observation | None: ...

    def observations(self, kind: Seen) -> Sequence[Observation]:
        """All of a kind, oldest first."""

    def observe(self, seen: Observation) -> None:
        """Keep it, in place of an earlier one."""

    def forget(self, kind: Seen, key: str) -> None: ...

    def record_event(
        self, happened: Event, detail: Mapping[str, object], now: float, row: Row | None = None
    ) -> None:
        """Write an event of a ticket, or of the whole installation, and let the log hear it once it is
        kept.
        """

    def rests(self) -> Mapping[str, Rest]:
        """Routes that rest, or that somebody was refused on, by their names."""

    def put_rest(self, rest: Rest) -> None: ...

    def drop_rest(self, route: str) -> None: ...

    def poll_turn(self, desk: str) -> PollTurn:
        """Who polls a desk; nobody else changes it until the transaction ends."""

    def put_poll_turn(self, turn: PollTurn) -> None: ...

    def noted_of(self, desk: str) -> set[str]:
        """Ids of a desk's tickets that are noted."""

    def noted(self, mappings: Collection[str], most: int) -> Sequence[Noted]:
        """Noted tickets of these mappings, the oldest first; a writing transaction alone is given them."""

    def note(self, some: Sequence[Noted]) -> None:
        """What is noted already stays as it is."""

    def strike_off(self, desk: str, some: Collection[str]) -> int:
        """How many of these were still noted."""

    def unknown(self, desk: str, some: Collection[str]) -> set[str]:
        """Those of these tickets that have no row."""

    def salt(self) -> str:
        """A fresh one, of 64 hex digits."""

    def keep_name(self, record: NameRecord) -> None: ...

    def name_records(self) -> Iterable[NameRecord]:
        """All that are left, the oldest first."""

    def drop_names(self, digests: Collection[str]) -> None: ...

    def old_names(self, before: float, limit: int) -> Sequence[str]:
        """Digests of records that were kept before then, of no unfinished ticket; the oldest first."""

    def named_rows(self, before: float | None, limit: int | None) -> Sequence[NamedRow]:
        """Tickets that have names in their row or their attempts; with `before`, finished ones alone that
        nothing was written for since then.
        """

    def tickets_of(self, ids: Collection[str], pinned: Collection[str]) -> Sequence[RowKey]:
        """Tickets with an attempt for these people or asked for by them, or with a pin of them: by their ids,
        or by what pins call them.
        """

    def put_names(self, row: NamedRow) -> None:
        """Write the names in a ticket's row and its attempts as `row` has them."""

    def append(self, line: Sealed) -> None: ...

    def rewrite(self, line: Sealed) -> None:
        """Put another text in the place of a line's; its hash stays."""

    def cut(self, last: int) -> None:
        """Remove all lines up to this one, and the names that they seal."""

    def oldest(self, limit: int) -> Sequence[Sealed]:
        """The first lines that are left."""

    def last_of(self, action: Event) -> Sealed | None:
        """The last line of that name."""

    def newest(self) -> float:
        """The time at which the last line was written, or a row after it; 0: there is none."""

    def lines_after(self, seq: int, most: int | None) -> Iterable[Sealed]:
        """The lines behind that one, in their order; at most so many."""

    def texts_after(self, seq: int, most: int) -> Sequence[LineText]:
        """The same lines, to be hashed quickly (walk.py)."""

    def lines(self, ticket: str | None, since: float | None) -> Iterable[Sealed]:
        """Oldest first; of one ticket, by its id or number."""
