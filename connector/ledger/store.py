"""A ledger that is open, and how a verb writes a step and its audit line in a transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from random import Random, SystemRandom
from typing import TypeVar

from connector.domain.errors import Lost, Unwritten
from connector.domain.events import Event
from connector.domain.people import Involved
from connector.domain.pins import merged, read, written
from connector.domain.reference import new_installation
from connector.domain.ticket import Claim
from connector.ledger.admission import Limits
from connector.ledger.audit import START, head_of, parsed, sealed
from connector.ledger.late import Late, says_the_same
from connector.ledger.names import set_apart
from connector.ledger.observing import News
from connector.ledger.rehearsal_transaction import Kept, RehearsalTransaction
from connector.ledger.rests import Rest
from connector.ledger.rows import ERASED, AuditEntry, Row, Transition
from connector.ledger.transaction import RowKey, Transaction

T = TypeVar("T")


class Opened(ABC):
    """A ledger that is open, in one worker's hands."""

    shared = False  # whether several workers write it at a time

    def __init__(
        self, owner: str, lease: float, limits: Limits, clock: Callable[[], float], random: Random | None
    ) -> None:
        self.owner, self.lease, self.limits, self.clock = owner, lease, limits, clock
        self.random = random or SystemRandom()
        self.on_rest: Callable[[Event, Rest], None] = lambda happened, rest: None  # told once it is written
        self.on_event: Callable[[Event, Mapping[str, object]], None] = lambda happened, detail: None
        self.mine: dict[RowKey, int] = {}  # what this worker holds, with its fence: these leases are renewed
        self.polling: dict[str, int] = {}  # the desks that it polls, with the polls' tokens
        self.late: dict[RowKey, Late] = {}  # what it judges before it is claimed

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
        db.hold_all()  # another replica may begin at the same moment
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
        """Write for a claim, which is written along where it is a late one; nothing, where that would change
        nothing. Where it fails the claim is nobody's work any more, so its lease may run out.
        """
        key = claim.desk, claim.ticket
        late = self._late(claim)
        try:
            if late and (same := self.read(lambda db: self._unchanged(db, key, verb))):
                return same[0]
            done = self.write(verb)
        except (Lost, Unwritten):
            self.drop(claim)
            raise
        if late:
            self.late.pop(key, None)
            self.mine[key] = claim.token
        return done

    def _late(self, claim: Claim) -> Late | None:
        late = self.late.get((claim.desk, claim.ticket))
        return late if late and late.fits(claim) else None

    def _unchanged(self, db: Transaction, key: RowKey, verb: Callable[[Transaction], T]) -> tuple[T] | None:
        """What a verb answers for a late claim that waits on as before; None: there is something to write."""
        kept = Kept()
        answer = verb(RehearsalTransaction(db, kept))
        before = db.ticket(*key)
        return (answer,) if before and says_the_same(before, kept, self.clock()) else None

    def let_go(self, claim: Claim) -> None:
        """Stop renewing the lease of a claim, whatever became of it."""
        self.drop(claim)

    def drop(self, claim: Claim) -> None:
        """Stop renewing the lease of a claim."""
        if self._late(claim):
            del self.late[claim.desk, claim.ticket]
        if self.mine.get((claim.desk, claim.ticket)) == claim.token:
            del self.mine[claim.desk, claim.ticket]

    def held(self, db: Transaction, claim: Claim) -> Row:
        """The claim's row, as it is now. A late claim is written with it. Raises Lost."""
        row = db.ticket(claim.desk, claim.ticket)
        if row and (late := self._late(claim)):
            now = late.claimed(row, self.owner, self.clock(), self.lease)
            if now is None or not db.put(row, now):
                raise lost(claim.number)
            return now
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
