"""How many calls a service is given at once: more while it answers, fewer when it says that it is too many.

It begins with a few, and adds one for each answer. Where the service said 429 or 503, that many were too
many: then there are a quarter fewer, and near that number they grow ten times as slowly. A read waits for its
place, a write never does: what it rests on was decided just before, and is not to grow old.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Final

FIRST: Final = 4  # calls at once before a service has answered any
LESS: Final = 0.75  # of the calls that were too many
NEAR: Final = 0.75  # of the calls that were too many: from here on it grows slowly
SLOWLY: Final = 10.0
TOO_MANY: Final = frozenset({429, 503})


class Place:
    """One call's place. Whoever has it says what the service answered."""

    def __init__(self, cuts: int) -> None:
        self.cuts, self.status = cuts, 0

    def answered(self, status: int | None) -> None:
        self.status = status or 0


class Pace:
    """One service's. `most`: calls at once that reads never exceed. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = float(max(1, most))
        self._limit = min(self._most, float(FIRST))
        self._too_many = float("inf")  # calls at once that were too many last
        self._under_way = self._cuts = 0
        self._turn = Condition()

    @property
    def limit(self) -> int:
        """Calls at once that a read counts on now."""
        return int(self._limit)

    @contextmanager
    def place(self, patience: float) -> Iterator[Place]:
        """Hold a place for one call; wait for it so many seconds at most."""
        with self._turn:
            if patience:
                self._turn.wait_for(lambda: self._under_way < self.limit, patience)
            self._under_way += 1
            place = Place(self._cuts)
        try:
            yield place
        finally:
            with self._turn:
                self._learn(place)
                self._under_way -= 1
                self._turn.notify_all()

    def _learn(self, place: Place) -> None:
        """Calls that were under way together and turned away together count once."""
        if place.status in TOO_MANY:
            if place.cuts == self._cuts:
                self._too_many = max(1.0, min(self._limit, float(self._under_way)))
                self._limit = max(1.0, self._too_many * LESS)
                self._cuts += 1
        elif 200 <= place.status < 400:
            self._limit = min(self._most, self._limit + self._step())

    def _step(self) -> float:
        if self._too_many == float("inf"):
            return 1.0
        return 1 / self._limit / (SLOWLY if self._limit >= self._too_many * NEAR else 1)
