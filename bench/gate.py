"""A service that runs so many calls at once, lets so many wait, and turns the rest away with 429."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock, Semaphore

from connector.simulators.http import App, Request, Response

TOO_MANY = 429
SETUP = 2  # signing in, and the poll


@dataclass
class Gate:
    """`app` behind the gate; each call keeps its place for `latency` seconds."""

    app: App
    latency: float
    at_once: int
    queue: int
    answered: list[float] = field(default_factory=list)  # when, on the steady clock
    refused: int = 0
    inside: int = 0
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.slots = Semaphore(self.at_once)

    def __call__(self, request: Request) -> Response:
        with self.lock:
            full = self.inside >= self.at_once + self.queue
            self.refused += full
            self.inside += not full
        if full:
            return Response.html("<h1>429</h1>", TOO_MANY).with_headers({"Retry-After": "1"})
        try:
            with self.slots:
                time.sleep(self.latency)
                return self.app(request)
        finally:
            with self.lock:
                self.inside -= 1
                self.answered.append(time.monotonic())

    def counted(self) -> tuple[int, int, float]:
        """Calls that were answered after a ticket's first one, calls that were turned away, and the seconds
        from that first answer to the last.
        """
        tickets = self.answered[SETUP:]
        return len(tickets) - 1, self.refused, tickets[-1] - tickets[0]
