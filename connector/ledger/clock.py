"""The ledger's clock: epoch seconds that never step, whoever sets the machine's clock.

That of a server is the clock of all its replicas. In a file it starts at the machine's time, or at the
ledger's newest change where that is later: a clock that was set back while nothing ran must not bring old
leases and limits back. From then on it goes by the monotonic clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from connector.domain.steady import steady


class LedgerClock:
    """One process's clock of one ledger."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = steady) -> None:
        self._steady, self._ahead = steady, wall() - steady()

    def __call__(self) -> float:
        return self._ahead + self._steady()

    def follow(self, now: float) -> None:
        """Go by the clock of the ledger's server, whose time is `now`."""
        self._ahead = now - self._steady()

    def not_before(self, mark: float) -> None:
        """Go on from `mark` where the clock is behind it."""
        self._ahead = max(self._ahead, mark - self._steady())
