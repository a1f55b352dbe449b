"""The simulators in a process of their own: a company whose services take so long for each call."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from bench.services import DOMAIN, Span, serve

__all__ = ["DOMAIN", "Company", "company"]


@dataclass(frozen=True)
class Company:
    """Addresses, and what signs in there; `tickets` are ids of incidents, oldest first."""

    desk: str
    graph: str
    environment: dict[str, str]
    tickets: list[str]
    pipe: Connection

    def calls(self) -> int:
        """How many calls were made since this was asked last, but for signing in."""
        return int(self._ask("calls"))

    def graph_calls(self) -> int:
        """How many of them were to Graph, since this was asked last."""
        return int(self._ask("graph_calls"))

    def moved(self) -> int:
        """How many bytes were sent and answered, without headers, since this was asked last."""
        return int(self._ask("moved"))

    def delivered(self) -> int:
        """How many tickets have a live pass in their notes."""
        return int(self._ask("delivered"))

    def live(self) -> int:
        """How many passes somebody could sign in with, now or later."""
        return int(self._ask("live"))

    def span(self) -> Span:
        """When the first call came and the last was answered, on the machine's steady clock."""
        return Span(*self._ask("span"))

    def served_at(self) -> dict[str, float]:
        """When each ticket was first written to, on the machine's steady clock."""
        return dict(self._ask("served_at"))

    def how_many_served(self) -> int:
        return int(self._ask("how_many_served"))

    def record(self) -> None:
        """Keep each call and its answer from now on."""
        self._ask("record")

    def recorded(self) -> list[tuple[str, str, dict[str, str], bytes]]:
        """The calls that were kept: method, URL, headers, body. From now on they are answered again as they
        were, whatever happened since.
        """
        return list(self._ask("recorded"))

    def add(self, count: int) -> list[str]:
        """Open so many tickets, each of a person of their own; their ids."""
        return list(self._ask("add", count))

    def top_up(self, count: int) -> None:
        """Open tickets until there were so many in all."""
        self._ask("top_up", count)

    def add_at(self, moments: Sequence[float]) -> None:
        """Open a ticket at each of these moments of the steady clock."""
        self._ask("add_at", moments)

    def opened_at(self) -> dict[str, float]:
        """When each ticket of `add_at` was there."""
        return dict(self._ask("opened_at"))

    def advance(self, seconds: float) -> None:
        """The services' clocks go on by so much at once."""
        self._ask("advance", seconds)

    def gate(self) -> tuple[int, int, float]:
        """What the desk's gate counted (gate.Gate)."""
        answered, refused, seconds = self._ask("gate_counted")
        return answered, refused, seconds

    def _ask(self, what: str, *more: object) -> Any:
        self.pipe.send((what, more))
        return self.pipe.recv()


@contextmanager
def company(tickets: int, latency: float, gate: tuple[int, int] | None = None) -> Iterator[Company]:
    """A company with so many tickets for as many people; each call takes `latency` seconds. `gate`: how many
    calls its desk runs at once, and lets wait.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, tickets, latency, gate), daemon=True)
    process.start()
    desk, graph, environment, ids = here.recv()
    try:
        yield Company(desk, graph, environment, ids, here)
    finally:
        here.send(("stop", ()))
        process.join(10)
