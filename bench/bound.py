"""What can't be had faster: calls in a row, and a perfect engine that serves whoever came first."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

ROWS = 3  # calls in a row of a ticket: evidence beside the reading, the pass, the note
SETUP = 2  # calls before the first of them


def drain(tickets: int, workers: int, latency: float, rows: int = ROWS) -> float:
    """Seconds that a queue takes at least, with so many calls in a row for each ticket."""
    return (SETUP + rows * math.ceil(tickets / workers)) * latency


def perfect(
    arrivals: Sequence[float], workers: int, latency: float, every: float, rows: int = ROWS
) -> list[float]:
    """Seconds from arrival to the end of each ticket: polls begin at 0, `every`, …, and each shows what is
    there when it is answered; workers take the oldest first and lose no time in between.
    """
    free = [0.0] * workers
    took = []
    for arrived in sorted(arrivals):
        poll = max(0, math.ceil((arrived - latency) / every))
        begins = max(heapq.heappop(free), poll * every + latency)
        ends = begins + rows * latency
        heapq.heappush(free, ends)
        took.append(ends - arrived)
    return took
