"""A throttle: so many a minute from one place, and no more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from connector.domain.steady import steady

MINUTE: Final = 60.0
MOST_PLACES: Final = 5_000  # that are remembered


@dataclass
class Throttle:
    """Safe to share between threads."""

    most: int
    clock: Callable[[], float] = steady
    seen: OrderedDict[str, list[float]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def too_many(self, place: str) -> bool:
        """Count one more from a place. True: there were as many within the last minute."""
        with self.lock:
            now = self.clock()
            recent = [at for at in self.seen.pop(place, ()) if now - at < MINUTE]
            over = len(recent) >= self.most
            self.seen[place] = recent if over else [*recent, now]
            while len(self.seen) > MOST_PLACES:
                self.seen.popitem(last=False)
            return over
