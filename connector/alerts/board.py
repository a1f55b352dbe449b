"""Facts that a worker knows of itself, and the ledger doesn't: heard from the events of its own log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from connector.domain.conditions import Condition
from connector.domain.events import Event
from connector.ledger.alert_facts import Fact
from connector.ledger.alerting import Own

APART: Final = 30.0  # s between the machine's clock and the ledger's
MOST: Final = 1000  # that happened, and aren't kept yet
_BEGINS: Final = {
    Event.MAPPINGS_REFUSED: Condition.MAPPINGS_REFUSED,
    Event.PRIVILEGE_MAP_LOST: Condition.PRIVILEGE_MAP_LOST,
    Event.SWEEP_FAILED: Condition.LEDGER_DOWN,
    Event.RECOVERY_FAILED: Condition.LEDGER_DOWN,
}
_ENDS: Final = {
    Event.MAPPINGS_RELOADED: Condition.MAPPINGS_REFUSED,
    Event.PRIVILEGE_MAP_BACK: Condition.PRIVILEGE_MAP_LOST,
    Event.LEDGER_USABLE_AGAIN: Condition.LEDGER_DOWN,
}


@dataclass
class Board:
    """Filled by many threads. `ahead`: seconds by which the machine's clock is before the ledger's now."""

    ahead: Callable[[], float]
    wake: Callable[[], object] = lambda: None
    broken: set[Condition] = field(default_factory=set)
    happened: list[Fact] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def heard(self, event: Event, known: Mapping[str, Any]) -> None:
        """An event of the log, whatever its level."""
        with self.lock:
            if event in _BEGINS:
                self.broken.add(_BEGINS[event])
            elif event in _ENDS:
                self.broken.discard(_ENDS[event])
            elif event is Event.CLOCK_SET:
                self._happened(Fact(Condition.CLOCK_SET, "", f"by {known.get('by_s', '?')} s"))
            elif event is Event.USED_UNCONFIRMED:
                mapping = str(known.get("mapping", ""))
                self._happened(Fact(Condition.USED_UNCONFIRMED, str(known.get("reference", "")), mapping))
            else:
                return
        self.wake()

    @property
    def ledger_broken(self) -> bool:
        """Tell whether sweeps, or recovery, can't use the ledger."""
        return Condition.LEDGER_DOWN in self.broken

    def own(self) -> Own:
        """Tell what is broken now, but for the ledger itself, and what happened."""
        with self.lock:
            facts = [Fact(each, "", own=True) for each in sorted(self.broken - {Condition.LEDGER_DOWN})]
            happened = tuple(self.happened)
        if abs(ahead := self.ahead()) > APART:
            facts.append(Fact(Condition.CLOCK_DIFFERS, "", f"by {ahead:.0f} s", own=True))
        return Own(tuple(facts), happened)

    def kept(self, own: Own) -> None:
        """Forget what happened: it stands in the ledger."""
        with self.lock:
            del self.happened[: len(own.happened)]

    def _happened(self, fact: Fact) -> None:
        if len(self.happened) < MOST:
            self.happened.append(fact)
