"""The trail, verified again and again: what is new at once, what is older a piece at each look.

A long trail isn't verified from its beginning at each start: the ledger remembers how far it was, as a mark
(0028). The newest lines are verified at each start all the same, and from there on the old ones, a piece at
each look and round and round. Whoever can write the file can write another mark, or another chain: only a
head that is kept elsewhere finds that.

A break is named by its place and what stands there now, so that one that a person has resumed from is known
again, and another at the same place is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from connector.domain.events import Event
from connector.ledger.audit import START, Place, begun, is_rewritten, own_hash, rewritten_by
from connector.ledger.walk import Piece, pieces, place_of

if TYPE_CHECKING:
    from connector.ledger.transaction import Transaction

PIECE: Final = 2000  # lines that are verified once more at each look
NEWEST: Final = 10_000  # the newest lines: verified at each start, and as many of the old ones
APART: Final = 50_000  # lines that are verified before another mark is kept
MOST: Final = 50  # breaks that are told apart
MARK: Final = "verified"  # the switch that keeps it
_BEGIN: Final[Place] = (0, START.split()[1])


@dataclass
class ChainWatch:
    """The trail, as far as one process knows it."""

    newest: Place = _BEGIN  # the place before the last line
    again: Place = _BEGIN
    breaks: tuple[str, ...] = ()
    mark: str | None = None  # to be kept; None: the one that is there will do
    _started: bool = False
    _since: int = APART  # lines that were verified since a mark was kept
    _begin: tuple[int, Place] = (1, _BEGIN)  # the first line that is left, and the place before it

    def look(self, db: Transaction) -> tuple[str, ...]:
        """The breaks that were found until now, the first one first."""
        head, begin = db.switch("chain") or START, self._begun(db)
        piece = PIECE
        if not self._started:
            self._started, piece = True, max(PIECE, self._start(db, begin))
        self.newest, self.again = max(self.newest, begin), max(self.again, begin)
        walk = Walk(self.newest, cache(lambda: rewritten_by(db.lines(None, None))))
        walk.along(pieces(db, self.newest))
        walk.end(head)
        once_more = Walk(self.again, walk.rewritten)
        once_more.along(pieces(db, self.again, piece))
        if once_more.count < piece:
            once_more.end(head)
        self.newest, self.again = walk.before, once_more.at if once_more.count == piece else begin
        if walk.breaks or once_more.breaks:  # from the beginning, a break has the same name for everybody
            whole = Walk(begin, walk.rewritten)
            whole.along(pieces(db, begin))
            whole.end(head)
            self.breaks = tuple(whole.breaks[:MOST])
        self._since += walk.count + once_more.count
        self._remember(walk.at, begin)
        return self.breaks

    def _begun(self, db: Transaction) -> Place:
        """The place before the first line; looked for only where lines were removed since the last look."""
        first = next((line.seq for line in db.lines_after(0, 1)), 1)
        if first != self._begin[0]:
            self._begin = first, begun(db.last_of(Event.TRAIL_PRUNED))
        return self._begin[1]

    def _start(self, db: Transaction, begin: Place) -> int:
        """Begin at the mark, if it is one of this trail; how many old lines the first look verifies."""
        newest, again = marked(db.switch(MARK))
        recent = place_at(db, newest[0] - NEWEST)
        if recent is None or recent <= begin or place_at(db, newest[0]) != newest:
            return 0
        # The walk from `recent` leads to the mark's line only if its lines are those that were verified.
        self.newest, self.again = recent, again
        return NEWEST

    def _remember(self, last: Place, begin: Place) -> None:
        """Make a mark of a long trail that is whole."""
        long = last[0] - begin[0] > NEWEST
        if long and not self.breaks and self._since >= APART:
            self.mark, self._since = " ".join(map(str, (*last, *self.again))), 0


@dataclass
class Walk:
    """A walk along the lines, over each break. `rewritten`: the marks of lines that an erasure rewrote."""

    at: Place
    rewritten: Callable[[], Mapping[int, str]] = dict
    before: Place = _BEGIN  # the place before the last line
    breaks: list[str] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.before = self.at

    def along(self, some: Iterable[Piece]) -> None:
        for piece in some:
            came, texts = self.at, piece.texts
            self.count += len(texts)
            for line in piece.lines:
                seq, previous = self.at
                if line.seq != seq + 1:
                    self.breaks.append(f"{seq + 1}-{line.seq - 1}")
                elif (right := own_hash(previous, line)) != line.hash and not is_rewritten(
                    line, self.rewritten()
                ):
                    self.breaks.append(f"{line.seq}-{right[:8]}")
                self.at = line.seq, line.hash
            self.before = place_of(texts[-2]) if len(texts) > 1 else came
            self.at = place_of(texts[-1])

    def end(self, head: str) -> None:
        """Compare the last line with the head that the ledger keeps."""
        last, _, kept = head.partition(" ")
        if self.at != (int(last) if last.isascii() and last.isdigit() else -1, kept):
            self.breaks.append(f"{self.at[0] + 1}-{last}")


def marked(text: str | None) -> tuple[Place, Place]:
    """The last line that was verified, and the place of the next old one, as a mark has them."""
    match (text or "").split(" "):
        case [newest, its_hash, again, hash_there] if newest.isdecimal() and again.isdecimal():
            return (int(newest), its_hash), (int(again), hash_there)
    return _BEGIN, _BEGIN


def place_at(db: Transaction, seq: int) -> Place | None:
    """A line as it stands there now; None: it isn't there."""
    return next(
        ((line.seq, line.hash) for line in db.lines_after(seq - 1, 1) if seq > 0 and line.seq == seq), None
    )
