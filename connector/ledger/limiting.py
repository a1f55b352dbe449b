"""Limits on delivered passes, and raises of them that end by themselves.

Whoever names no requester counts as one requester of their own: so many tickets without one use up one share.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from connector.domain.durations import Limit, written
from connector.domain.events import Event
from connector.domain.outcome import NotYet
from connector.domain.reasons import Reason
from connector.ledger.observing import Observation, Seen, digest

if TYPE_CHECKING:
    from connector.domain.ticket import Plan
    from connector.ledger.admission import Limits
    from connector.ledger.transaction import Transaction

PER_SUBJECT, PER_REQUESTER, IN_ALL = LIMITS = (
    "passes_per_subject",
    "passes_per_requester",
    "passes_in_all",
)
NO_REQUESTER: Final = ""  # counts like the id of somebody


@dataclass(frozen=True)
class Raise:
    """A limit that a person raised until a time, on the ledger's clock."""

    name: str
    limit: Limit
    until: float
    by: str = ""
    why: str = ""
    since: float = 0.0


@dataclass(frozen=True)
class Rule:
    """One limit, asked about one person or all. `subject` and `requester` are None where they don't
    matter.
    """

    name: str
    reason: Reason
    floor: Limit
    subject: str | None = None
    requester: str | None = None
    whose: str = ""

    @property
    def key(self) -> str:
        """Names the limit and whose it is, without telling who that is."""
        who = self.subject or self.requester
        return f"{self.name} {digest(who)}" if who else self.name

    @property
    def about(self) -> dict[str, object]:
        known = {"subject": self.subject, "requester": self.requester}
        return {name: value for name, value in known.items() if value}


def requesters(limits: Limits, requester: str | None) -> Rule:
    """The share of one requester."""
    whose = " requested by this person" if requester else " without a requester"
    asker = requester or NO_REQUESTER
    return Rule(PER_REQUESTER, Reason.LIMIT_REQUESTER, limits.per_requester, None, asker, whose)


def rules(limits: Limits, subject: str, requester: str | None) -> tuple[Rule, ...]:
    """The limits that a new pass is counted against."""
    return (
        Rule(PER_SUBJECT, Reason.LIMIT_SUBJECT, limits.per_subject, subject, whose=" for this person"),
        requesters(limits, requester),
        Rule(IN_ALL, Reason.LIMIT_OVERALL, limits.in_all),
    )


def limited(db: Transaction, limits: Limits, plan: Plan, now: float) -> NotYet | None:
    """Find the limit that is reached, and tell of it once; None: there is room."""
    for rule in rules(limits, plan.subject.id, plan.requester):
        if over := full(db, rule, now):
            reached(db, rule, over, now)
            return over
    return None


def full(db: Transaction, rule: Rule, now: float) -> NotYet | None:
    """Tell that a limit is reached: the floor's, and the raise of it that runs now. A raise only allows
    more.
    """
    over = None
    for limit in (rule.floor, *(each.limit for each in raises(db, now) if each.name == rule.name)):
        if (had := db.count(now - limit.seconds, rule.subject, rule.requester)) < limit.count:
            return None
        span = written(limit.seconds)
        detail = f"The limit is reached: {had} of {limit.count} passes{rule.whose} in {span}."
        over = NotYet(rule.reason, detail)
    return over


def reached(db: Transaction, rule: Rule, over: NotYet, now: float) -> None:
    """Tell that a limit is reached, if that isn't told yet."""
    if db.observed(Seen.REACHED, rule.key) is None:
        db.observe(Observation(Seen.REACHED, rule.key, now))
        db.record_event(Event.LIMIT_REACHED, {"limit": rule.name, **rule.about, "detail": over.detail}, now)


def eased(db: Transaction, limits: Limits, plan: Plan, now: float) -> None:
    """Before a pass is booked: a limit of which half is free again is told of when it is reached anew."""
    for rule in rules(limits, plan.subject.id, plan.requester):
        if db.observed(Seen.REACHED, rule.key) is None:
            continue
        if db.count(now - rule.floor.seconds, rule.subject, rule.requester) <= rule.floor.count // 2:
            db.forget(Seen.REACHED, rule.key)


def raises(db: Transaction, now: float) -> list[Raise]:
    """The raises that run now: they end by themselves."""
    return [each for each in _kept(db) if now < each.until]


def keep_raise(db: Transaction, new: Raise, now: float) -> None:
    """Write a raise down, in place of one of the same limit."""
    kept = [each for each in raises(db, now) if each.name != new.name]
    put_raises(db, [*kept, new])


def put_raises(db: Transaction, every: Sequence[Raise]) -> None:
    """Write all of them down, in place of those before."""
    db.turn("raised", json.dumps([_plain(each) for each in every]))


def lowest(floor: Limit, seconds: int) -> int:
    """The least count within so many seconds that takes away nothing of what the floor allows."""
    return floor.count * ceil(seconds / floor.seconds)


def kept_raises(db: Transaction) -> list[Raise]:
    """All that are written down, also those that have ended."""
    return list(_kept(db))


def _kept(db: Transaction) -> Iterator[Raise]:
    """Somebody may have edited the ledger: what is no raise, raises nothing."""
    try:
        known = json.loads(db.switch("raised") or "[]")
        for each in known if isinstance(known, list) else ():
            yield _raise(each)
    except (ValueError, KeyError, TypeError):
        return


def _raise(known: Mapping[str, object]) -> Raise:
    limit = Limit(int(str(known["count"])), int(str(known["seconds"])))
    until, since = float(str(known["until"])), float(str(known["since"]))
    return Raise(str(known["name"]), limit, until, str(known["by"]), str(known["why"]), since)


def _plain(each: Raise) -> dict[str, object]:
    known = {"name": each.name, "count": each.limit.count, "seconds": each.limit.seconds}
    return known | {"until": each.until, "by": each.by, "why": each.why, "since": each.since}
