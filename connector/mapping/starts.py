"""The start of a pass, as a ticket writes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from connector.mapping.steps.require import date_and_time


def moment(text: str, zone: str, *, earliest: bool = False) -> int:
    """Epoch seconds of `2026-03-01 09:30:00`, in the zone unless it says its own (`Z`, `+02:00`); of a date,
    its first moment.

    A time that the clocks go through twice is the later one; with `earliest` the earlier. Raises ValueError
    with what was wrong: no date and time, or a time that the clocks leave out.
    """
    day = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
    if sentence := date_and_time(f"{text} 00:00" if day else text):
        raise ValueError(sentence)
    written = datetime.fromisoformat(text)
    if written.tzinfo is not None:
        return int(written.timestamp())
    meant = written.replace(tzinfo=ZoneInfo(zone), fold=0 if day or earliest else 1)
    try:
        there = datetime.fromtimestamp(meant.timestamp(), UTC).astimezone(meant.tzinfo)
    except (OverflowError, ValueError, OSError):
        raise ValueError("no pass can begin then") from None
    if not day and there.replace(tzinfo=None) != written:
        raise ValueError(f"the clocks in {zone} are put forward then, and leave that time out")
    return int(meant.timestamp())


def shown(start: int) -> str:
    """`2026-03-01T08:30:00Z`."""
    return datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
