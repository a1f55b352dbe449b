"""Facts that are broken now, as the ledger knows them: a row a ticket, service, limit or pause."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Float, bindparam, func, or_, select

from connector.domain.conditions import EXPOSED_AFTER, Condition
from connector.domain.outcome import UNFINISHED, State
from connector.domain.reasons import Reason
from connector.ledger.limiting import IN_ALL, PER_REQUESTER, PER_SUBJECT
from connector.ledger.observing import Seen, digest
from connector.ledger.pausing import DAY, KNOWN
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.schema import attempts, observations, rests, seen, tickets
from connector.ledger.sql_statements import READ
from connector.ledger.transitions import MAY_BE_OUT

MISSED: Final = 3  # polls without a sweep that ended
_WAITS_FOR: Final = {
    PER_SUBJECT: Reason.LIMIT_SUBJECT,
    PER_REQUESTER: Reason.LIMIT_REQUESTER,
    IN_ALL: Reason.LIMIT_OVERALL,
}
_NOW, _BEFORE = bindparam("now", None, Float), bindparam("before", None, Float)
_BAD_TICKETS: Final = Prepared(
    select(tickets.c.desk, tickets.c.ticket, tickets.c.mapping, tickets.c.state, tickets.c.reason)
    .add_columns(tickets.c.updated_at)
    .where(
        or_(
            tickets.c.state == State.STUCK,
            (tickets.c.state == State.REVOKING) & (tickets.c.tries > 0),
        )
    )
)
_EXPOSED: Final = Prepared(
    select(attempts.c.desk, attempts.c.ticket, tickets.c.mapping)
    .join(tickets, (tickets.c.desk == attempts.c.desk) & (tickets.c.ticket == attempts.c.ticket))
    .where(attempts.c.gone_at.is_(None), attempts.c.delivered_at.is_(None))
    .where(attempts.c.number == tickets.c.attempts, tickets.c.state.in_(sorted(MAY_BE_OUT)))
    .where(attempts.c.start <= bindparam("begun", None, Float))
    .where(attempts.c.start + attempts.c.lifetime > _NOW)
)
_RESTS: Final = Prepared(select(rests.c.route, rests.c.since).where(rests.c.since.is_not(None)))
_OBSERVED: Final = Prepared(
    select(observations).where(
        observations.c.kind.in_([str(Seen.REACHED), str(Seen.FOREIGN), str(Seen.HELD)])
    )
)
_WAITING: Final = Prepared(select(tickets.c.reason).where(tickets.c.state == State.WAITING).distinct())
_LATE: Final = Prepared(
    select(func.min(tickets.c.due))
    .where(tickets.c.state.in_(sorted(UNFINISHED)), tickets.c.due < _BEFORE)
    .where(or_(tickets.c.lease_until.is_(None), tickets.c.lease_until < _NOW))
)
_NOTED: Final = Prepared(
    select(seen.c.mapping, func.min(seen.c.at)).where(seen.c.at < _BEFORE).group_by(seen.c.mapping)
)


@dataclass(frozen=True)
class Fact:
    """Something that is broken. `key`: tells it from others of its kind, by ids. `label`: a word of the
    configuration's or of ours, which names no person. `since`: on the ledger's clock; None: it is news.
    `own`: a worker says so of itself, which the ledger doesn't know.
    """

    condition: Condition
    key: str
    label: str = ""
    since: float | None = None
    own: bool = False


@dataclass(frozen=True)
class Asking:
    """The numbers of the configuration that decide what is broken; seconds. `up_since`: when this process
    began, on the ledger's clock. `spans`: of the limits, by their names. `grace`: for which others may still
    say that something is broken, which this worker doesn't see.
    """

    after: float
    every: float
    up_since: float
    mappings: frozenset[str] = frozenset()
    spans: dict[str, float] = field(default_factory=dict)
    grace: float = 0.0
    runs: bool = True  # `passdesk run`, not `once`


@dataclass
class Looked:
    """The facts, and what nobody can tell now: neither broken nor healed."""

    facts: list[Fact] = field(default_factory=list)
    unknown: set[tuple[Condition, str]] = field(default_factory=set)  # "" as key: all of the condition

    def cannot_tell(self, condition: Condition, key: str) -> bool:
        return bool(self.unknown & {(condition, key), (condition, "")})


def look(db: Driver, asking: Asking, now: float, known: Collection[tuple[str, str]]) -> Looked:
    """Read what is broken by the ledger. `known`: condition and key of what was broken before."""
    found = Looked()
    found.facts += [*_tickets(db), *_exposed(db, now), *_pause(db), *_rests(db)]
    found.facts += [*_observed(db, asking, now), *_backlog(db, asking, now)]
    _swept(db, asking, now, found, known)
    return found


def _tickets(db: Driver) -> Iterator[Fact]:
    for desk, ticket, mapping, state, reason, at in db.rows(_BAD_TICKETS):
        if state == State.REVOKING:
            condition = Condition.REVOCATION_REFUSED
        elif reason == Reason.WAITED_TOO_LONG:
            condition = Condition.WAITED_TOO_LONG
        else:
            condition = Condition.STUCK
        yield Fact(condition, f"{desk} {ticket}", mapping, at)


def _exposed(db: Driver, now: float) -> Iterator[Fact]:
    """Passes that work, and that nobody is known to hold."""
    for desk, ticket, mapping in db.rows(_EXPOSED, begun=now - EXPOSED_AFTER, now=now):
        yield Fact(Condition.EXPOSURE, f"{desk} {ticket}", mapping)


def _pause(db: Driver) -> Iterator[Fact]:
    if _switch(db, "paused") is None:
        return
    by = _object(_switch(db, "paused_by"))
    cause, since = str(by.get("cause") or ""), str(by.get("since") or "")
    yield Fact(Condition.PAUSED_ITSELF if cause else Condition.PAUSED, since[:40], cause[:40])


def _rests(db: Driver) -> Iterator[Fact]:
    for route, since in db.rows(_RESTS):
        yield Fact(Condition.SERVICE_RESTS, route, route[:200], since)


def _observed(db: Driver, asking: Asking, now: float) -> Iterator[Fact]:
    rows = db.rows(_OBSERVED)
    waiting: set[str] = set()
    if any(kind == Seen.REACHED for kind, *_ in rows):
        waiting = {reason for (reason,) in db.rows(_WAITING) if reason}
    for kind, key, at, value in rows:
        name = key.partition(" ")[0]
        if kind == Seen.HELD:
            yield Fact(Condition.DISOWNED, digest(key), "", at)
        elif kind == Seen.FOREIGN:
            if value != KNOWN and at > now - DAY:
                yield Fact(Condition.FOREIGN_PASS, key, "", at)
        elif at > now - asking.spans.get(name, DAY) or _WAITS_FOR.get(name) in waiting:
            yield Fact(Condition.LIMIT_REACHED, key, name, at)


def _backlog(db: Driver, asking: Asking, now: float) -> Iterator[Fact]:
    """The oldest step that is due, and that nobody has taken."""
    before = now - asking.after
    late = db.value(_LATE, before=before, now=now)
    oldest = [late] if late is not None else []
    oldest += [at for mapping, at in db.rows(_NOTED, before=before) if mapping in asking.mappings]
    if oldest:
        yield Fact(Condition.BACKLOG, "all", "", min(oldest))


def _swept(db: Driver, asking: Asking, now: float, found: Looked, known: Collection[tuple[str, str]]) -> None:
    """Read what the last sweep met. One that ended before this process began says nothing of today."""
    sweep = _object(_switch(db, "last_sweep"))
    ended = _number(sweep.get("began")) + _number(sweep.get("duration_s"))
    late = max(asking.after, MISSED * asking.every + 60)
    if not asking.runs or now - asking.up_since < late:
        found.unknown.add((Condition.SWEEP_LATE, ""))
    elif now - ended > late:
        found.facts.append(Fact(Condition.SWEEP_LATE, "all", "", max(ended, asking.up_since)))
    if ended < asking.up_since:
        found.unknown |= {(Condition.SIGN_IN_REFUSED, ""), (Condition.SERVICE_DOWN, "")}
        return
    refused = {
        str(each.get("service")) for each in sweep.get("sign_in_refused") or () if isinstance(each, dict)
    }
    down = set(map(str, sweep.get("unreachable") or ())) - refused
    asked = set(map(str, sweep.get("asked") or ()))
    for condition, names in ((Condition.SIGN_IN_REFUSED, refused), (Condition.SERVICE_DOWN, down)):
        found.facts += [Fact(condition, name, name[:200]) for name in sorted(names)]
        before = {key for what, key in known if what == condition}
        found.unknown |= {(condition, key) for key in before - asked - refused - down}


def _switch(db: Driver, name: str) -> str | None:
    value: str | None = db.value(READ, its_name=name)
    return value


def _object(text: str | None) -> dict[str, Any]:
    """Somebody may have edited the ledger."""
    with suppress(ValueError):
        found = json.loads(text or "{}")
        return found if isinstance(found, dict) else {}
    return {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
