"""What an empty queue costs: CPU beside a bare loop that polls with `requests`, and calls and CPU an hour."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from threading import Thread

from bench.company import Company, company
from bench.contestants import Client
from bench.figures import Figure, Found, Size
from bench.passdesk import home
from bench.process import start

WARM = 8.0  # s that starting takes at most
ROUND = 90  # s between two readings of the privilege map: as long is measured
USUAL = 60  # s between two polls, if nothing else is configured
OFTEN, SELDOM = 1, 10  # s between the polls of two runs, which tell what a poll costs


def measure(size: Size) -> Found:
    """Run twice beside each other, with polls of two rhythms; then the bare loop."""
    window = size.of(10, ROUND)
    with (
        company(0, 0) as here,
        company(0, 0) as there,
        company(0, 0) as elsewhere,
        home(here, 8, every=f"{OFTEN}s") as often,
        home(there, 8, every=f"{SELDOM}s") as seldom,
    ):
        runs = [at.start("run", around=sampled(window)) for at in (often, seldom)]
        loop = start(lambda: polled(elsewhere, window))
        time.sleep(WARM)
        here.calls(), there.calls()
        time.sleep(window)
        calls = there.calls()
        cpu, rarely = (float(each.wait().told) for each in runs)
        bare = float(loop.wait().told)
    a_poll = (cpu - rarely) / (window / OFTEN - window / SELDOM)
    beside = rarely - window / SELDOM * a_poll
    return Found(
        [
            Figure(f"CPU ÷ a bare loop, a poll each {OFTEN} s", cpu / bare, at_most=2.5),
            Figure("CPU of a poll that shows nothing", a_poll * 1000, "ms"),
            Figure("CPU of all else, a second", beside / window * 1000, "ms"),
            Figure(f"CPU an hour, a poll each {USUAL} s", (beside / window + a_poll / USUAL) * 3600, "s"),
            Figure(
                f"calls an hour, a poll each {USUAL} s",
                (calls - window / SELDOM) / window * 3600 + 3600 / USUAL,
                "calls",
            ),
        ]
    )


def sampled(window: float) -> Callable[[Callable[[], object]], object]:
    """The CPU of so many seconds; then the work is asked to stop."""

    def around(work: Callable[[], object]) -> object:
        found: list[float] = []

        def sample() -> None:
            time.sleep(WARM)
            before = time.process_time()
            time.sleep(window)
            found.append(time.process_time() - before)
            os.kill(os.getpid(), signal.SIGTERM)

        Thread(target=sample, daemon=True).start()
        work()
        return found[0]

    return around


def polled(company: Company, window: float) -> float:
    """The CPU of a loop that does nothing but poll."""
    client = Client(company)
    time.sleep(WARM)
    before = time.process_time()
    for _ in range(int(window / OFTEN)):
        client.queue()
        time.sleep(OFTEN)
    return time.process_time() - before
