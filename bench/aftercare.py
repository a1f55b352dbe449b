"""Looking after passes that are out: one round while they live, and one in which all have expired."""

from __future__ import annotations

from bench.bound import drain
from bench.company import Company, company
from bench.figures import Figure, Found, Size
from bench.passdesk import Home, home
from bench.process import Ran

WORKERS, LATENCY = 16, 0.02
STARTED, OVER = 120, 7200  # s after which each pass has begun, and is over
LOOKS = 2  # calls in a row of a pass that lives: the pass, its ticket


def measure(size: Size) -> Found:
    """Deliver passes, and run `once` as time goes on."""
    passes = size.of(40, 1000)
    with company(passes, LATENCY) as there, home(there, WORKERS) as at:
        at.run("once")
        there.calls()
        alive, looks = round_over(there, at, STARTED)
        if there.live() != passes:
            raise RuntimeError(f"{there.live()} of {passes} passes are out")
        expired, ends = round_over(there, at, OVER)
        if there.live():
            raise RuntimeError(f"{there.live()} passes are still out")
    least = drain(passes, WORKERS, LATENCY, LOOKS)
    name = f"{passes:,} passes"
    return Found(
        [
            Figure(f"{name} that live, one round ÷ bound (two calls in a row)", alive.wall / least),
            Figure("calls a pass that lives", looks / passes, "calls"),
            Figure("CPU a pass that lives", alive.cpu / passes * 1000, "ms"),
            Figure(f"{name} that have expired, one round", expired.wall, "s"),
            Figure("calls a pass that has expired", ends / passes, "calls"),
            Figure("CPU a pass that has expired", expired.cpu / passes * 1000, "ms"),
        ]
    )


def round_over(there: Company, at: Home, later: float) -> tuple[Ran, int]:
    """One sweep, so many seconds later, and its calls."""
    there.advance(later)
    ran = at.run("once")
    return ran, there.calls()
