"""The simulators in a process of their own: a company whose services take so long for each call."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from connector.simulators.graph import Graph
from connector.simulators.http import App, Request, Response, Served
from connector.simulators.identity import Identity
from connector.simulators.servicenow import ServiceNow
from connector.simulators.tokens import Tokens

DOMAIN = "contoso.com"


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

    def delivered(self) -> int:
        """How many tickets have a live pass in their notes."""
        return int(self._ask("delivered"))

    def _ask(self, what: str) -> Any:
        self.pipe.send(what)
        return self.pipe.recv()


@contextmanager
def company(tickets: int, latency: float) -> Iterator[Company]:
    """A company with so many tickets for as many people; each call takes `latency` seconds."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, tickets, latency), daemon=True)
    process.start()
    desk, graph, environment, ids = here.recv()
    try:
        yield Company(desk, graph, environment, ids, here)
    finally:
        here.send("stop")
        process.join(10)


def serve(pipe: Connection, count: int, latency: float) -> None:
    """All that the process does."""
    identity = Identity(Tokens())
    desk, graph = ServiceNow(), Graph(identity.tokens)
    tickets = [a_ticket(desk, graph, f"user{number:05}") for number in range(count)]
    with ExitStack() as stack:
        servers = [stack.enter_context(Served(slow(each, latency))) for each in (desk, graph)]
        sign_in = stack.enter_context(Served(identity))
        environment = {
            **identity.environment(sign_in.url),
            "SNOW_ID": desk.accounts.client_id,
            "SNOW_SECRET": desk.accounts.client_secret,
        }
        pipe.send((servers[0].url, servers[1].url, environment, tickets))
        before = 0
        while (asked := pipe.recv()) != "stop":
            if asked == "calls":
                now = sum(
                    count
                    for each in servers
                    for (_, route), count in each.tally.calls().items()
                    if route != "/oauth_token.do"
                )
                pipe.send(now - before)
                before = now
            else:
                live = [each.text for each in graph.passes.live()]
                notes = "\n".join(note for ticket in tickets for note in desk.notes(ticket))
                pipe.send(sum(each in notes for each in live))


def a_ticket(desk: ServiceNow, graph: Graph, name: str) -> str:
    graph.tenant.add_user(f"{name}@{DOMAIN}")
    person = desk.add_user(name, email=f"{name}@{DOMAIN}")
    return desk.add_incident(category="identity", caller_id=person, opened_by=person)


def slow(app: App, latency: float) -> App:
    """The app, each of whose answers takes so long."""

    def answer(request: Request) -> Response:
        time.sleep(latency)
        return app(request)

    answer.clock = getattr(app, "clock", time.time)  # type: ignore[attr-defined]
    return answer
