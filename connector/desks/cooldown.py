"""After a desk was seen to do with a note what it must not, say show it to callers, no pass is noted there
for a while.
"""

from __future__ import annotations

from collections.abc import Callable

from connector.domain.outcome import NotYet
from connector.domain.reasons import Reason

LONG = 900.0  # s


class Hold:
    """Of one mapping. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic, self._until, self._why = monotonic, float("-inf"), ""

    def begin(self, why: str) -> None:
        self._until, self._why = self._monotonic() + LONG, why

    def ready(self) -> NotYet | None:
        """What a ticket waits for; None: nothing."""
        held = self._monotonic() < self._until
        return (
            NotYet(Reason.DESK_REFUSED, f"For 15 minutes no pass is noted there: {self._why}.")
            if held
            else None
        )
