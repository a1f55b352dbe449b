"""Notice that the machine's clock was set, and plan anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

STEP = 5.0  # s by which the clock must be set before it is noticed: less mends itself


@dataclass
class ClockWatch:
    """Compares the machine's clock with one that is never set."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    ahead: float = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = self.wall() - self.steady()

    def step(self) -> float:
        """Seconds by which the clock was set since the last look; 0: it wasn't."""
        before, self.ahead = self.ahead, self.wall() - self.steady()
        moved = self.ahead - before
        if abs(moved) >= STEP:
            return moved
        self.ahead = before  # small steps add up
        return 0.0


def replan(scheduler: Any, now: datetime) -> None:
    """Let every job run at once, and then at its interval again."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=now)
