"""Limits that services announce in headers, before they turn calls away. Their names are in lower case.

What is documented, and what is not: docs/facts/servicenow.md §8.5, docs/facts/graph.md §5. A value that makes
no sense says nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connector.http.headers import http_date

SHARE: Final = "x-ms-throttle-limit-percentage"
LIMIT: Final = "x-ratelimit-limit"
NEAR: Final = 0.8  # of a limit: Graph names its share from here on
_AN_EPOCH: Final = 1e8  # s, and what is more counts from 1970; less are seconds from now
_MILLISECONDS: Final = 1e11
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True)
class Quota:
    """Calls that a rule allows until `resets` seconds from now. `left`: None where only the limit is said."""

    rule: str
    limit: float
    left: float | None
    resets: float


def near_limit(headers: Mapping[str, str]) -> bool:
    """Tell whether the service says that most of a limit is used up. Documented as a share, 0.8 to 1.8, and
    called a percentage: both are read.
    """
    share = _number(headers.get(SHARE, "")) or 0.0
    return NEAR <= share <= 10 or share >= NEAR * 100


def quota(headers: Mapping[str, str]) -> Quota | None:
    """The rule that a call counted for. Its reset is a time on the service's clock, in seconds or
    milliseconds; or seconds from now.
    """
    limit, resets = _number(headers.get(LIMIT, "")), _number(headers.get("x-ratelimit-reset", ""))
    if not limit or resets is None:
        return None
    if resets > _AN_EPOCH:
        date = http_date(headers.get("date", ""))
        resets = resets / (1000 if resets > _MILLISECONDS else 1) - (time.time() if date is None else date)
    rule = headers.get("x-ratelimit-rule", "")[:64]
    return Quota(rule, limit, _number(headers.get("x-ratelimit-remaining", "")), resets)


def _number(text: str) -> float | None:
    found = _NUMBER.match(text.strip())
    return float(found[0]) if found else None
