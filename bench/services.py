"""What the simulators' process does: it serves, counts, and does what it is asked over a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import NamedTuple

from bench.gate import Gate
from bench.indexed import Indexed, people_asked, tickets_asked
from connector.simulators.graph import Graph
from connector.simulators.http import App, Request, Response, Served
from connector.simulators.identity import Identity
from connector.simulators.servicenow import ServiceNow
from connector.simulators.tokens import Tokens

DOMAIN = "contoso.com"
SIGNING_IN = "/oauth_token.do"
Call = tuple[str, str, bytes]  # method, target, body


class Span(NamedTuple):
    """Moments of the steady clock."""

    first: float
    last: float

    @property
    def seconds(self) -> float:
        return self.last - self.first


@dataclass
class Services:
    """The company's services. What returns plain values can be asked for over the pipe."""

    latency: float
    ahead: float = 0.0
    began: float = 0.0
    ended: float = 0.0
    counted: int = 0
    to_graph: int = 0
    carried: int = 0
    ids: dict[str, str] = field(default_factory=dict)  # of people's accounts, by name
    served: dict[str, float] = field(default_factory=dict)
    arrived: dict[str, float] = field(default_factory=dict)
    kept: list[tuple[str, Request]] | None = None
    answers: dict[Call, Response] = field(default_factory=dict)
    playing: bool = False
    gate: Gate | None = None
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.identity = Identity(Tokens(clock=self.clock))
        self.desk = ServiceNow(clock=self.clock)
        self.graph = Graph(self.identity.tokens, clock=self.clock)
        self.incidents = Indexed(self.desk.records.tables["incident"].rows)
        self.desk.records.tables["incident"].rows = self.incidents
        self.people = Indexed(self.graph.tenant.users)
        self.graph.tenant.users = self.people

    def clock(self) -> float:
        return time.time() + self.ahead

    def behind_gate(self, at_once: int, queue: int) -> App:
        """The desk, which takes so few at once."""
        self.gate = Gate(self.desk, self.latency, at_once, queue)
        return self.slow(self.gate, 0.0)

    def gate_counted(self) -> tuple[int, int, float]:
        assert self.gate
        return self.gate.counted()

    def slow(self, app: App, latency: float) -> App:
        """The app, each of whose answers takes so long, and is counted."""

        def answer(request: Request) -> Response:
            began = time.monotonic()
            time.sleep(latency)
            call = request.method, request.target, request.body
            response = self.answers[call] if self.playing else self._found(app, request)
            self._note(request, response, began, call)
            return response

        answer.clock = self.clock  # type: ignore[attr-defined]
        return answer

    def _found(self, app: App, request: Request) -> Response:
        people = [self.ids[each] for each in people_asked(request) if each in self.ids]
        with self.incidents.only(tickets_asked(request)), self.people.only(people):
            return app(request)

    def _note(self, request: Request, response: Response, began: float, call: Call) -> None:
        if request.path == SIGNING_IN:
            return
        with self.lock:
            self.ended = time.monotonic()
            self.began = self.began or began
            self.counted += 1
            self.to_graph += request.path.startswith("/v1.0/")
            self.carried += len(request.target) + len(request.body) + len(response.body)
            if request.method == "PATCH":
                self.served.setdefault(request.segments[-1], self.ended)
            if self.kept is not None and not self.playing:
                self.kept.append((request.base, request))
                self.answers[call] = response

    def calls(self) -> int:
        with self.lock:
            found, self.counted = self.counted, 0
        return found

    def graph_calls(self) -> int:
        with self.lock:
            found, self.to_graph = self.to_graph, 0
        return found

    def moved(self) -> int:
        with self.lock:
            found, self.carried = self.carried, 0
        return found

    def span(self) -> Span:
        return Span(self.began, self.ended)

    def served_at(self) -> dict[str, float]:
        return self.served

    def how_many_served(self) -> int:
        return len(self.served)

    def opened_at(self) -> dict[str, float]:
        return self.arrived

    def live(self) -> int:
        return len(self.graph.passes.live())

    def delivered(self) -> int:
        notes = "\n".join(note for ticket in self.incidents for note in self.desk.notes(ticket))
        return sum(each.text in notes for each in self.graph.passes.live())

    def record(self) -> None:
        self.kept = []

    def recorded(self) -> list[tuple[str, str, dict[str, str], bytes]]:
        self.playing = True
        return [(each.method, base + each.target, _sent(each), each.body) for base, each in self.kept or ()]

    def add(self, count: int) -> list[str]:
        return [self._ticket() for _ in range(count)]

    def top_up(self, count: int) -> None:
        self.add(count - len(self.incidents))

    def add_at(self, moments: Sequence[float]) -> None:
        def arrive() -> None:
            for at in moments:
                time.sleep(max(0.0, at - time.monotonic()))
                ticket = self._ticket()
                self.arrived[ticket] = time.monotonic()

        Thread(target=arrive, daemon=True).start()

    def advance(self, seconds: float) -> None:
        self.ahead += seconds

    def _ticket(self) -> str:
        name = f"user{len(self.desk.records.tables['incident'].rows):06}"
        self.ids[name] = self.graph.tenant.add_user(f"{name}@{DOMAIN}")
        person = self.desk.add_user(name, email=f"{name}@{DOMAIN}")
        return self.desk.add_incident(category="identity", caller_id=person, opened_by=person)


def _sent(request: Request) -> dict[str, str]:
    """The headers that a client sets by itself."""
    known = ("authorization", "accept", "content-type", "prefer", "consistencylevel")
    return {name: request.headers[name] for name in known if name in request.headers}


def serve(pipe: Connection, count: int, latency: float, gate: tuple[int, int] | None) -> None:
    """All that the process does."""
    services = Services(latency)
    tickets = services.add(count)
    with ExitStack() as stack:
        front = services.behind_gate(*gate) if gate else services.slow(services.desk, latency)
        desk = stack.enter_context(Served(front))
        graph = stack.enter_context(Served(services.slow(services.graph, latency)))
        sign_in = stack.enter_context(Served(services.identity))
        environment = {
            **services.identity.environment(sign_in.url),
            "SNOW_ID": services.desk.accounts.client_id,
            "SNOW_SECRET": services.desk.accounts.client_secret,
        }
        pipe.send((desk.url, graph.url, environment, tickets))
        while (asked := pipe.recv())[0] != "stop":
            verb: Callable[..., object] = getattr(services, asked[0])
            pipe.send(verb(*asked[1]))
