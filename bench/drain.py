"""How fast a full queue is drained, beside what is possible.

    python -m bench.drain [--tickets 200] [--latency 50] [--workers 1,4,16]

Ratios are compared from run to run, never seconds: all contestants take turns in this one, against simulators
in a process of their own, each of whose answers takes `latency` milliseconds.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.company import company
from bench.contestants import Ran, floor, passdesk, script

RESULTS = Path(__file__).parent / "results.json"
ROWS = 3  # calls in a row of a ticket, and two before the first: what can't be had faster
SETUP = 2


def main() -> int:
    known = argparse.ArgumentParser(prog="python -m bench.drain", description=__doc__)
    known.add_argument("--tickets", type=int, default=200)
    known.add_argument("--latency", type=int, default=50, help="ms a call")
    known.add_argument("--workers", default="1,4,16")
    known.add_argument("--keep", action="store_true", help=f"write {RESULTS.name}")
    asked = known.parse_args()
    found = list(
        measured(asked.tickets, asked.latency / 1000, [int(each) for each in asked.workers.split(",")])
    )
    tell(found, asked.tickets, asked.latency)
    if asked.keep:
        RESULTS.write_text(json.dumps({"drain": found}, indent=1) + "\n")
    return 0


def measured(tickets: int, latency: float, workers: list[int]) -> Iterator[dict[str, object]]:
    few = max(10, tickets // 10)
    with company(few, latency) as alone:
        ran, calls = script(alone), alone.calls()
    slowest = ran.wall / few * tickets
    yield row("script", 1, few, latency, ran, calls, slowest / tickets * few, alone_bound(few, latency, 1, 3))
    for count in workers:
        some = tickets if count > 1 else few
        for name, contest in (("floor", floor), ("passdesk", passdesk)):
            with company(some, latency) as there:
                ran, calls, done = contest(there, count), there.calls(), there.delivered()
            if done != some and name == "passdesk":
                raise RuntimeError(f"{done} of {some} tickets were delivered")
            rows = 4 if name == "floor" else ROWS
            yield row(
                name, count, some, latency, ran, calls, slowest, alone_bound(some, latency, count, rows)
            )


def alone_bound(tickets: int, latency: float, workers: int, rows: int) -> float:
    """Seconds that so many calls in a row take at least."""
    return (SETUP + rows * math.ceil(tickets / workers)) * latency


def row(
    name: str, workers: int, tickets: int, latency: float, ran: Ran, calls: int, slowest: float, bound: float
) -> dict[str, object]:
    return {
        "who": name,
        "workers": workers,
        "tickets": tickets,
        "latency_ms": latency * 1000,
        "tickets_a_second": round(tickets / ran.wall, 1),
        "drain_over_bound": round(ran.wall / bound, 2),
        "over_the_script": round(slowest / ran.wall, 1),
        "cpu_ms_a_ticket": round(ran.cpu / tickets * 1000, 1),
        "calls_a_ticket": round(calls / tickets, 2),
    }


def tell(found: list[dict[str, object]], tickets: int, latency: int) -> None:
    table = Table(title=f"{tickets} tickets, {latency} ms a call")
    names = list(found[0])
    for name in names:
        table.add_column(name.replace("_", " "), justify="left" if name == "who" else "right")
    for each in found:
        table.add_row(*(str(each[name]) for name in names))
    Console().print(table)


if __name__ == "__main__":
    raise SystemExit(main())
