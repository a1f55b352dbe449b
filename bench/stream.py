"""How long a ticket of a random stream takes, at 80 % of what passdesk itself can drain, beside a perfect
engine on the same arrivals.
"""

from __future__ import annotations

import os
import random
import signal
import time
from itertools import accumulate

from bench import bound
from bench.company import company
from bench.figures import Figure, Found, Size, percentile
from bench.passdesk import home, once

WORKERS, LATENCY, EVERY, LOAD = 8, 0.05, 1.0, 0.8
SEED = 1391  # of the arrivals
WARM = 3.0  # s from the first call to the first arrival
PATIENCE = 60.0  # s after the last arrival


def measure(size: Size) -> Found:
    """Measure the drain, then let tickets come at random, as fast as 80 % of it."""
    with company(size.of(48, 240), LATENCY) as there:
        once(there, WORKERS)
        notes = sorted(there.served_at().values())
    rate = (len(notes) - 1) / (notes[-1] - notes[0])
    count = int(rate * LOAD * size.of(10, 90))
    arrivals = arriving(count, rate * LOAD)
    took = measured(arrivals)
    least = bound.perfect(arrivals, WORKERS, LATENCY, EVERY)
    own, best = {}, {}
    for share in (0.5, 0.99):
        own[share], best[share] = percentile(took, share), percentile(least, share)
    return Found(
        [
            Figure("its own drain, 8 workers, 50 ms a call", rate, "tickets/s"),
            Figure("p50 ÷ a perfect engine's", own[0.5] / best[0.5], at_most=1.15),
            Figure("p99 ÷ a perfect engine's", own[0.99] / best[0.99], at_most=1.3),
            Figure("p50", own[0.5], "s"),
            Figure("p99", own[0.99], "s"),
        ],
        [
            {"passdesk_s": sorted(round(each, 3) for each in took)},
            {"perfect_s": sorted(round(each, 3) for each in least)},
        ],
    )


def arriving(count: int, rate: float) -> list[float]:
    """Moments of a Poisson stream."""
    lot = random.Random(SEED)
    return list(accumulate(lot.expovariate(rate) for _ in range(count)))


def measured(arrivals: list[float]) -> list[float]:
    """Seconds from a ticket's opening to its note, while `passdesk run` polls each second."""
    with company(0, LATENCY) as there, home(there, WORKERS, every=f"{EVERY:.0f}s") as at:
        running = at.start("run")
        while not there.calls():
            time.sleep(0.1)
        begin = time.monotonic() + WARM
        there.add_at([begin + each for each in arrivals])
        until = begin + arrivals[-1] + PATIENCE
        while there.how_many_served() < len(arrivals) and time.monotonic() < until:
            time.sleep(0.5)
        os.kill(running.pid, signal.SIGTERM)
        running.wait()
        served, opened = there.served_at(), there.opened_at()
    if len(served) < len(arrivals):
        raise RuntimeError(f"{len(served)} of {len(arrivals)} tickets were delivered")
    return [served[each] - at for each, at in opened.items()]
