"""The audit trail's chain: each line is sealed with the hash of the line before it, and the ledger keeps the
last one.

Lines are removed from the front only, and behind a checkpoint: a line of the chain that says up to where, and
the hash of the last one removed. Whoever can write the file can write another chain. Only a head that is kept
elsewhere (`audit verify --head`) finds that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from connector.domain.errors import Unwritten
from connector.domain.events import Event
from connector.domain.people import Subject
from connector.ledger.canonical import canonical, canonical_line
from connector.ledger.names import NAMES, WORDS, NameRecord, digests_of
from connector.ledger.rows import AuditEntry, AuditLine

About = tuple[str | None, str | None, str | None]  # desk, ticket, number
Place = tuple[int, str]  # a line: its number and hash
START = f"0 {'0' * 64}"  # the head of an empty trail: the last seq and hash
ROLES = ("subject", "requester", "recipient")  # whose names are kept beside a line


@dataclass(frozen=True, slots=True)
class Sealed:
    """A line as it is kept; `text` is its detail in canonical JSON."""

    seq: int
    at: float
    desk: str | None
    ticket: str | None
    number: str | None
    action: str
    text: str
    hash: str

    @property
    def detail(self) -> dict[str, object]:
        """What it says by itself. Somebody may have edited it: what is no JSON is shown as it is."""
        try:
            found = json.loads(self.text)
        except ValueError:
            found = None
        return found if isinstance(found, dict) else {"unreadable": self.text}

    @property
    def line(self) -> AuditLine:
        """The line without what is kept beside it."""
        return AuditLine(
            self.seq, self.at, self.desk, self.ticket, self.number, self.action, self.detail, self.hash
        )

    def with_names(self, records: Mapping[str, NameRecord], known: Mapping[str, Subject]) -> AuditLine:
        """The line as it is read. `records`: those that are left, by their digests. `known`: the last names
        of people, for lines of the former format, which seal none.
        """
        detail, digests = self.detail, digests_of(self.detail)
        detail.pop(NAMES, None)
        words = records.get(digests.get(WORDS, ""))
        people: dict[str, Subject | None] = {}
        for role in ROLES:
            key = detail.get(role)
            found = records.get(digests.get(role, ""))
            if found and found.subject:
                people[found.subject.id] = found.subject
            elif isinstance(key, str) and role in digests:
                people[key] = None
            elif isinstance(key, str) and not digests and key in known:
                people[key] = known[key]
        whole = detail | (words.content if words else {})
        deleted = (WORDS in digests and words is None) or "erased_in" in detail
        return replace(self.line, detail=whole, people=people, text=self.text, deleted=deleted)


def sealed(head: str, at: float, about: About, entry: AuditEntry) -> Sealed:
    """The next line behind `head`. Raises Unwritten where there is no such head."""
    last, previous = parsed(head)
    line = Sealed(last + 1, float(at), *about, entry.action.value, canonical(entry.detail), "")
    return replace(line, hash=hash_of(previous, line))


def parsed(head: str) -> tuple[int, str]:
    """The number and the hash of the last line. Raises Unwritten: without them nothing can be written."""
    last, _, previous = head.partition(" ")
    if not (last.isdecimal() and len(last) < 19 and len(previous) == 64):
        raise Unwritten("the audit trail can't be written: its head is damaged; run passdesk audit verify")
    return int(last), previous


def head_of(line: Sealed) -> str:
    return f"{line.seq} {line.hash}"


def hash_of(previous: str, line: Sealed) -> str:
    """SHA-256 over the hash before, and everything that the line says."""
    about = line.desk, line.ticket, line.number, line.action, line.text
    return sha256(f"{previous}{canonical_line(line.seq, float(line.at), *about)}".encode()).hexdigest()


def own_hash(previous: str, line: Sealed) -> str:
    """The same, of a line that somebody may have edited; "" where it isn't even texts and a time."""
    try:
        return hash_of(previous, line)
    except (TypeError, ValueError):
        return ""


def is_rewritten(line: Sealed, marks: Mapping[int, str]) -> bool:
    """Tell whether an erasure rewrote the line, as it is now; `marks`: of such lines, by their numbers."""
    mark = marks.get(line.seq)
    return mark is not None and mark == own_hash(line.hash, line)


def rewritten_mark(line: Sealed) -> str:
    """The mark of a line of the former format that names were taken out of: the entry that did it has it."""
    return hash_of(line.hash, line)


def rewritten_by(lines: Iterable[Sealed]) -> dict[int, str]:
    """The marks of lines that an erasure rewrote, by their numbers."""
    found: dict[int, str] = {}
    for line in lines:
        if line.action != Event.PERSON_ERASED:
            continue
        marks = line.detail.get("entries_rewritten")
        if isinstance(marks, dict):
            found |= {int(seq): str(mark) for seq, mark in marks.items() if seq.isdecimal()}
    return found


def begun(checkpoint: Sealed | None) -> tuple[int, str]:
    """The number and hash of the last line that was removed."""
    detail = checkpoint.detail if checkpoint else {}
    last, seal = detail.get("last"), detail.get("hash")
    if isinstance(last, int) and isinstance(seal, str):
        return last, seal
    return 0, START.split()[1]
