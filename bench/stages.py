"""Where a ticket's CPU, calls and transactions go: by stage of its way, and by part of the program.

Functions are wrapped while passdesk runs. Each thread's CPU is booked on the innermost stage and part that it
is in, so that the shares add up to the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock, local
from time import thread_time
from typing import Any

Key = tuple[str, str]  # stage and part
OWN = "passdesk"
PARTS = ("HTTP", "ledger", "log", OWN)
STAGES = (
    "poll",
    "claim",
    "map",
    "prove",
    "guard",
    "read again",
    "issue",
    "deliver",
    "settle",
    "look after",
    "loop",
)


class Meter:
    """What was counted, by stage and part."""

    def __init__(self) -> None:
        self.cpu: Counter[Key] = Counter()
        self.calls: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()
        self._lock, self._own = Lock(), local()

    def wrap(self, owner: Any, name: str, stage: str = "", part: str = "", count: str = "") -> None:
        """Book what happens inside of a function; without a stage or part it stays its caller's."""
        plain: Callable[..., Any] = getattr(owner, name)

        @wraps(plain)
        def inside(*args: Any, **more: Any) -> Any:
            with self._in(stage, part, count):
                return plain(*args, **more)

        setattr(owner, name, inside)

    @contextmanager
    def _in(self, stage: str, part: str, count: str) -> Iterator[None]:
        stack: list[Key] = self._own.__dict__.setdefault("stack", [])
        above = stack[-1] if stack else ("loop", OWN)
        self._book(stack)
        stack.append((stage or above[0], part or (OWN if stage else above[1])))
        if count:
            with self._lock:
                getattr(self, count)[stack[-1][0]] += 1
        try:
            yield
        finally:
            self._book(stack)
            stack.pop()

    def _book(self, stack: list[Key]) -> None:
        now = thread_time()
        if stack:
            with self._lock:
                self.cpu[stack[-1]] += now - self._own.since
        self._own.since = now

    def told(self) -> list[dict[str, Any]]:
        return [
            {
                "stage": stage,
                "cpu_s": {part: self.cpu[stage, part] for part in PARTS},
                "calls": self.calls[stage],
                "transactions": self.writes[stage],
            }
            for stage in STAGES
        ]


def metered(work: Callable[[], object]) -> object:
    """Do passdesk's work; what each stage took."""
    from connector import log
    from connector.deliveries.note import NoteDelivery
    from connector.deliveries.ticket_update import NoteUpdater
    from connector.desks.servicenow.desk import ServiceNowDesk
    from connector.entra.passes import EntraIssuer
    from connector.guards.judge import MappingJudge
    from connector.http import transport
    from connector.ledger.sql import SqlLedger
    from connector.worker.sweep import Sweep

    meter = Meter()
    meter.wrap(transport, "exchange", part="HTTP", count="calls")
    meter.wrap(SqlLedger, "write", part="ledger", count="writes")
    meter.wrap(SqlLedger, "read", part="ledger")
    for name in ("call", "event"):
        meter.wrap(log, name, part="log")
    for owner, name, stage in (
        (Sweep, "poll", "poll"),
        (Sweep, "note", "poll"),
        (Sweep, "take", "claim"),
        (Sweep, "marked", "claim"),
        (MappingJudge, "mapped", "map"),
        (MappingJudge, "judge", "guard"),
        (MappingJudge, "answered", "prove"),
        (MappingJudge, "by_guards", "guard"),
        (ServiceNowDesk, "read", "read again"),
        (SqlLedger, "issuing", "issue"),
        (SqlLedger, "delivering", "issue"),
        (EntraIssuer, "issue", "issue"),
        (NoteDelivery, "deliver", "deliver"),
        (NoteUpdater, "update", "settle"),
        (SqlLedger, "settling", "settle"),
        (SqlLedger, "close", "settle"),
        (Sweep, "resume", "look after"),
        (Sweep, "serve", "loop"),
    ):
        meter.wrap(owner, name, stage)
    work()
    return meter.told()
