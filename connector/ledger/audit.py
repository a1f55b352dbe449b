"""The audit trail's chain: each line is sealed with the hash of the line before it, and the ledger keeps the
last one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from connector.ledger.rows import AuditEntry, AuditLine, Chain

About = tuple[str | None, str | None, str | None]  # desk, ticket, number
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
START = f"0 {'0' * 64}"  # the head of an empty trail: the last seq and hash


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
    def line(self) -> AuditLine:
        """The line as it is read. Somebody may have edited it: what is no JSON is shown as it is."""
        try:
            detail = json.loads(self.text)
        except ValueError:
            detail = None
        if not isinstance(detail, dict):
            detail = {"unreadable": self.text}
        return AuditLine(
            self.seq, self.at, self.desk, self.ticket, self.number, self.action, detail, self.hash
        )


def sealed(head: str, at: float, about: About, entry: AuditEntry) -> Sealed:
    """The next line behind `head`."""
    last, previous = head.split()
    line = Sealed(int(last) + 1, float(at), *about, entry.action.value, canonical(entry.detail), "")
    return replace(line, hash=hash_of(previous, line))


def head_of(line: Sealed) -> str:
    return f"{line.seq} {line.hash}"


def hash_of(previous: str, line: Sealed) -> str:
    """SHA-256 over the hash before, and everything that the line says."""
    said = [line.seq, float(line.at), line.desk, line.ticket, line.number, line.action, line.text]
    return sha256(f"{previous}{canonical(said)}".encode()).hexdigest()


def canonical(said: object) -> str:
    return _JSON.encode(said)


def verified(lines: Iterable[Sealed], head: str) -> Chain:
    """Verify that every line is there and unchanged. A line cut off at the end is missing from under
    `head`.
    """
    seq, previous = 0, START.split()[1]
    for line in lines:
        if line.seq != seq + 1 or line.hash != hash_of(previous, line):
            return Chain(seq, seq + 1)
        seq, previous = line.seq, line.hash
    return Chain(seq, None if head == f"{seq} {previous}" else seq + 1)
