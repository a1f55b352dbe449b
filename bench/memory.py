"""The memory of one `passdesk run` after so many tickets, which come as fast as it works them."""

from __future__ import annotations

import os
import signal
import time

from bench.company import Company, company
from bench.figures import Figure, Found, Size
from bench.passdesk import home
from bench.process import memory

WORKERS = 16
AHEAD = 100  # tickets that wait at most
PATIENCE = 300.0  # s for the next ticket


def measure(size: Size) -> Found:
    """Compare the memory after more tickets with that after a thousand."""
    marks = [100, 300] if size.quick else [1000, 10_000, *([100_000] if size.long else [])]
    held = measured(marks)
    figures = [Figure(f"after {marks[0]:,} tickets", held[0], "MiB")]
    for mark, each in zip(marks[1:], held[1:], strict=True):
        figures.append(Figure(f"after {mark:,} tickets ÷ after {marks[0]:,}", each / held[0], at_most=1.05))
    rows = [{"tickets": mark, "MiB": round(each, 1)} for mark, each in zip(marks, held, strict=True)]
    return Found(figures, rows)


def measured(marks: list[int]) -> list[float]:
    with company(0, 0) as there, home(there, WORKERS) as at:
        running = at.start("run")
        try:
            return [reached(there, running.pid, mark) for mark in marks]
        finally:
            os.kill(running.pid, signal.SIGTERM)
            running.wait()


def reached(there: Company, pid: int, mark: int) -> float:
    """The memory, once so many tickets are served."""
    last, served = time.monotonic(), -1
    while (now := there.how_many_served()) < mark:
        if now != served:
            last, served = time.monotonic(), now
        if time.monotonic() - last > PATIENCE:
            raise RuntimeError(f"only {now} of {mark} tickets were served")
        there.top_up(min(mark, now + AHEAD))
        time.sleep(0.2)
    return memory(pid)
