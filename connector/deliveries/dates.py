"""The time in which a pass can be used, as people of a language write it: in their zone and in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_timezone_location

_BRITISH = {"en": "en_GB"}  # day before month, as everywhere else that reads these


@lru_cache(64)
def locale_of(language: str) -> Locale | None:
    """The locale of a language; None: there is no such language."""
    try:
        return Locale.parse(_BRITISH.get(language, language))
    except (ValueError, UnknownLocaleError):
        return None


def moments(start: int, end: int, zone: str, language: str, now: float | None = None) -> dict[str, str]:
    """`begins`, `ends`, `begins_utc`, `ends_utc` and `zone` ("" where it is UTC); all given in epoch seconds.

    With `now`, a date stands only where it isn't today's: a note is read at once. Without, always. The end is
    a minute that has not passed yet.
    """
    locale = locale_of(language) or Locale("en")
    begins_utc, ends_utc = _span(start, end, UTC, locale, now)
    if zone in {"UTC", "Etc/UTC"}:
        return {
            "begins": begins_utc,
            "ends": ends_utc,
            "begins_utc": begins_utc,
            "ends_utc": ends_utc,
            "zone": "",
        }
    begins, ends = _span(start, end, ZoneInfo(zone), locale, now)
    city = get_timezone_location(zone, locale=locale, return_city=True)
    return {"begins": begins, "ends": ends, "begins_utc": begins_utc, "ends_utc": ends_utc, "zone": city}


def moment_in(at: int, zone: str, language: str) -> str:
    """`2 Mar 2026 10:41 (Amsterdam)`"""
    locale = locale_of(language) or Locale("en")
    utc = zone in {"UTC", "Etc/UTC"}
    there = datetime.fromtimestamp(at, UTC if utc else ZoneInfo(zone))
    city = "UTC" if utc else get_timezone_location(zone, locale=locale, return_city=True)
    return f"{_day(there, locale)} {there:%H:%M} ({city})"


def _span(start: int, end: int, zone: tzinfo, locale: Locale, now: float | None) -> tuple[str, str]:
    first, last = (datetime.fromtimestamp(each, zone) for each in (start, end))
    today = None if now is None else datetime.fromtimestamp(now, zone).date()
    begins = f"{first:%H:%M:%S}" if first.date() == today else f"{_day(first, locale)} {first:%H:%M:%S}"
    ends = f"{last:%H:%M}" if last.date() == first.date() else f"{_day(last, locale)} {last:%H:%M}"
    return begins, ends


def _day(at: datetime, locale: Locale) -> str:
    """`2 Mar 2026`, `2 mrt 2026`, `2. März 2026`"""
    return format_skeleton("yMMMd", at, tzinfo=at.tzinfo, locale=locale)
