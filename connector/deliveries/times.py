"""The time in which a pass can be used, as people read it: in the mapping's zone and in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo


def span(start: int, end: int, zone: str, now: float) -> str:
    """`10:41:15 to 11:41 (Amsterdam; 08:41:15 to 09:41 UTC)`; all epoch seconds. The end is a minute that has
    not passed yet.
    """
    utc = _span(start, end, UTC, now)
    if zone in {"UTC", "Etc/UTC"}:
        return f"{utc} (UTC)"
    return f"{_span(start, end, ZoneInfo(zone), now)} ({_city(zone)}; {utc} UTC)"


def moment(at: int, zone: str) -> str:
    """`2026-03-02 11:41 (Amsterdam)`"""
    return f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%Y-%m-%d %H:%M} ({_city(zone)})"


def _span(start: int, end: int, zone: tzinfo, now: float) -> str:
    """With dates where they are not today's."""
    first, last, today = (datetime.fromtimestamp(each, zone) for each in (start, end, now))
    begins = f"{first:%H:%M:%S}" if first.date() == today.date() else f"{first:%Y-%m-%d %H:%M:%S}"
    ends = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%Y-%m-%d %H:%M}"
    return f"{begins} to {ends}"


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
