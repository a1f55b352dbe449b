"""How fast a full queue is drained, beside what is possible: by workers and by what a call takes.

All contestants take turns in one run, against simulators in a process of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench import bound
from bench.company import Company, company
from bench.contestants import floor, script
from bench.figures import Figure, Found, Row, Size
from bench.passdesk import once
from bench.process import Ran

TICKETS = {1: 10, 4: 60, 16: 200, 32: 200}  # by workers
MAIN = (50, 16)  # ms a call and workers of what is asked; there, so many tickets
MANY = 480
FLOORS_ROWS = 4
CONTESTS: dict[str, tuple[Callable[[Company, int], Ran], int]] = {
    "floor": (floor, FLOORS_ROWS),
    "passdesk": (once, bound.ROWS),
}


def measure(size: Size) -> Found:
    """Drain queues with 1, 4, 16 and 32 workers at 20, 50 and 200 ms a call."""
    latencies, workers = ((50,), (4, 16)) if size.quick else ((20, 50, 200), tuple(TICKETS))
    rows = [each for latency in latencies for each in measured(size, latency, workers)]
    main = {each["who"]: each for each in rows if (each["latency_ms"], each["workers"]) == MAIN}
    own, least = main["passdesk"], main["floor"]
    setting = f"{own['tickets']} tickets, {MAIN[1]} workers, {MAIN[0]} ms a call"
    return Found(
        [
            Figure(f"{setting}: drain ÷ bound", own["drain_over_bound"], at_most=1.25),
            Figure(
                "the same, from the first call to the last answer", own["steady_over_bound"], at_most=1.25
            ),
            Figure("the floor's drain ÷ its own bound (four calls in a row)", least["drain_over_bound"]),
            Figure("as fast as the administrator's script", own["over_the_script"], at_least=12),
        ],
        rows,
    )


def measured(size: Size, latency: int, workers: tuple[int, ...]) -> Iterator[Row]:
    few = TICKETS[1]
    with company(few, latency / 1000) as alone:
        ran = script(alone)
        yield row("script", 1, few, latency, ran, alone, ran.wall / few, bound.ROWS)
    a_ticket = ran.wall / few
    for count in workers:
        usual = MANY if (latency, count) == MAIN else TICKETS[count]
        some = size.of(max(10, TICKETS[count] // 2), usual)
        for who, (contest, rows) in CONTESTS.items():
            with company(some, latency / 1000) as there:
                ran = contest(there, count)
                if there.delivered() != some:
                    raise RuntimeError(f"{who}: {there.delivered()} of {some} tickets were delivered")
                yield row(who, count, some, latency, ran, there, a_ticket, rows)


def row(
    who: str, workers: int, tickets: int, latency: int, ran: Ran, there: Company, slowest: float, rows: int
) -> Row:
    """`slowest`: seconds a ticket of the script, which works one after the other."""
    least = bound.drain(tickets, workers, latency / 1000, rows)
    return {
        "who": who,
        "workers": workers,
        "tickets": tickets,
        "latency_ms": latency,
        "tickets_a_second": round(tickets / ran.wall, 1),
        "drain_over_bound": round(ran.wall / least, 2),
        "steady_over_bound": round(there.span().seconds / least, 2),
        "over_the_script": round(slowest * tickets / ran.wall, 1),
        "cpu_ms_a_ticket": round(ran.cpu / tickets * 1000, 1),
        "calls_a_ticket": round(there.calls() / tickets, 2),
    }
