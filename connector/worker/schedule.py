"""The time to work next, whoever sets the machine's clock.

APScheduler plans by the machine's clock. Its own interval counts every run that a leap ahead missed, which
takes minutes and gigabytes for a year; and after a step back it waits until the clock has caught up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import uniform

from apscheduler.triggers.base import BaseTrigger


class FromNow(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 has no types
    """So many seconds from now on, give or take: a leap ahead has missed one run at most."""

    def __init__(self, seconds: float, jitter: float = 0) -> None:
        self.seconds, self.spread = seconds, jitter

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """APScheduler's verb: the next run, after one at `previous`."""
        astray = uniform(-self.spread, self.spread)  # noqa: S311
        return now + timedelta(seconds=max(0.1, self.seconds + astray))
