"""The trail, verified again and again: what is new at once, what is older a piece at each look.

A break is named by its place and what stands there now, so that one that a person has resumed from is known
again, and another at the same place is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from connector.domain.events import Event
from connector.ledger.audit import START, Sealed, begun, hash_of, rewritten_by, rewritten_mark

if TYPE_CHECKING:
    from connector.ledger.transaction import Transaction

PIECE: Final = 2000  # lines that are verified once more at each look
MOST: Final = 50  # breaks that are told apart
Place = tuple[int, str]  # a line: its number and hash
_BEGIN: Final[Place] = (0, START.split()[1])


@dataclass
class ChainWatch:
    """The trail, as far as one process knows it. Its first look is at every line."""

    newest: Place = _BEGIN  # the place before the last line
    again: Place = _BEGIN
    breaks: tuple[str, ...] = ()

    def look(self, db: Transaction) -> tuple[str, ...]:
        """The breaks that were found until now, the first one first."""
        head, begin = db.switch("chain") or START, begun(db.last_of(Event.TRAIL_PRUNED))
        self.newest, self.again = max(self.newest, begin), max(self.again, begin)
        walk = Walk(self.newest, lambda: rewritten_by(db.lines(None, None)))
        walk.along(db.lines_after(self.newest[0], None))
        walk.end(head)
        once_more, lines = Walk(self.again, walk.rewritten), list(db.lines_after(self.again[0], PIECE))
        once_more.along(lines)
        if len(lines) < PIECE:
            once_more.end(head)
        self.newest, self.again = walk.before, once_more.at if len(lines) == PIECE else begin
        if walk.breaks or once_more.breaks:  # from the beginning, a break has the same name for everybody
            whole = Walk(begin, walk.rewritten)
            whole.along(db.lines_after(begin[0], None))
            whole.end(head)
            self.breaks = tuple(whole.breaks[:MOST])
        return self.breaks


@dataclass
class Walk:
    """A walk along the lines, over each break. `rewritten`: the marks of lines that an erasure rewrote."""

    at: Place
    rewritten: Callable[[], Mapping[int, str]] = dict
    before: Place = _BEGIN  # the place before the last line
    breaks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before = self.at

    def along(self, lines: Iterable[Sealed]) -> None:
        for line in lines:
            seq, previous = self.before = self.at
            if line.seq != seq + 1:
                self.breaks.append(f"{seq + 1}-{line.seq - 1}")
            elif (right := hash_of(previous, line)) != line.hash and not self.is_rewritten(line):
                self.breaks.append(f"{line.seq}-{right[:8]}")
            self.at = line.seq, line.hash

    def is_rewritten(self, line: Sealed) -> bool:
        return self.rewritten().get(line.seq) == rewritten_mark(line)

    def end(self, head: str) -> None:
        """Compare the last line with the head that the ledger keeps."""
        last, _, kept = head.partition(" ")
        if self.at != (int(last) if last.isascii() and last.isdigit() else -1, kept):
            self.breaks.append(f"{self.at[0] + 1}-{last}")
