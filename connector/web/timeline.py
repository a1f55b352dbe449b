"""The way of a ticket as a picture: its events on a line, further apart the longer it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Final, Literal

from connector.domain.events import Event
from connector.ledger.rows import AuditLine
from connector.operating.times import clock, span

TOP: Final = 18  # px above the first event
APART: Final = 34  # px between two events at the same moment
WIDTH: Final = 330  # px
MOST: Final = 40  # events: the last ones

Tone = Literal["good", "bad", "person", "plain"]
_TONES: Final[dict[str, Tone]] = {
    **dict.fromkeys((Event.ISSUED, Event.DELIVERED, Event.SETTLED, Event.ENDED), "good"),
    **dict.fromkeys((Event.REFUSED, Event.STUCK, Event.REVOKING, Event.RETRYING), "bad"),
    **dict.fromkeys((Event.REVOCATION_REQUESTED, Event.REISSUE_REQUESTED, Event.RELEASED), "person"),
}


@dataclass(frozen=True)
class Point:
    """An event on the line. `after`: how long since the one before."""

    y: int
    name: str
    at: str
    after: str
    middle: int  # y of the words between this one and the one before
    tone: Tone


@dataclass(frozen=True)
class Timeline:
    points: tuple[Point, ...]
    height: int
    width: int = WIDTH


def timeline(lines: Sequence[AuditLine]) -> Timeline:
    """Place the last events, oldest on top. The distance grows with the logarithm of the time."""
    points, y, before = list[Point](), TOP, None
    for line in lines[-MOST:]:
        passed = 0.0 if before is None else max(0.0, line.at - before.at)
        gap = 0 if before is None else APART + int(16 * log10(1 + passed))
        after = f"{span(passed)} later" if passed >= 1 else ""
        y += gap
        when = clock(line.at, before.at if before else None, seconds=True)
        name = line.action.replace("_", " ")
        points.append(Point(y, name, when, after, y - gap // 2, _TONES.get(line.action, "plain")))
        before = line
    return Timeline(tuple(points), y + TOP)
