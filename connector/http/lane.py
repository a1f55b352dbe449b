"""When a service may be asked again: not before the time that it named, and little by little where few calls
are left of those that it allows.

For reads. A write is never kept waiting, nor a read that revoking waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from connector.http.announced import LIMIT, quota
from connector.http.headers import retry_after
from connector.http.reply import AGAIN

LONGEST: Final = 300.0  # s that a service's word keeps reads waiting: then one is tried
LAST: Final = 0.1  # of the calls that a rule allows: these are spread
SPREAD: Final = 5.0  # s between two of them, at most
MOST_RULES: Final = 100
TOO_MANY: Final = 429


@dataclass
class _Rule:
    """Calls left until `ends`; `next`: when the next read may be sent, while they are spread."""

    limit: float
    left: float
    ends: float
    next: float = 0.0


class Lane:
    """One service's. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic, self._lock = monotonic, Lock()
        self._until = float("-inf")
        self._rules, self._rule_of = dict[str, _Rule](), dict[str, str]()

    def closed(self, waited: float = float("-inf")) -> float:
        """Seconds until a read that has waited until this moment may be sent; 0: now."""
        with self._lock:
            return 0.0 if waited >= self._until else max(0.0, self._until - self._monotonic())

    def turn(self, kind: str) -> float:
        """Take a turn for a read of this kind: the seconds until it comes."""
        if not self._rules:
            return 0.0
        with self._lock:
            now, rule = self._monotonic(), self._rules.get(self._rule_of.get(kind, ""))
            if rule is None or now >= rule.ends or rule.left > rule.limit * LAST:
                return 0.0
            if rule.left < 1:
                return rule.ends - now
            at = max(now, rule.next)
            rule.next = at + min((rule.ends - now) / rule.left, SPREAD)
            return at - now

    def heard(self, kind: str, status: int | None, headers: Mapping[str, str]) -> None:
        """Learn from an answer, to a read or a write."""
        if status in AGAIN and (asked := retry_after(headers)):
            with self._lock:
                self._until = max(self._until, self._monotonic() + min(asked, LONGEST))
        if LIMIT in headers:
            self._count(kind, status, headers)

    def _count(self, kind: str, status: int | None, headers: Mapping[str, str]) -> None:
        found = quota(headers)
        if found is None:
            return
        with self._lock:
            now, name = self._monotonic(), found.rule or kind
            if len(self._rules) >= MOST_RULES or len(self._rule_of) >= MOST_RULES:
                self._rules.clear()
                self._rule_of.clear()
            rule = self._rules.get(name)
            if rule is None or now >= rule.ends:
                rule = self._rules[name] = _Rule(found.limit, found.limit, now + found.resets)
            rule.left = 0.0 if status == TOO_MANY else rule.left - 1 if found.left is None else found.left
            if rule.left < 1:
                rule.ends = min(rule.ends, now + LONGEST)
            self._rule_of[kind] = name
