"""The way along the trail, a piece at a time, as fast as hashing allows.

The ledger writes a line's texts as JSON, so that Python has few steps left: two thirds of what a line would
cost. JSON can be read in one way only. So if such a text has the line's hash, it is the very text that was
sealed. If not, that proves nothing (numbers and signs may be written in several ways), and the piece's lines
are to be compared one by one, in the way in which they were sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from pydantic_core import to_json

from connector.ledger.audit import Place, Sealed
from connector.ledger.canonical import canonical

AT_ONCE: Final = 100  # lines of a piece: more of them don't fit the processor's cache
LineText = tuple[int, float, str, str]  # its number, time, other texts as a JSON list, and hash

# By the kind of database. JSON of SQLite and PostgreSQL escapes what Python's escapes, and nothing else.
TEXTS: Final = {
    "sqlite": "select seq, at, json_array(desk, ticket, number, action, detail), hash "
    "from audit where seq > :after order by seq limit :most",
    "postgresql": "select seq, at, concat('[', coalesce(to_json(desk)::text, 'null'), ',', "
    "coalesce(to_json(ticket)::text, 'null'), ',', coalesce(to_json(number)::text, 'null'), ',', "
    "to_json(action), ',', to_json(detail), ']'), hash "
    "from audit where seq > %(after)s order by seq limit %(most)s",
}


class Source(Protocol):
    """Where lines are read, in their order."""

    def lines_after(self, seq: int, most: int | None) -> Iterable[Sealed]: ...

    def texts_after(self, seq: int, most: int) -> Sequence[LineText]: ...


class Piece(NamedTuple):
    """Some lines in a row. `lines`: to be compared one by one; empty: each fits."""

    texts: Sequence[LineText]
    lines: Sequence[Sealed]


class Lines:
    """Lines that were read already."""

    def __init__(self, lines: Iterable[Sealed]) -> None:
        self._lines = list(lines)

    def lines_after(self, seq: int, most: int | None) -> Sequence[Sealed]:
        return [line for line in self._lines if line.seq > seq][:most]

    def texts_after(self, seq: int, most: int) -> Sequence[LineText]:
        return [text_of(line) for line in self.lines_after(seq, most)]


def pieces(source: Source, at: Place, most: int | None = None) -> Iterator[Piece]:
    """The lines behind a place, to the end, or `most` of them."""
    left = most
    while texts := source.texts_after(at[0], AT_ONCE if left is None else min(AT_ONCE, left)):
        lines = [] if follow(texts, at) else list(source.lines_after(at[0], len(texts)))
        yield Piece(texts, lines)
        at = place_of(texts[-1])
        if left is not None:
            left -= len(texts)
            if not left:
                return


def follow(texts: Sequence[LineText], at: Place) -> bool:
    """Tell whether each line follows the one before, and has the hash of what it says."""
    seq, previous = at
    # Rust writes a time as Python does, in a sixth of the time. Where it doesn't, the hash is another.
    try:
        times = to_json([each[1] for each in texts]).decode()[1:-1].split(",")
    except ValueError:  # a file may hold anything
        return False
    if len(times) != len(texts):
        return False
    for (own, _, about, seal), time in zip(texts, times, strict=True):
        seq += 1
        if sha256(f"{previous}[{own},{time},{about[1:]}".encode()).hexdigest() != seal or own != seq:
            return False
        previous = seal
    return True


def place_of(text: LineText) -> Place:
    return text[0], text[3]


def text_of(line: Sealed) -> LineText:
    """A line as `TEXTS` reads it. What is no text (a file may hold anything) is written as one that is not
    the line's.
    """
    texts = [line.desk, line.ticket, line.number, line.action, line.text]
    about = canonical([each if each is None or isinstance(each, str) else repr(each) for each in texts])
    return line.seq, line.at, about, line.hash


def detail_in(text: LineText) -> str:
    """The detail of a line that fits."""
    return str(json.loads(text[2])[-1])
