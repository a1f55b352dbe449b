"""A desk that runs 4 calls at once and turns away what its queue can't hold."""

from __future__ import annotations

from bench.company import company
from bench.figures import Figure, Found, Size
from bench.passdesk import home

LATENCY, AT_ONCE = 0.1, 4
UNREACHABLE = 3  # the exit code where the desk turned a ticket away for too long; the next sweep has it
TRIED = ((64, 50), (16, 4))  # workers, and calls that the desk lets wait


def measure(size: Size) -> Found:
    """Drain a queue at such a desk."""
    figures = []
    for workers, queue in TRIED:
        tickets = size.of(40, 240)
        with company(tickets, LATENCY, gate=(AT_ONCE, queue)) as there, home(there, workers) as at:
            at.run("once", codes=(0, UNREACHABLE))
            done = there.delivered() / tickets * 100
            answered, refused, seconds = there.gate()
        name = f"{workers} workers, a queue of {queue}"
        figures += [
            Figure(
                f"{name}: share of the desk's rate", answered / seconds / (AT_ONCE / LATENCY), at_least=0.95
            ),
            Figure(f"{name}: delivered in one sweep", done, "%"),
            Figure(f"{name}: calls turned away", refused / (answered + refused) * 100, "%", at_most=1),
        ]
    return Found(figures)
