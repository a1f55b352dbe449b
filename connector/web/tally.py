"""What this process did since it started, in numbers: metrics that the ledger doesn't have."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from connector.domain.events import Event
from connector.domain.outcome import Ending
from connector.domain.reasons import Reason
from connector.domain.steady import steady
from connector.http.service import Call
from connector.lifecycle.events import TicketEvent

BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)  # s
MOST: Final = 5_000  # tickets whose last step is remembered
ALARMS: Final = (Event.USED_UNCONFIRMED, Event.REVOCATION_REFUSED)
DECIDED: Final = (Event.DELIVERED, Event.REFUSED, Event.DEFERRED, Event.STUCK, Event.ENDED)
STAGES: Final = (
    *(Event.MAPPED, Event.PROVED, Event.ALLOWED, Event.ISSUING, Event.ISSUED, Event.DELIVERED),
    *(Event.SETTLED, Event.ENDED),
)


@dataclass
class Spread:
    """How many took how long; the last is for all that took longer than every bound."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass
class Tally:
    """Filled by many threads. Labels are closed sets and names of the configuration: no person's name."""

    clock: Callable[[], float] = steady
    decisions: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # mapping, outcome, reason
    alarms: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(map(str, ALARMS), 0)))
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)  # service, status
    stages: dict[str, Spread] = field(default_factory=dict)
    services: dict[str, Spread] = field(default_factory=dict)
    hints: Counter[tuple[str, str]] = field(default_factory=Counter)  # desk, what became of them
    last: OrderedDict[tuple[str, str], float] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def heard(self, happened: TicketEvent) -> None:
        """An event of a ticket: what was decided, and how long after the step before."""
        claim, now = happened.claim, self.clock()
        reason = str(happened.reason) if happened.reason in _REASONS else ""
        with self.lock:
            if happened.news and happened.event in DECIDED:
                self.decisions[claim.mapping, str(happened.event), reason] += 1
            if happened.news and happened.event in ALARMS:
                self.alarms[str(happened.event)] += 1
            before = self.last.pop((claim.desk, claim.ticket), None)
            if before is not None and happened.event in STAGES:
                self.stages.setdefault(str(happened.event), Spread()).add(now - before)
            self.last[claim.desk, claim.ticket] = now
            while len(self.last) > MOST:
                self.last.popitem(last=False)

    def hinted(self, desk: str, heard: str) -> None:
        """A desk's call to /hooks. "": of no desk that may call."""
        with self.lock:
            self.hints[desk, heard] += 1

    def called(self, call: Call) -> None:
        """A call to a service."""
        with self.lock:
            self.calls[call.service, "none" if call.status is None else str(call.status)] += 1
            self.services.setdefault(call.service, Spread()).add(call.ms / 1000)


_REASONS: Final = frozenset((*Reason, *Ending))
