"""The hours in which passes are made, by the clock on the wall."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

TIME: Final = "(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]|24:00"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Hours:
    """From `opens` to `closes`, in minutes of the wall's clock, on these days (0 is Monday).

    Where `closes` lies before `opens`, a day's hours end on the next day. A time that the clocks leave out is
    the moment at which they go on; one that they go through twice counts both times.
    """

    days: tuple[int, ...]
    opens: int
    closes: int

    def cover(self, at: float, zone: str) -> bool:
        """Tell whether the moment, in epoch seconds, lies in these hours."""
        there = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone))
        minute, day = there.hour * 60 + there.minute, there.weekday()
        if self.opens < self.closes:
            return day in self.days and self.opens <= minute < self.closes
        yesterday = (there.date() - timedelta(days=1)).weekday()
        return (day in self.days and minute >= self.opens) or (
            yesterday in self.days and minute < self.closes
        )

    @property
    def words(self) -> str:
        """`mon to fri, 07:00 to 19:00`"""
        return f"{_named(self.days)}, {_time(self.opens)} to {_time(self.closes)}"


def minutes(text: str) -> int:
    """Minutes of `07:00`; `24:00` is the end of the day. Raises ValueError for what is no time."""
    if not re.fullmatch(TIME, text):
        raise ValueError(f"{text} is no time of the day")
    return int(text[:2]) * 60 + int(text[3:])


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _named(days: Sequence[int]) -> str:
    """Days that follow one another as their first and last."""
    names = [DAYS[day] for day in days]
    if len(days) > 2 and list(days) == list(range(days[0], days[0] + len(days))):
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
