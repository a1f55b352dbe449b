"""The one alert that no ledger can keep: that the ledger itself can't be used. Each worker tells it from
memory, and a worker that ends forgets it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from connector.alerts.message import message
from connector.alerts.sending import Message
from connector.domain.conditions import Condition
from connector.domain.steady import steady
from connector.forms.references import SecretReference
from connector.ledger.alerting import FIRST, LONGEST, Notice


@dataclass
class Told:
    """The place where an address is. `broke`: it was told that it broke."""

    broke: bool = False
    tries: int = 0
    next_at: float = 0.0


@dataclass
class Offline:
    """Since when the ledger can't be used, and who was told."""

    clock: Callable[[], float] = steady
    since: float | None = None
    lasted: float = 0.0
    told: dict[SecretReference, Told] = field(default_factory=dict)

    def broke(self) -> None:
        self.since = self.clock() if self.since is None else self.since

    def works(self, *, broken: bool) -> None:
        """The ledger answered. `broken`: sweeps say that it can't be used, for all that."""
        if broken:
            self.broke()
        elif self.since is not None:
            self.lasted, self.since = self.clock() - self.since, None

    def due(
        self, after: float, addresses: Sequence[SecretReference], installation: str
    ) -> dict[SecretReference, Message]:
        """The messages to send now."""
        now = self.clock()
        late = self.since is not None and now - self.since >= after
        found = {}
        for each in addresses:
            told = self.told.setdefault(each, Told())
            if now >= told.next_at and (late if not told.broke else self.since is None):
                lasted = self.lasted if told.broke else 0.0
                notice = Notice(1, Condition.LEDGER_DOWN, told.broke, 0.0, 1, {}, (), lasted)
                found[each] = message(installation, [notice])
        return found

    def took(self, address: SecretReference, arrived: bool) -> None:
        """The address took its message, or is tried again later."""
        told = self.told[address]
        if arrived:
            self.told[address] = Told(broke=not told.broke)
        else:
            told.next_at = self.clock() + min(FIRST * 2.0 ** min(told.tries, 10), LONGEST)
            told.tries += 1
