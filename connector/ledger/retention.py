"""The time for which the ledger keeps names and the trail, and the erasure of a person."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from connector.domain.events import Event
from connector.domain.outcome import UNFINISHED, State
from connector.domain.recipients import without_address
from connector.ledger.audit import Sealed, parsed, rewritten_mark
from connector.ledger.canonical import canonical
from connector.ledger.names import NAMES, PLAIN
from connector.ledger.persons import Marks, ambiguous, findings, marks_of, persons_named
from connector.ledger.rows import UNNAMED, AuditEntry, Operator, Row
from connector.ledger.store import Opened, note
from connector.ledger.traces import pruned
from connector.ledger.transaction import Transaction
from connector.lifecycle.ledger_roles import Removed

STEP = 500  # rows that are removed in one transaction
CARE_EVERY = 60.0  # s between two looks for what is kept no longer, where the last one found little
LATER_EVERY = 300.0  # s between two looks whether somebody's tickets have ended who is to be erased
SLACK = 86400.0  # s for which lines are kept longer, so that a checkpoint removes many
ERASURES = "erasures"
_LIKE_A_NAME = re.compile(r"\w[.@_-]\w|\d")  # of somebody whom the directory didn't know: no mere word


@dataclass(frozen=True)
class Retention:
    """Seconds for which the trail and names are kept; None: for ever."""

    trail: float | None = None
    names: float | None = None


@dataclass(frozen=True)
class Erasure:
    """The result of an erasure, as a sentence."""

    done: bool
    sentence: str
    under_way: tuple[str, ...] = ()  # numbers of tickets whose names are erased when they end


class RetentionVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be written."""

    retention = Retention()
    tended: float | None = None  # when it was looked last, with nothing left to do
    erased: float | None = None  # when it was looked last whether somebody is still to be erased

    def tend(self) -> Sequence[Removed]:
        """Remove a little of what is kept no longer: one step of each kind, each in a transaction of its own.
        Often there is nothing to do, and then nothing is written.
        """
        now = self.clock()
        if self.tended is not None and 0 <= now - self.tended < CARE_EVERY:
            return ()
        done = tuple(each for each in (self._later(now), self._names(now), self._trail(now)) if each)
        self.tended = None if any(each.count >= STEP for each in done) else now
        return done

    def _names(self, now: float) -> Removed | None:
        """Delete names that are older than they are kept, of no ticket that is under way."""
        if self.retention.names is None:
            return None
        before = now - self.retention.names
        if not self.read(lambda db: bool(db.old_names(before, 1) or db.named_rows(before, 1))):
            return None

        def verb(db: Transaction) -> int:
            db.hold_all()
            old, rows = db.old_names(before, STEP), db.named_rows(before, STEP)
            db.drop_names(old)
            for row in rows:
                db.put_names(row.nameless)
                if (over := db.ticket(*row.key)) and over.state is State.ENDED:
                    db.put(over, pruned(over))
            return len(old) + len(rows)

        return Removed(Event.NAMES_PRUNED, self.write(verb))

    def _trail(self, now: float) -> Removed | None:
        """Remove the trail's oldest lines behind a checkpoint, up to the first one that is to be kept or is
        an unfinished ticket's.
        """
        if self.retention.trail is None:
            return None
        before = now - self.retention.trail
        late = before - min(SLACK, self.retention.trail / 10)
        if not self.read(lambda db: any(each.at < late for each in removable(db, before, 1))):
            return None

        def verb(db: Transaction) -> int:
            db.hold_all()
            gone = removable(db, before, STEP)
            if gone:
                said = {"removed": len(gone), "last": gone[-1].seq, "hash": gone[-1].hash}
                note(db, AuditEntry(Event.TRAIL_PRUNED, said), now)
                db.cut(gone[-1].seq)
            return len(gone)

        return Removed(Event.TRAIL_PRUNED, self.write(verb))

    def erase(self, person: str, by: Operator = UNNAMED, why: str = "") -> Erasure:
        """Delete somebody's names from all of the ledger: by sign-in name, name or object id. What is under
        way keeps them until it ends; then the sweep's care deletes them.
        """

        def verb(db: Transaction) -> Erasure:
            db.hold_all()
            word = " ".join(person.split())
            ids = persons_named(db, word)
            if len(ids) > 1:
                return Erasure(False, ambiguous(word, ids))
            marks = marks_of(db, ids, word)
            if any(map(marks.found_in, (by.name, by.login, why))):
                return Erasure(False, _UNFIT)
            known = ids or _LIKE_A_NAME.search(word)
            left = erase_now(db, marks, self.clock(), by, why) if known else None
            if left is None:
                return Erasure(False, f"The ledger has nobody called {word}.")
            if ids and left:
                put_later(db, later(db) | ids)
            return Erasure(True, _erased(left, known=bool(ids)), left)

        return self.write(verb)

    def _later(self, now: float) -> Removed | None:
        """Erase whom somebody asked to erase while a ticket was under way."""
        if self.erased is not None and 0 <= now - self.erased < LATER_EVERY:
            return None
        if not self.read(later):
            return None

        def verb(db: Transaction) -> int:
            db.hold_all()
            kept, count = set[str](), 0
            for each in sorted(later(db)):
                marks = marks_of(db, {each})
                left = erase_now(db, marks, self.clock(), UNNAMED, "", again=True)
                count += left is not None
                kept |= {each} if left else set()
            put_later(db, kept)
            return count

        count, self.erased = self.write(verb), now
        return Removed(Event.NAMES_PRUNED, count) if count else None


_UNFIT = "The name would stand in the trail again: write a --why without it, and let somebody else act."


def _erased(under_way: Sequence[str], *, known: bool) -> str:
    """The sentence about an erasure. Who isn't known by an object id can't be looked for later."""
    done = "The names were deleted from the ledger."
    if not under_way:
        return done
    then = "these names go when that has ended" if known else "erase them again when that has ended"
    return f"{done} Under way: {', '.join(under_way)}; {then}."


def removable(db: Transaction, before: float, limit: int) -> Sequence[Sealed]:
    """The oldest lines that may go: older than `before`, up to the first of an unfinished ticket."""

    def over(line: Sealed) -> bool:
        row = db.ticket(line.desk, line.ticket) if line.desk and line.ticket else None
        return line.at < before and (row is None or row.state not in UNFINISHED)

    return list(takewhile(over, db.oldest(limit)))


def erase_now(
    db: Transaction, marks: Marks, now: float, by: Operator, why: str, *, again: bool = False
) -> tuple[str, ...] | None:
    """Delete what can be deleted now; the numbers of tickets that are under way. None: there is nothing.

    `again`: it was asked for before, and has its line, unless lines must be rewritten.
    """
    found = findings(db, marks, now)
    if found.nothing:
        return None
    tickets = [row for key in sorted(found.tickets) if (row := db.ticket(*key))]
    under_way = {row.key: row.number for row in tickets if is_under_way(row, now)}
    records = [each.digest for each in found.records if (each.desk, each.ticket) not in under_way]
    named = [each for each in found.rows if each.key not in under_way]
    lines = [line for line in found.lines if (line.desk, line.ticket) not in under_way]
    db.drop_names(records)
    for each in named:
        db.put_names(marks.without(each))
    for row in found.traces:
        if row.key not in under_way and (nameless := db.ticket(*row.key)):
            db.put(nameless, marks.traceless(nameless))
    for seen in found.observed:
        db.forget(seen.kind, seen.key)
    marks.forget_elsewhere(db)
    if lines or not again:
        said: dict[str, object] = {"names_deleted": len(records) + len(named), **by.detail(why)}
        if lines:
            fresh = [rewritten(line, parsed(db.switch("chain") or "")[0] + 1) for line in lines]
            said["entries_rewritten"] = {str(each.seq): rewritten_mark(each) for each in fresh}
            for line in fresh:
                db.rewrite(line)
        note(db, AuditEntry(Event.PERSON_ERASED, said), now)
    return tuple(sorted(under_way.values()))


def is_under_way(row: Row, now: float) -> bool:
    """Tell whether a ticket is worked on, or waits and is still in the queue: its next line would bring the
    names back.
    """
    waits = row.state is State.WAITING and row.updated_at > now - SLACK
    return waits or row.state in UNFINISHED


def rewritten(line: Sealed, seq: int) -> Sealed:
    """A line of the former format without names; `seq`: of the entry that says so."""
    detail = {name: value for name, value in line.detail.items() if name in PLAIN and name != NAMES}
    if "recipient" in detail:
        detail["recipient"] = without_address(str(detail["recipient"]))
    return replace(line, text=canonical(detail | {"erased_in": seq}))


def later(db: Transaction) -> set[str]:
    """People whose erasure waits for a ticket that is under way."""
    try:
        found = json.loads(db.switch(ERASURES) or "[]")
    except ValueError:
        return set()
    return {str(each) for each in found} if isinstance(found, list) else set()


def put_later(db: Transaction, people: Collection[str]) -> None:
    db.turn(ERASURES, json.dumps(sorted(people)) if people else None)
