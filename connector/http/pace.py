"""Wait for a place among the calls to a service: limit.py says how many there are.

A read waits for its place, a write never does: what it rests on was decided just before, and is not to grow
old. So that writes seldom exceed the limit, the place of a read that was answered is kept for its thread for
a moment: who reads a ticket writes to it next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, get_ident
from typing import Final

from connector.domain.steady import steady
from connector.http.limit import CallLimit, Place

__all__ = ["Pace", "Place"]
KEPT: Final = 0.06  # s that a place is kept for what its thread does next


class Pace:
    """One service's. `most`: calls at once that reads never exceed. Safe to share between threads."""

    def __init__(self, most: int, monotonic: Callable[[], float] = steady) -> None:
        self._limit, self._turn = CallLimit(most, monotonic), Condition()
        self._kept = dict[int, float]()  # until when, by thread; the first ends first

    @property
    def limit(self) -> int:
        """Calls at once that a read counts on now."""
        return self._limit.calls

    @contextmanager
    def place(self, patience: float) -> Iterator[Place]:
        """Hold a place for one call. A read waits for it so many seconds at most; 0: a write."""
        me = get_ident()
        with self._turn:
            if patience and self._free(me) <= 0:
                self._wait(me, patience)
            self._kept.pop(me, None)
            place = self._limit.begin(len(self._kept))
            self._wake()
        try:
            yield place
        finally:
            with self._turn:
                self._limit.end(place)
                if patience and place.status:
                    self._kept[me] = steady() + KEPT
                self._turn.notify()

    def ease(self) -> None:
        """Hear that the service's limit is near."""
        with self._turn:
            self._limit.ease()

    def _wait(self, me: int, patience: float) -> None:
        until = steady() + patience
        while self._free(me) <= 0 and (left := until - steady()) > 0:
            first = next(iter(self._kept.values()), float("inf"))
            self._turn.wait(min(left, max(0.0, first - steady())))

    def _free(self, me: int) -> int:
        """Places that this thread may take."""
        now = steady()
        while self._kept and (first := next(iter(self._kept))) and self._kept[first] <= now:
            del self._kept[first]
        return self._limit.calls - self._limit.under_way - len(self._kept) + (me in self._kept)

    def _wake(self) -> None:
        """Whoever takes a place lets the next one look: another may be free, or its time be up."""
        if self._kept or self._limit.under_way < self._limit.calls:
            self._turn.notify()
