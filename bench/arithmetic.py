"""From what one ticket costs to 1,000 desks and 10 million tickets a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.figures import shown

DESKS, TICKETS = 1_000, 10_000_000
HOURS = 250 * 8  # of work a year, in which all tickets come
MORNING = 10  # times the mean
EVERY = 60  # s between two polls of a desk, each with one mapping
CALL = 0.05  # s
COMMITS = 500  # durable commits a second of one disk, of which each waits for the one before
WORKERS = 16
NEEDED = ("drain", "cost", "idle", "trail")
HEAD = ("", "Arithmetic", "Result")
Results = Mapping[str, Any]


def rows(results: Results) -> Iterator[Sequence[str]]:
    """Each step, by the figures of this run."""
    calls = figure(results, "cost", "calls a ticket when many wait")
    cpu = figure(results, "cost", "CPU a ticket") / 1000
    commits = figure(results, "cost", "transactions that write, a ticket")
    kept = figure(results, "cost", "bytes a ticket in the ledger")
    poll = figure(results, "idle", "CPU of a poll that shows nothing") / 1000
    verified = figure(results, "trail", "lines verified in a second of CPU")
    lines = figure(results, "trail", "lines a delivered ticket")
    rate = drained(results)
    mean = TICKETS / HOURS / 3600
    morning, polls = mean * MORNING, DESKS / EVERY
    yield "Tickets, mean", f"{TICKETS:,} ÷ {HOURS:,} h of work", f"{mean:.1f} a second"
    yield "Tickets, a morning", f"{MORNING} × the mean", f"{morning:.0f} a second"
    yield "Calls, a morning", f"{shown(calls)} × {morning:.0f}", f"{calls * morning:.0f} a second"
    yield "Polls", f"{DESKS:,} ÷ {EVERY} s, over all replicas", f"{polls:.0f} a second"
    yield (
        "One round of polls",
        f"{DESKS:,} × {CALL * 1000:.0f} ms ÷ {WORKERS} workers",
        f"{DESKS * CALL / WORKERS:.1f} s",
    )
    yield (
        "CPU for polls, over all replicas",
        f"{polls:.0f} × {poll * 1000:.1f} ms",
        f"{polls * poll:.0%} of a core",
    )
    yield (
        "CPU for tickets, a morning",
        f"{morning:.0f} × {cpu * 1000:.1f} ms",
        f"{morning * cpu:.0%} of a core, over all replicas",
    )
    yield (
        "Replicas for a morning",
        f"{morning:.0f} ÷ {rate:.0f} tickets/s of one ({WORKERS} workers, {CALL * 1000:.0f} ms)",
        f"{morning / rate:.1f}",
    )
    yield (
        "Commits, a morning",
        f"{shown(commits)} × {morning:.0f}, of {COMMITS} that one disk makes durable",
        f"{commits * morning:.0f} a second",
    )
    yield "The ledger", f"{TICKETS:,} × {kept:.1f} KiB", f"{TICKETS * kept / 1024**2:.0f} GiB a year"
    yield (
        "`audit verify` of a year's trail",
        f"{TICKETS:,} × {shown(lines)} lines ÷ {verified:,.0f} a second",
        f"{TICKETS * lines / verified / 60:.0f} min",
    )


def figure(results: Results, measure: str, what: str) -> float:
    return float(next(each["value"] for each in results[measure]["figures"] if each["what"] == what))


def drained(results: Results) -> float:
    """Tickets a second of one replica."""
    setting = ("passdesk", WORKERS, CALL * 1000)
    return float(
        next(
            each["tickets_a_second"]
            for each in results["drain"]["rows"]
            if (each["who"], each["workers"], each["latency_ms"]) == setting
        )
    )
