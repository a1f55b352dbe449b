"""Times as operators read them: on their own clock, with its zone; and for machines with its offset."""

from __future__ import annotations

import re
import time
from datetime import datetime

from connector.forms.mistakes import quote


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


def local_moment(text: str, now: float) -> float:
    """Epoch seconds of `12:00` (today), `2026-03-02 12:00` or a time with its own zone, on this machine's
    clock. Raises ValueError with what was wrong. A time that the clocks go through twice is the first one.
    """
    today = f"{_there(now):%Y-%m-%d} " if re.fullmatch(r"[0-9]{2}:[0-9]{2}", text.strip()) else ""
    try:
        written = datetime.fromisoformat(today + text.strip())
        timed = re.search(r"[0-9]{2}:[0-9]{2}", text) is not None
        at = written.timestamp()
    except (ValueError, OverflowError, OSError):
        timed, at = False, 0.0
    if not timed:
        raise ValueError(f'{quote(text)} is no time; write one such as 12:00 or "2026-03-02 12:00"')
    if written.tzinfo is None and _there(at).replace(tzinfo=None) != written:
        raise ValueError(f"the clocks are put forward then, and leave {text} out; write another time")
    return at


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
