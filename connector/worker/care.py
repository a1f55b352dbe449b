"""The worker's words about the ledger's care, and about the audit trail's head."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from connector.domain import logger as log
from connector.domain.errors import PassdeskError
from connector.domain.events import Event
from connector.domain.steady import steady
from connector.lifecycle.ledger_roles import Removed

EVERY = 60.0  # seconds between two lines about the trail's head
RECORD = "trail_head"  # the head that was said last


class HeadOfTrail(Protocol):
    """A ledger, as far as its trail's head is told."""

    def head(self) -> str: ...

    def record(self, name: str, known: Mapping[str, object]) -> None: ...

    def recorded(self, name: str) -> dict[str, Any] | None: ...


@dataclass
class HeadLog:
    """The number of the trail's lines and its last hash, in the log, which an editor of the ledger can't
    change. A line for a change, at most one a minute.
    """

    clock: Callable[[], float] = steady
    at: float = float("-inf")

    def say(self, ledger: HeadOfTrail, *, last: bool = False) -> None:
        """Say it if it is another than what was said; `last`: at once."""
        if not last and self.clock() < self.at + EVERY:
            return
        with suppress(PassdeskError):  # a ledger that can't be used says so elsewhere
            head = ledger.head()
            if head.startswith("0:") or (ledger.recorded(RECORD) or {}).get("head") == head:
                return
            log.event(Event.TRAIL_HEAD, head=head)
            self.at = self.clock()
            ledger.record(RECORD, {"head": head})


def tell(done: Iterable[Removed]) -> None:
    """Say what the ledger's care removed."""
    for each in done:
        if each.event is Event.TRAIL_PRUNED:
            log.event(Event.TRAIL_PRUNED, lines=each.count)
        else:
            log.event(Event.NAMES_PRUNED, names=each.count)
