"""Callers in front of a modelled service, in virtual time: what a limit on calls at once does to both.

The service runs `servers` calls at once, each for `seconds`, lets `queue` more wait, and turns the rest away.
Each caller reads, writes to the same service next, and is away for a while. A writer waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from connector.http.limit import CallLimit, Place
from connector.http.pace import KEPT

READ, WRITE = "GET /tickets/*", "PATCH /tickets/*"
Caller = int


@dataclass
class Modelled:
    callers: int
    servers: int
    queue: int = 10**6
    seconds: float = 0.1
    away: float = 0.2
    retry_after: float = 1.0
    spread: float = 0.0  # of how long calls take, whatever their number
    slowness: Callable[[float], float] = lambda now: 1.0
    now: float = 0.0
    answered: int = 0
    refused: int = 0
    given: list[int] = field(default_factory=list)  # calls at once, over time

    def run(self, until: float, seed: int = 1) -> Modelled:
        self._lot, self._limit = Random(seed), CallLimit(self.callers, lambda: self.now)
        self._events = list[tuple[float, int, Callable[[], None]]]()
        self._blocked, self._waiting = list[Caller](), list[tuple[Caller, str, Place, float]]()
        self._inside = self._running = 0
        self._closed, self._kept = 0.0, dict[Caller, float]()
        for caller in range(self.callers):
            self._later(0.0, lambda caller=caller: self._asks(caller, READ))  # type: ignore[misc]
        while self._events and self.now < until:
            self.now, _, happens = heappop(self._events)
            happens()
            self.given.append(self._limit.calls)
        return self

    @property
    def share(self) -> float:
        """Of what the service can do."""
        return self.answered / self.now / (self.servers / self.seconds)

    @property
    def refused_percent(self) -> float:
        return 100 * self.refused / (self.answered + self.refused)

    def _later(self, seconds: float, happens: Callable[[], None]) -> None:
        heappush(self._events, (self.now + seconds, self._lot.getrandbits(32), happens))

    def _asks(self, caller: Caller, kind: str) -> None:
        if kind == READ and self.now < self._closed:
            self._later(self._closed - self.now + self._lot.random() / 4, lambda: self._asks(caller, kind))
        elif kind == READ and not self._room():
            self._blocked.append(caller)
        else:
            self._begins(caller, kind)

    def _room(self) -> bool:
        self._kept = {each: until for each, until in self._kept.items() if until > self.now}
        return self._limit.under_way + len(self._kept) < self._limit.calls

    def _begins(self, caller: Caller, kind: str) -> None:
        self._kept.pop(caller, None)
        place = self._limit.begin(len(self._kept))
        if self._inside >= self.servers + self.queue:
            self.refused += 1
            place.answered(429, kind, 0.001)
            self._limit.end(place)
            self._closed = max(self._closed, self.now + self.retry_after)
            self._later(self.retry_after + self._lot.random() / 4, lambda: self._asks(caller, kind))
            return
        self._inside += 1
        self._waiting.append((caller, kind, place, self.now))
        self._serve()

    def _serve(self) -> None:
        while self._waiting and self._running < self.servers:
            self._running += 1
            call = self._waiting.pop(0)
            takes = self.seconds * self.slowness(self.now) * self._lot.lognormvariate(0, self.spread)
            self._later(takes, lambda call=call: self._answers(*call))  # type: ignore[misc]

    def _answers(self, caller: Caller, kind: str, place: Place, begun: float) -> None:
        self._running -= 1
        self._inside -= 1
        self.answered += 1
        place.answered(200, kind, self.now - begun)
        self._limit.end(place)
        self._serve()
        if kind == READ:
            self._kept[caller] = self.now + KEPT
            self._later(KEPT, self._admit)
            self._later(0.003, lambda: self._asks(caller, WRITE))
        else:
            self._later(self.away * (0.9 + self._lot.random() / 5), lambda: self._asks(caller, READ))
        self._admit()

    def _admit(self) -> None:
        while self._blocked and self.now >= self._closed and self._room():
            self._begins(self._blocked.pop(0), READ)
        if self._blocked and self.now < self._closed:
            self._later(self._closed - self.now, self._admit)
