"""Clocks that are wrong: by an offset, by a drift, and by steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

EPOCH = 1_800_000_000.0  # when every world begins


@dataclass(frozen=True)
class Wrong:
    """`offset` in seconds; `drift` in seconds a second; `steps`: (when, by how much), in seconds since the
    world began.
    """

    offset: float = 0.0
    drift: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()

    def at(self, true: float) -> float:
        stepped = sum(by for when, by in self.steps if when <= true)
        return EPOCH + true + self.offset + self.drift * true + stepped


def clock(wrong: Wrong, true: Callable[[], float]) -> Callable[[], float]:
    if not wrong.drift and not wrong.steps:
        base = EPOCH + wrong.offset
        return lambda: base + true()
    return lambda: wrong.at(true())


def spread(walls: Sequence[Wrong], true: float) -> float:
    """Seconds by which the clocks of two processes may stand apart by now, whenever each of them began."""
    errors = [
        wall.at(when) - EPOCH - when
        for wall in walls
        for when in (0.0, true, *(step for step, _ in wall.steps if step <= true))
    ]
    return max(errors) - min(errors)
