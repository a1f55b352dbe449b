"""Notice that the machine's clock was set, or that the machine slept, and plan anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.domain.steady import awake, steady

STEP = 5.0  # s by which two clocks must part before it is noticed: less mends itself

Clock = Callable[[], float]


@dataclass
class Apart:
    """Two clocks, and how far one was ahead of the other when that was last news."""

    one: Clock
    other: Clock
    ahead: float = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = self.one() - self.other()

    def step(self) -> float:
        """Seconds by which the one ran ahead since the last look; 0: it went on beside the other."""
        ahead = self.one() - self.other()
        moved = ahead - self.ahead
        if abs(moved) < STEP:
            return 0.0  # small steps add up
        self.ahead = ahead
        return moved


@dataclass
class ClockWatch:
    """Compares the machine's clock with one that is never set, and that one with one that stands still while
    the machine sleeps.
    """

    wall: Clock = time.time
    steady: Clock = steady
    awake: Clock = awake

    def __post_init__(self) -> None:
        self._set, self._slept = Apart(self.wall, self.steady), Apart(self.steady, self.awake)

    def step(self) -> float:
        """Seconds by which the clock was set since the last look; 0: it wasn't."""
        return self._set.step()

    def slept(self) -> float:
        """Seconds that the machine slept since the last look; 0: it didn't."""
        return self._slept.step()


def replan(scheduler: Any, now: datetime) -> None:
    """Let every job run at once, and then at its interval again."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=now)
