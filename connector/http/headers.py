"""Headers that services send, read with care. Their names are in lower case."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache


def pause(headers: Mapping[str, str], tried: int, random: Callable[[], float]) -> float:
    """Seconds until the next try after `tried` of them: what Retry-After says, or a backoff where it says
    nothing or nonsense.
    """
    asked = retry_after(headers)
    if asked is None:
        return 0.5 * 2.0 ** (tried - 1) * (0.5 + random() / 2)
    return asked + random() / 4  # not all workers in the same instant


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a reply asks to be left alone, from a number, also a fraction, or a date. None: not said,
    or no sense.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return min(float(text[:20]), 1e9)
    until, now = http_date(text), http_date(headers.get("date", ""))
    if until is None:
        return None
    return max(
        0.0, until - (time.time() if now is None else now)
    )  # both on the service's clock, where it tells it


@lru_cache(100)  # the same for all replies of a second
def http_date(text: str) -> int | None:
    """Epoch seconds of a Date header; None where it is none."""
    try:
        found = parsedate_to_datetime(text)
        return int(found.replace(tzinfo=found.tzinfo or UTC).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
