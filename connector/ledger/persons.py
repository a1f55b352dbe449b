"""Persons in the ledger: whom a word means, and where their names stand."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from unicodedata import normalize

from connector.domain.people import Subject
from connector.domain.recipients import MailDestination, destinations
from connector.ledger.audit import ROLES, Sealed
from connector.ledger.limiting import Raise, kept_raises, put_raises
from connector.ledger.names import NAMES, PLAIN, NameRecord
from connector.ledger.observing import Observation
from connector.ledger.rests import Rest
from connector.ledger.rows import NamedAttempt, NamedRow, Row
from connector.ledger.traces import is_for, observed_of, pin_names, traceless
from connector.ledger.transaction import Transaction

TicketKey = tuple[str | None, str | None]
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SWITCHES = ("paused", "last_sweep")  # which quote sentences


def folded(text: str) -> str:
    return normalize("NFC", " ".join(text.split())).casefold()


def is_object_id(word: str) -> bool:
    return _GUID.fullmatch(word) is not None


def last_names(db: Transaction) -> dict[str, Subject]:
    """Everybody whose names the ledger knows, by object id, as the directory gave them last."""
    return {each.person: each.subject for each in db.name_records() if each.person and each.subject}


@dataclass(frozen=True)
class Marks:
    """All that the ledger calls a person: object ids, and names as they are compared."""

    ids: frozenset[str]
    names: frozenset[str]
    own: frozenset[TicketKey] = frozenset()  # tickets whose subject they are: what these say is about them

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds a name that isn't a part of another. None: there is none."""
        each = "|".join(rf"(?<![\w.@+-]){re.escape(name)}(?!\.?[\w@-])" for name in sorted(self.names))
        return re.compile(each) if each else None

    def found_in(self, text: str) -> bool:
        return self.pattern is not None and self.pattern.search(folded(text)) is not None

    def named_in(self, record: NameRecord) -> bool:
        """Tell whether a record is this person's name, or sentences that quote it or are about them."""
        if record.person is not None:
            return record.person in self.ids
        return (record.desk, record.ticket) in self.own or any(map(self.found_in, _texts(record.content)))

    def named_in_line(self, line: Sealed) -> bool:
        """Tell whether a line itself quotes a name or says something in words, as those of the former format
        do. Under what name an operator acted is no such quote.
        """
        detail = {name: each for name, each in line.detail.items() if name not in {"by", "login", NAMES}}
        words = detail.keys() - PLAIN - {"erased_in"}
        own = bool(words) and (line.desk, line.ticket) in self.own
        return own or any(map(self.found_in, _texts(detail)))

    def mine(self, each: NamedAttempt) -> bool:
        """Tell whether an attempt is for this person, or mailed to them."""
        mailed = any(
            place.person in self.ids or self.found_in(place.address)
            for place in destinations(each.recipient)
            if isinstance(place, MailDestination)
        )
        quoted = self.found_in(each.subject.upn) or self.found_in(each.subject.name)
        return mailed or quoted or (each.subject.id in self.ids and bool(each.subject.upn))

    def named_in_row(self, row: NamedRow) -> bool:
        own = bool(row.detail) and row.key in self.own
        return own or self.found_in(row.detail) or any(map(self.mine, row.attempts))

    @cached_property
    def pinned(self) -> frozenset[str]:
        return pin_names(self.names)

    def traceless(self, row: Row) -> Row:
        return traceless(row, self.ids, self.pinned)

    def without(self, row: NamedRow) -> NamedRow:
        """The row without this person's names."""
        tried = tuple(each.nameless if self.mine(each) else each for each in row.attempts)
        return replace(row, detail="", attempts=tried)

    def elsewhere(self, db: Transaction) -> bool:
        """Tell whether a name stands in a pause's reason or a raise's, in the last sweep's report or with a
        route.
        """
        return (
            any(self._quoted(db, each) for each in _SWITCHES)
            or any(map(self._raised, kept_raises(db)))
            or any(self._rests(each) for each in db.rests().values())
        )

    def forget_elsewhere(self, db: Transaction) -> None:
        for each in _SWITCHES:
            if self._quoted(db, each):
                db.turn(each, "" if each == "paused" else None)
        if any(map(self._raised, raises := kept_raises(db))):
            put_raises(db, [replace(each, why="") if self._raised(each) else each for each in raises])
        for rest in [each for each in db.rests().values() if self._rests(each)]:
            suspects = tuple(replace(each, detail="") for each in rest.suspects)
            answer = "" if self.found_in(rest.answer) else rest.answer
            db.put_rest(replace(rest, detail="", answer=answer, suspects=suspects))

    def _quoted(self, db: Transaction, switch: str) -> bool:
        """Look into a switch, whose JSON may spell letters out."""
        text = db.switch(switch) or ""
        try:
            known = json.loads(text)
        except ValueError:
            known = None
        return self.found_in(text) or any(map(self.found_in, _texts(known)))

    def _raised(self, each: Raise) -> bool:
        """Tell whether the reason of a raise names them. Under what name somebody raised it stays."""
        return self.found_in(each.why)

    def _rests(self, rest: Rest) -> bool:
        return any(map(self.found_in, (rest.detail, rest.answer, *(each.detail for each in rest.suspects))))


@dataclass(frozen=True)
class Findings:
    """The places where a person's names stand."""

    records: tuple[NameRecord, ...]
    rows: tuple[NamedRow, ...]
    lines: tuple[Sealed, ...]
    traces: tuple[Row, ...]  # rows with digests of what was said about them
    observed: tuple[Observation, ...]
    elsewhere: bool
    own: frozenset[TicketKey]

    @property
    def nothing(self) -> bool:
        named = self.records or self.rows or self.lines or self.elsewhere
        return not (named or self.traces or self.observed)

    @property
    def tickets(self) -> set[tuple[str, str]]:
        """Tickets that have to do with them."""
        every = {(each.desk, each.ticket) for each in self.records} | self.own
        every |= {(each.desk, each.ticket) for each in self.lines}
        every |= {each.key for each in self.rows} | {each.key for each in self.traces}
        return {(desk, ticket) for desk, ticket in every if desk and ticket}


def findings(db: Transaction, marks: Marks, now: float) -> Findings:
    """Look through the whole ledger."""
    found = Findings(
        tuple(filter(marks.named_in, db.name_records())),
        tuple(filter(marks.named_in_row, db.named_rows(None, None))),
        tuple(filter(marks.named_in_line, db.lines(None, None))),
        (),
        tuple(observed_of(db, marks.ids, now)),
        marks.elsewhere(db),
        marks.own,
    )
    about = {(line.desk, line.ticket) for line in db.lines(None, None) if concerned(line, marks)}
    keys = found.tickets | {(desk, ticket) for desk, ticket in about if desk and ticket}
    keys |= {*db.tickets_of(marks.ids, marks.pinned)}
    rows = [row for desk, ticket in sorted(keys) if (row := db.ticket(desk, ticket))]
    return replace(found, traces=tuple(each for each in rows if marks.traceless(each) != each))


def persons_named(db: Transaction, word: str) -> frozenset[str]:
    """Object ids of those who are, or were, called so."""
    wanted = folded(word)
    known = [each.subject for each in db.name_records() if each.subject]
    known += [each.subject for row in db.named_rows(None, None) for each in row.attempts]
    found = {each.id for each in known if wanted in map(folded, (each.id, each.upn, each.name))}
    return frozenset(found | ({wanted} if is_object_id(wanted) else set()))


def marks_of(db: Transaction, ids: Collection[str], word: str = "") -> Marks:
    """All names that the ledger knows of these people; and the word itself, where it is no object id."""
    names = set[str]()
    for record in db.name_records():
        if record.person in ids:
            names |= {str(each) for each in record.content.values()}
    for row in db.named_rows(None, None):
        for each in row.attempts:
            if each.subject.id in ids:
                names |= {each.subject.upn, each.subject.name}
            names |= {
                place.address
                for place in destinations(each.recipient)
                if isinstance(place, MailDestination) and place.person in ids
            }
    if word and word not in ids and not is_object_id(folded(word)):
        names.add(word)
    own = {
        (line.desk, line.ticket) for line in db.lines(None, None) if line.detail.get("subject") in ids and ids
    }
    theirs = [found for key in db.tickets_of(ids, ()) if (found := db.ticket(*key))]
    own |= {
        found.key for found in theirs if is_for(found, ids)
    }  # also where their lines went with `keep.trail`
    known = frozenset(map(folded, filter(None, map(str.strip, names))))
    return Marks(frozenset(ids), known, frozenset(own))


def ambiguous(word: str, ids: Collection[str]) -> str:
    return f"{len(ids)} people are called {word}; give one object id: {', '.join(sorted(ids))}"


def concerned(line: Sealed, marks: Marks) -> bool:
    """Tell whether a line is about a person: subject, requester, approver, or whose mailbox the pass goes to;
    one of the former format, where it quotes them anywhere.
    """
    detail = line.detail
    if NAMES not in detail and "guards" not in detail:
        return marks.found_in(line.text) or any(each in line.text for each in marks.ids)
    told = {str(detail[role]) for role in ROLES if role in detail}
    approvers = detail.get("approvers")
    told |= set(map(str, approvers)) if isinstance(approvers, list) else set()
    told |= set(re.findall(r"mail:([^| ]+)", str(detail.get("recipient", ""))))
    return not marks.ids.isdisjoint(told)


def _texts(content: object) -> list[str]:
    """Every text in a record or a line's detail."""
    if isinstance(content, dict):
        return [text for each in content.values() for text in _texts(each)]
    if isinstance(content, list):
        return [text for each in content for text in _texts(each)]
    return [content] if isinstance(content, str) else [json.dumps(content)] if content else []
