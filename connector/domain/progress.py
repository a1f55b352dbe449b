"""Progress of some work: counted by whoever does it, shown by whoever likes to (cli/progress.py)."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Progress:
    """Counts of one kind of thing. `total`: 0 as long as nobody knows. For threads."""

    noun: str = ""  # "tickets"
    done: int = 0
    total: int = 0
    lock: Lock = field(default_factory=Lock)

    def begin(self, noun: str, total: int) -> None:
        """Count another kind of thing from here on."""
        with self.lock:
            self.noun, self.done, self.total = noun, 0, total

    def add(self, done: int = 0, *, total: int = 0) -> None:
        with self.lock:
            self.done += done
            self.total += total
