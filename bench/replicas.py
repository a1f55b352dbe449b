"""One, two and three replicas on one PostgreSQL server, which writes each commit to its disk."""

from __future__ import annotations

from contextlib import ExitStack

import psycopg

from bench.company import company
from bench.figures import Figure, Found, Row, Size
from bench.passdesk import home
from tests import postgres

WORKERS, LATENCY = 8, 0.1
ASKED = {2: 1.9, 3: 2.7}  # times as fast as one


def measure(size: Size) -> Found:
    """Drain the same queue with each number of replicas."""
    tickets = size.of(60, 300)
    with postgres.server() as url:
        durable(url)
        rows = [drained(url, tickets, count) for count in ((1, 2) if size.quick else (1, 2, 3))]
    one = rows[0]["tickets_a_second"]
    figures = [Figure("one replica, 8 workers, 100 ms a call", one, "tickets/s")]
    for each in rows[1:]:
        count = each["replicas"]
        times = each["tickets_a_second"] / one
        figures.append(Figure(f"{count} replicas, as fast as one", times, at_least=ASKED[count]))
    return Found(figures, rows)


def durable(url: str) -> None:
    """The tests' server forgets commits when the power goes; this one may not."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as db:
        for setting in ("fsync", "full_page_writes"):
            db.execute(f"alter system reset {setting}".encode())
        db.execute("select pg_reload_conf()")


def drained(url: str, tickets: int, count: int) -> Row:
    """From the first note to the last: each process starts by itself."""
    postgres.dropped(url)
    with company(tickets, LATENCY) as there, ExitStack() as stack:
        homes = [stack.enter_context(home(there, WORKERS, ledger=f'"{url}"')) for _ in range(count)]
        homes[0].run("audit", "verify")  # so that the tables are there
        there.calls()
        for each in [at.start("once") for at in homes]:
            each.wait()
        if there.delivered() != tickets:
            raise RuntimeError(f"{there.delivered()} of {tickets} tickets were delivered")
        notes = sorted(there.served_at().values())
        return {
            "replicas": count,
            "tickets": tickets,
            "tickets_a_second": round((tickets - 1) / (notes[-1] - notes[0]), 2),
            "calls_a_ticket": round(there.calls() / tickets, 2),
        }
