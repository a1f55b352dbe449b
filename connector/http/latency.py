"""How much slower a service answers than at its best, and than a moment ago, kind of call by kind of call."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PERIOD: Final = 60.0  # s: what was best counts for one to two of them
SLACK: Final = 0.015  # s that an answer may take longer for reasons of our own machine
FEW: Final = 4  # answers of a kind before the least of them counts
SMOOTH: Final = 8  # answers over which a kind's latency is smoothed
MOST_KINDS: Final = 100
_OWN = re.compile(r"/[^/?]*[0-9@%'(][^/?]*")  # a segment that names a record or a person


def kind_of(method: str, path: str) -> str:
    """The kind of a call: its method and path, without what names a record. Calls of a kind take about as
    long.
    """
    return f"{method} {_OWN.sub('/*', path.partition('?')[0])}"


@dataclass(frozen=True)
class Slowness:
    """How many times an answer took what its kind takes at best, and what it took at the mark."""

    of_best: float = 1.0
    of_marked: float = 1.0


@dataclass
class _Kind:
    """`least` and `before`: the best smoothed latency of this period, and of the one before; `marked`:
    the smoothed latency at the mark, 0 if there is none.
    """

    ends: float
    smooth: float = 0.0
    answers: int = 0
    least: float = float("inf")
    before: float = float("inf")
    marked: float = 0.0


class Latencies:
    """Those of one service. For one thread at a time."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic, self._kinds = monotonic, dict[str, _Kind]()

    def learn(self, kind: str, took: float) -> Slowness | None:
        """Learn an answer's seconds. None: its kind is hardly known yet."""
        known = self._known(kind)
        known.answers += 1
        known.smooth += (took - known.smooth) / min(known.answers, SMOOTH)
        if known.answers < FEW:
            return None
        known.least = min(known.least, known.smooth)
        best = (took + SLACK) / (min(known.least, known.before) + SLACK)
        return Slowness(best, (took + SLACK) / (known.marked + SLACK) if known.marked else 1.0)

    def mark(self) -> None:
        """Compare with now from now on."""
        for each in self._kinds.values():
            each.marked = each.smooth if each.answers >= FEW else 0.0

    def forget(self) -> None:
        """What was best is what it is now."""
        for each in self._kinds.values():
            each.least = each.before = each.smooth if each.answers >= FEW else float("inf")

    def _known(self, kind: str) -> _Kind:
        now = self._monotonic()
        known = self._kinds.get(kind)
        if known is None:
            if len(self._kinds) == MOST_KINDS:
                self._kinds.clear()
            known = self._kinds[kind] = _Kind(now + PERIOD)
        elif now >= known.ends:
            stale = now >= known.ends + PERIOD
            known.before = float("inf") if stale else known.least
            known.least, known.ends = float("inf"), now + PERIOD
        return known
