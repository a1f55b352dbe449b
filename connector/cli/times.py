"""Times as operators read them: on their own clock, with its zone; and for machines with its offset."""

from __future__ import annotations

import time
from datetime import datetime


def local(at: float) -> str:
    """`2026-03-02 11:41:15 CET`"""
    there = _there(at)
    return f"{there:%Y-%m-%d %H:%M:%S} {_zone(there)}"


def clock(at: float, now: float | None = None, *, seconds: bool = False) -> str:
    """`11:41 CET`, with the date where it isn't that of `now`."""
    there, today = _there(at), _there(time.time() if now is None else now)
    day = "" if there.date() == today.date() else f"{there:%Y-%m-%d} "
    return day + there.strftime("%H:%M:%S" if seconds else "%H:%M") + f" {_zone(there)}"


def iso(at: float | None) -> str | None:
    """`2026-03-02T11:41:15+01:00`"""
    return None if at is None else _there(at).isoformat(timespec="seconds")


def span(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 05 min`, `2 d 4 h`"""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def _there(at: float) -> datetime:
    """No time can end a verb: somebody may have edited the trail."""
    try:
        return datetime.fromtimestamp(at).astimezone()
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0).astimezone()


def _zone(there: datetime) -> str:
    """Its abbreviation; where the system has none, the offset."""
    name = there.tzname() or ""
    return name if name.isalpha() else f"UTC{there:%z}"
