"""What a ticket costs in a ledger with many old rows, beside a young one."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.company import Company, company
from bench.figures import Figure, Found, Size
from bench.old_rows import add
from bench.passdesk import Home, home
from bench.process import Ran

WORKERS, LATENCY = 16, 0.02
SEED = 5  # tickets that the old rows are copies of
TIMES = 3  # that each is measured: the least counts


def measure(size: Size) -> Found:
    """Work the same numbers of tickets on copies of both ledgers, in turns."""
    rows = size.of(10_000, 100_000, 1_000_000)
    few, many = size.of(10, 40), size.of(40, 240)
    with company(SEED, LATENCY) as there, home(there, WORKERS) as at:
        at.run("once")
        young, old = at.path / "young.db", at.path / "old.db"
        shutil.copy(at.ledger, young)
        shutil.copy(young, old)
        there_are = add(old, rows)
        short: dict[Path, list[float]] = {young: [], old: []}  # CPU of the runs with few tickets
        long: dict[Path, list[float]] = {young: [], old: []}
        for _ in range(size.of(1, TIMES)):
            for ledger in (young, old):
                short[ledger].append(worked(there, at, ledger, few).cpu)
                long[ledger].append(worked(there, at, ledger, many).cpu)
    cost = {each: (min(long[each]) - min(short[each])) / (many - few) for each in (young, old)}
    name = f"{there_are:,} old rows"
    return Found(
        [
            Figure(f"CPU a ticket with {name} ÷ without", cost[old] / cost[young], at_most=1.05),
            Figure("CPU a ticket without", cost[young] * 1000, "ms"),
            Figure(
                f"CPU of a start with {name}, more than without", min(short[old]) - min(short[young]), "s"
            ),
        ]
    )


def worked(there: Company, at: Home, ledger: Path, tickets: int) -> Ran:
    """Work so many new tickets on a copy of this ledger."""
    for each in at.path.glob("passdesk.db*"):
        each.unlink()
    shutil.copy(ledger, at.ledger)
    there.add(tickets)
    return at.run("once")
