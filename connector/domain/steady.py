"""The one clock for how long something lasts: nobody sets it, and it goes on while the machine sleeps.

Linux stops its monotonic clock while the machine sleeps: leases, pauses, and answers that are kept for some
minutes would be taken for younger than they are. A virtual machine that its host holds knows nothing of it,
by any clock of its own. So the next answer of Entra sets Entra's clock, and the ledger's stays behind.

What waits (`Event.wait`, `sleep`) goes by the system's monotonic clock, and lasts longer by a sleep. Nothing
is decided by how long a wait took.
"""

from __future__ import annotations

import time
from collections.abc import Callable


def steady_clock() -> Callable[[], float]:
    """The machine's clock that goes on while it sleeps; where there is none, its monotonic clock.

    Linux calls it CLOCK_BOOTTIME. On macOS CLOCK_MONOTONIC goes on, and `time.monotonic` may not.
    """
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        clock = getattr(time, name, None)
        try:
            if clock is not None:
                time.clock_gettime(clock)
                return lambda: time.clock_gettime(clock)
        except OSError:  # the system's headers know it, and this kernel doesn't
            continue
    return time.monotonic


steady = steady_clock()
awake = time.monotonic  # stands still while the machine sleeps, as whatever waits does
