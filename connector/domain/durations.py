"""Spans of time as people write them: `90s`, `15m`, `8h`, `2d`; and limits: `10/24h`."""

from __future__ import annotations

import re
from dataclasses import dataclass

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DURATION = r"[0-9]{1,9}[smhd]"
LIMIT = r"[0-9]{1,9}/[0-9]{1,9}[smhd]"


@dataclass(frozen=True)
class Limit:
    """At most `count` within any `seconds`."""

    count: int
    seconds: int


def duration(text: object) -> int:
    """Seconds. Raises ValueError with a sentence that names the cure."""
    if isinstance(text, int) and not isinstance(text, bool):
        raise ValueError(f"{text} has no unit; write {text}s, {text}m or {text}h")
    if not isinstance(text, str) or not re.fullmatch(DURATION, text):
        raise ValueError(
            "this is no duration; write a whole number with s, m, h or d, such as 90s, 15m, 8h or 2d"
        )
    return int(text[:-1]) * UNITS[text[-1]]


def limit(text: object) -> Limit:
    """Raises ValueError with a sentence that names the cure."""
    if not isinstance(text, str) or not re.fullmatch(LIMIT, text):
        raise ValueError("this is no limit; write how many within how long, such as 2/24h")
    count, span = text.split("/")
    if int(count) < 1 or duration(span) < 1:
        raise ValueError(
            "a limit of 0 lets no ticket through; write at least 1/1s, and use passdesk pause to stop "
            "all passes"
        )
    return Limit(int(count), duration(span))


def written(seconds: int) -> str:
    """A span of whole seconds as people write it, in the largest unit of which it has two or more: `60m`,
    `24h`, `90m`, `75s`.
    """
    unit = next((unit for unit in "dhm" if seconds % UNITS[unit] == 0 and seconds >= 2 * UNITS[unit]), "s")
    return f"{seconds // UNITS[unit]}{unit}"


def written_limit(limit: Limit) -> str:
    """`2/24h`"""
    return f"{limit.count}/{written(limit.seconds)}"


def roughly(seconds: float) -> str:
    """A span in the largest unit of which it has two or more, rounded down: `25h` of 90,061 s."""
    unit = next((unit for unit in "dhm" if seconds >= 2 * UNITS[unit]), "s")
    return f"{int(seconds) // UNITS[unit]}{unit}"
