"""The transaction that the ledger's verbs are written on. SQL and memory each have one; the verbs stand
once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random, SystemRandom
from typing import Protocol, TypeVar

from connector.domain.errors import Lost, Unwritten
from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.people import Involved
from connector.domain.pins import merged, read, written
from connector.domain.reference import new_installation
from connector.domain.ticket import Attempt, Claim
from connector.ledger.admission import Limits
from connector.ledger.audit import START, Sealed, head_of, parsed, sealed
from connector.ledger.names import NameRecord, set_apart
from connector.ledger.observing import News, Observation, Seen
from connector.ledger.rests import Rest
from connector.ledger.rows import ERASED, AuditEntry, NamedRow, Row, Transition

T = TypeVar("T")
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

    def absent(self, desk: str, mapping: str, shown: Collection[str], at: float) -> None:
        """Mark refused rows of a mapping that a poll which began at `at`, after their refusal, didn't
        show.
        """

    def stand_still(self, desk: str, mapping: str, shown: Collection[str], at: float) -> None:
        """Stop the own time of waiting rows of a mapping that a poll which began at `at` didn't show."""

    def known(self, codes: Collection[str]) -> dict[str, tuple[str, str, int]]:
        """Tickets by their reference: desk, ticket, and how many attempts they had."""

    def switch(self, name: str, *, hold: bool = False) -> str | None:
        """Its value; with `hold` nobody else writes it until the transaction ends."""

    def turn(self, name: str, value: str | None) -> None: ...

    def observed(self, kind: Seen, key: str) -> Observation | None: ...

    def observations(self, kind: Seen) -> Sequence[Observation]:
        """All of a kind, oldest first."""

    def observe(self, seen: Observation) -> None:
        """Keep it, in place of an earlier one."""

    def forget(self, kind: Seen, key: str) -> None: ...

    def record_event(self, happened: Event, detail: Mapping[str, object], now: float) -> None:
        """Write an event of the whole installation, and let the log hear it once it is kept."""

    def rests(self) -> Mapping[str, Rest]:
        """Routes that rest, or that somebody was refused on, by their names."""

    def put_rest(self, rest: Rest) -> None: ...

    def drop_rest(self, route: str) -> None: ...

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

    def lines(self, ticket: str | None, since: float | None) -> Iterable[Sealed]:
        """Oldest first; of one ticket, by its id or number."""


class Opened(ABC):
    """A ledger that is open, in one worker's hands."""

    def __init__(
        self, owner: str, lease: float, limits: Limits, clock: Callable[[], float], random: Random | None
    ) -> None:
        self.owner, self.lease, self.limits, self.clock = owner, lease, limits, clock
        self.random = random or SystemRandom()
        self.on_rest: Callable[[Event, Rest], None] = lambda happened, rest: None  # told once it is written
        self.on_event: Callable[[Event, Mapping[str, object]], None] = lambda happened, detail: None
        self.mine: dict[RowKey, int] = {}  # what this worker holds, with its fence: these leases are renewed

    @abstractmethod
    def write(self, verb: Callable[[Transaction], T]) -> T:
        """Run a verb in one transaction. Raises Unwritten."""

    @abstractmethod
    def read(self, verb: Callable[[Transaction], T]) -> T:
        """Run a verb that reads, on one state of the ledger. Raises Unwritten where it can't be read."""

    def heard(self, news: News) -> None:
        """Let the log hear what was written. A listener that fails must not stop a ticket."""
        for happened, detail in news:
            with suppress(Exception):
                self.on_event(happened, detail)

    @property
    def installation(self) -> str:
        """Three letters, made with the ledger: they begin every reference."""
        return self.read(lambda db: db.switch("installation")) or ""

    def found(self) -> None:
        """Write what a new ledger begins with."""
        if self.read(lambda db: db.switch("installation")) is None:
            self.write(self._begin)

    def _begin(self, db: Transaction) -> None:
        if db.switch("installation") is None:
            db.turn("paused", None)
            db.turn("chain", START)
            db.turn("installation", new_installation(self.random))

    def step(
        self, claim: Claim, rule: Callable[[Row, float], Transition], about: Involved | None = None
    ) -> Row:
        """One step of a claim, with its audit line, and the people it is about. Raises Lost, Unwritten."""

        def verb(db: Transaction) -> Row:
            now = self.clock()
            row = self.held(db, claim)
            return keep(db, row, naming(under(rule(row, now), claim), about), now)

        return self.writing(claim, verb)

    def writing(self, claim: Claim, verb: Callable[[Transaction], T]) -> T:
        """Write for a claim. Where that fails the claim is nobody's work any more, so its lease may run
        out.
        """
        try:
            return self.write(verb)
        except (Lost, Unwritten):
            self.drop(claim)
            raise

    def let_go(self, claim: Claim) -> None:
        """Stop renewing the lease of a claim, whatever became of it."""
        self.drop(claim)

    def drop(self, claim: Claim) -> None:
        """Stop renewing the lease of a claim."""
        if self.mine.get((claim.desk, claim.ticket)) == claim.token:
            del self.mine[claim.desk, claim.ticket]

    def held(self, db: Transaction, claim: Claim) -> Row:
        """The claim's row, as it is now. Raises Lost."""
        row = db.ticket(claim.desk, claim.ticket)
        if row is None or (row.owner, row.fence) != (claim.owner, claim.token):
            raise lost(claim.number)
        return row


def keep(db: Transaction, before: Row, step: Transition, now: float) -> Row:
    """Write a step and its audit line. Raises Lost."""
    if not db.put(before, step.row):
        raise lost(before.number)
    if step.entry:
        note(db, step.entry, now, step.row)
    return step.row


_ON_FACTS = frozenset({Event.REFUSED, Event.DEFERRED})  # a booking says on which itself


def under(step: Transition, claim: Claim) -> Transition:
    """A decision names the mapping's version that it was taken under; and the digest of the facts that it
    rests on, which stands beside the line, since it confirms a guess of them.
    """
    if step.entry is None or not claim.version:
        return step
    facts = step.row.digest if step.entry.action in _ON_FACTS else None
    known = {"facts": facts} if facts and facts != ERASED else {}
    detail = {**known, **step.entry.detail, "version": claim.version}
    return step._replace(entry=step.entry._replace(detail=detail))


def naming(step: Transition, about: Involved | None) -> Transition:
    """A decision names whom it is about, and what it rests on: ids, hashes and verdicts in its line, names
    beside the trail. The row pins the account, also where there is no line.
    """
    if about is None:
        return step
    pins = written(merged(read(step.row.pins), about.pins))
    step = step._replace(row=replace(step.row, pins=pins))
    if step.entry is None:
        return step
    detail = {**about.detail, **step.entry.detail}
    return step._replace(entry=step.entry._replace(detail=detail, people=about.roles))


def note(db: Transaction, entry: AuditEntry, now: float, row: Row | None = None) -> None:
    """Append an audit line, and keep its names beside it. The chain is held last: on a server, all replicas
    wait for it.
    """
    about = (row.desk, row.ticket, row.number) if row else (None, None, None)
    head = db.switch("chain", hold=True) or START
    plain, records = set_apart(entry, db.salt, parsed(head)[0] + 1, now, about[:2])
    line = sealed(head, now, about, plain)
    for record in records:
        db.keep_name(record)
    db.append(line)
    db.turn("chain", head_of(line))


def lost(number: str) -> Lost:
    return Lost(f"{number}: another worker has it now, or a person changed it")
