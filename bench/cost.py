"""What a ticket costs: calls, CPU beside bare `requests`, transactions and bytes, and each stage's share.

The cost of one more ticket is the difference of two runs, so that starting costs nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.company import company
from bench.contestants import KeptCall, bare
from bench.figures import Figure, Found, Row, Size
from bench.passdesk import home, once
from bench.process import Ran
from bench.stages import PARTS, metered

WORKERS, LATENCY = 16, 0.05


@dataclass(frozen=True)
class Cost:
    """One run of passdesk, and the same calls made by bare `requests`."""

    tickets: int
    ran: Ran
    calls: int
    wire: int
    ledger: int
    bare: Ran

    def more(self, than: Cost, name: str) -> float:
        """How much of `name` each ticket beyond those of another run cost."""
        return float(getattr(self, name) - getattr(than, name)) / (self.tickets - than.tickets)

    def cpu(self, than: Cost) -> float:
        return (self.ran.cpu - than.ran.cpu) / (self.tickets - than.tickets) * 1000

    def bare_cpu(self, than: Cost) -> float:
        return (self.bare.cpu - than.bare.cpu) / (self.tickets - than.tickets) * 1000


def measure(size: Size) -> Found:
    """Compare a long queue with a short one, one ticket with none, and look into the stages."""
    few, many = cost(size.of(20, 120)), cost(size.of(100, 480))
    alone = calls(1) - calls(0)
    stages, begun = metered_run(many.tickets), metered_run(few.tickets)
    written = more_written(begun, stages) / (many.tickets - few.tickets)
    cpu, least = many.cpu(few), many.bare_cpu(few)
    return Found(
        [
            Figure("calls of a ticket that comes alone", alone, "calls", at_most=5),
            Figure("calls a ticket when many wait", many.more(few, "calls"), "calls", at_most=3.7),
            Figure("CPU a ticket ÷ bare requests making the same calls", cpu / least, at_most=2.5),
            Figure("CPU a ticket", cpu, "ms"),
            Figure("CPU a ticket, bare requests", least, "ms"),
            Figure("transactions that write, a ticket", written, at_most=5, unit="transactions"),
            Figure("bytes a ticket over the wire, without headers", many.more(few, "wire") / 1024, "KiB"),
            Figure("bytes a ticket in the ledger", many.more(few, "ledger") / 1024, "KiB"),
        ],
        by_stage(stages, many.tickets),
    )


def cost(tickets: int) -> Cost:
    with company(tickets, LATENCY) as there, home(there, WORKERS) as at:
        there.record()
        ran = at.run("once")
        calls, wire, ledger = there.calls(), there.moved(), at.ledger.stat().st_size
        kept: Sequence[KeptCall] = there.recorded()
        return Cost(tickets, ran, calls, wire, ledger, bare(kept, WORKERS))


def calls(tickets: int) -> int:
    with company(tickets, 0) as there:
        once(there, 1)
        return there.calls()


def metered_run(tickets: int) -> list[dict[str, Any]]:
    with company(tickets, LATENCY) as there, home(there, WORKERS) as at:
        return list(at.run("once", around=metered).told)


def more_written(few: list[dict[str, Any]], many: list[dict[str, Any]]) -> int:
    before, after = (sum(int(each["transactions"]) for each in told) for told in (few, many))
    return after - before


def by_stage(told: list[dict[str, Any]], tickets: int) -> list[Row]:
    """Each stage's CPU by part in ms, calls and transactions, all a ticket."""
    return [
        {
            "stage": each["stage"],
            **{part: round(each["cpu_s"][part] / tickets * 1000, 3) for part in PARTS},
            "calls": round(each["calls"] / tickets, 2),
            "transactions": round(each["transactions"] / tickets, 2),
        }
        for each in told
    ]
