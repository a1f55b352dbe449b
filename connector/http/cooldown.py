"""Pause after trouble, so that what is broken or refuses us is left alone: a circuit breaker.

Nobody is let through to probe while a pause runs. When it ends, all may try again, and the first failure
begins the next pause. A caller that wants one probe at a time holds a lock around its try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class Pause:
    """The rest of a pause that runs."""

    seconds: float
    why: str


class Cooldown:
    """At most one pause at a time. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic, self._lock = monotonic, Lock()
        self._until, self._why = float("-inf"), ""

    def active(self) -> Pause | None:
        """The pause that runs. None: callers may try."""
        with self._lock:
            left = self._until - self._monotonic()
            return Pause(left, self._why) if left > 0 else None

    def begin(self, seconds: float, why: str = "", *, extend: bool = True) -> bool:
        """Pause from now on; True where this began or prolonged a pause.

        A pause that runs is never shortened: of two, the one that ends later stays, with its reason. Without
        `extend` a pause that runs stays as it is, so that calls which failed together count once.
        """
        with self._lock:
            now = self._monotonic()
            if now + seconds < self._until or (not extend and now < self._until):
                return False
            self._until, self._why = now + seconds, why
            return True

    def reset(self) -> None:
        """End the pause: a call went well."""
        with self._lock:
            self._until, self._why = float("-inf"), ""
