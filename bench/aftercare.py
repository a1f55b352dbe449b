"""Looking after passes that are out: one round while they live, and one in which all have expired."""

from __future__ import annotations

from dataclasses import dataclass

from bench.company import Company, company
from bench.figures import Figure, Found, Size
from bench.passdesk import Home, home
from bench.process import Ran

WORKERS, LATENCY = 16, 0.02
STARTED, OVER = 120, 7200  # s after which each pass has begun, and is over
SHARED, MORE = 20, 15  # passes a call to Graph, and the calls to it that a round may make beside


@dataclass(frozen=True)
class Round:
    """One sweep, its calls, and how many of them were to Graph."""

    ran: Ran
    calls: int
    to_graph: int


def measure(size: Size) -> Found:
    """Deliver passes, and run `once` as time goes on."""
    passes = size.of(40, 1000)
    with company(passes, LATENCY) as there, home(there, WORKERS) as at:
        at.run("once")
        alive = round_over(there, at, STARTED)
        if there.live() != passes:
            raise RuntimeError(f"{there.live()} of {passes} passes are out")
        expired = round_over(there, at, OVER)
        if there.live():
            raise RuntimeError(f"{there.live()} passes are still out")
    name, most = f"{passes:,} passes", passes / SHARED + MORE
    return Found(
        [
            Figure(f"{name} that live: calls to Graph in a round", alive.to_graph, "calls", at_most=most),
            Figure(f"{name} that live, one round", alive.ran.wall, "s"),
            Figure("calls a pass that lives", alive.calls / passes, "calls"),
            Figure("CPU a pass that lives", alive.ran.cpu / passes * 1000, "ms"),
            Figure(f"{name} that have expired, one round", expired.ran.wall, "s"),
            Figure("calls a pass that has expired", expired.calls / passes, "calls"),
            Figure("CPU a pass that has expired", expired.ran.cpu / passes * 1000, "ms"),
        ]
    )


def round_over(there: Company, at: Home, later: float) -> Round:
    """One sweep, so many seconds later."""
    there.advance(later)
    there.calls()
    there.graph_calls()
    ran = at.run("once")
    return Round(ran, there.calls(), there.graph_calls())
