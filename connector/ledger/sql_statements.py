"""The statements of a transaction, each built and compiled once."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from connector.domain.outcome import State
from connector.ledger.prepared import Prepared
from connector.ledger.schema import attempts, audit, observations, rests, switches, tickets
from connector.ledger.sql_rows import ATTEMPT, ATTEMPT_COLUMNS, ROW, TICKET_COLUMNS

_LAST = and_(
    attempts.c.desk == tickets.c.desk,
    attempts.c.ticket == tickets.c.ticket,
    attempts.c.number == tickets.c.attempts,
)


def _given(name: str) -> BindParameter[Any]:
    return bindparam(name, None)


_DESK, _ID = _given("its_desk"), _given("its_ticket")
_ITS_TICKET = (tickets.c.desk == _DESK, tickets.c.ticket == _ID)
_MINE = (tickets.c.owner.is_not_distinct_from(_given("its_owner")), tickets.c.fence == _given("its_fence"))
_KEYS = frozenset({"desk", "ticket", "number"})
_PENDING = and_(attempts.c.delivered_at.is_(None), attempts.c.gone_at.is_(None))

_MOST = bindparam("most", None, Integer)
_OLDEST = (tickets.c.due, tickets.c.desk, tickets.c.ticket)

# Tickets, each with its last attempt.
ROWS = select(*TICKET_COLUMNS, *ATTEMPT_COLUMNS).select_from(tickets.outerjoin(attempts, _LAST))
_KEYS_OF = select(tickets.c.desk, tickets.c.ticket)
TICKET = Prepared(ROWS.where(*_ITS_TICKET))
HOLD_TICKET = Prepared(select(tickets.c.fence).where(*_ITS_TICKET).with_for_update())
ADD = Prepared(insert(tickets), unless_there=True)
PUT = Prepared(
    update(tickets)
    .where(*_ITS_TICKET, *_MINE)
    .values({name: _given(f"to_{name}") for name in ROW if name not in ("desk", "ticket")})
)
BOOK = Prepared(insert(attempts), unless_there=True)
REBOOK = Prepared(
    update(attempts)
    .where(attempts.c.desk == _DESK, attempts.c.ticket == _ID, attempts.c.number == _given("its_number"))
    .values({name: _given(f"to_{name}") for name in ATTEMPT if name not in _KEYS})
)
_BY_SUBJECT = attempts.c.subject_id == _given("its_subject")
_BY_REQUESTER = attempts.c.requester.is_not_distinct_from(_given("its_requester"))
_TRIED = select(*ATTEMPT_COLUMNS).order_by(attempts.c.gone_at, attempts.c.booked_at)
STANDING = Prepared(_TRIED.where(_BY_SUBJECT, attempts.c.gone_at.is_(None)))
OF_SUBJECT = Prepared(_TRIED.where(_BY_SUBJECT))
ADRIFT = Prepared(_TRIED.where(attempts.c.adrift, attempts.c.start > _given("since")))
RENEW = Prepared(
    update(tickets)
    .where(*_ITS_TICKET, tickets.c.owner == _given("its_owner"), tickets.c.fence == _given("its_fence"))
    .values(lease_until=_given("until"))
)
FREE_OTHERS = Prepared(
    update(tickets).where(tickets.c.owner != _given("its_owner")).values(owner=null(), lease_until=null())
)
_SWITCH = select(switches.c.value).where(switches.c.name == _given("its_name"))
READ, HOLD = Prepared(_SWITCH), Prepared(_SWITCH.with_for_update())
OFTEN = ("moved", "paused", "chain", "raised", "installation")
READ_OFTEN = Prepared(select(switches.c.name, switches.c.value).where(switches.c.name.in_(OFTEN)))
TURN = Prepared(
    update(switches).where(switches.c.name == _given("its_name")).values(value=_given("to_value"))
)
SWITCHED = Prepared(insert(switches), in_place_of=("name",))
_OF_MAPPING = (tickets.c.desk == _DESK, tickets.c.mapping == _given("its_mapping"))
_IN_QUEUE = (
    *_OF_MAPPING,
    tickets.c.state == State.REFUSED,
    tickets.c.absent_at.is_(None),
    tickets.c.refused_at < _given("at"),
)
_RUNNING = (*_OF_MAPPING, tickets.c.state == State.WAITING, tickets.c.own_since < _given("at"))
IN_QUEUE = Prepared(select(tickets.c.ticket).where(*_IN_QUEUE))
ABSENT = Prepared(update(tickets).where(*_IN_QUEUE, tickets.c.ticket == _ID).values(absent_at=_given("at")))
RUNNING = Prepared(select(tickets.c.ticket).where(*_RUNNING))
STILL = Prepared(
    update(tickets)
    .where(*_RUNNING, tickets.c.ticket == _ID)
    .values(own_wait=tickets.c.own_wait + _given("at") - tickets.c.own_since, own_since=null())
)
APPEND = Prepared(insert(audit))
LINES = select(audit).order_by(audit.c.seq)
LINES_AFTER = Prepared(LINES.where(audit.c.seq > _given("after")))
SOME_AFTER = Prepared(LINES.where(audit.c.seq > _given("after")).limit(_MOST))
OLDEST_LINES = Prepared(LINES.limit(_MOST))
LAST_OF = Prepared(
    select(audit).where(audit.c.action == _given("its_action")).order_by(audit.c.seq.desc()).limit(1)
)
NEWEST = Prepared(select(audit.c.at).order_by(audit.c.seq.desc()).limit(1))
CHANGED = Prepared(select(func.max(tickets.c.updated_at)))
_OF_KIND = observations.c.kind == _given("its_kind")
OBSERVED = Prepared(select(observations).where(_OF_KIND, observations.c.key == _given("its_key")))
OBSERVATIONS = Prepared(select(observations).where(_OF_KIND).order_by(observations.c.at, observations.c.key))
OBSERVE = Prepared(insert(observations), in_place_of=("kind", "key"))
FORGET = Prepared(delete(observations).where(_OF_KIND, observations.c.key == _given("its_key")))
RESTS = Prepared(select(rests))
RESTS_HELD = Prepared(select(rests).with_for_update())
REST = Prepared(insert(rests), in_place_of=("route",))
END_REST = Prepared(delete(rests).where(rests.c.route == _given("its_route")))


def _counted(*of: ColumnElement[bool]) -> Prepared:
    """Passes of these that are handed over since a time, and those that may still be: an index finds each."""
    handed = select(func.count()).where(attempts.c.delivered_at > _given("since"), *of)
    pending = select(func.count()).where(_PENDING, *of)
    return Prepared(select(handed.scalar_subquery() + pending.scalar_subquery()))


COUNTS = {
    (subject, requester): _counted(*[_BY_SUBJECT] * subject, *[_BY_REQUESTER] * requester)
    for subject in (False, True)
    for requester in (False, True)
}


@cache
def in_states(states: Collection[State]) -> Prepared:
    """Tickets in these states, oldest due first."""
    return Prepared(ROWS.where(tickets.c.state.in_(sorted(states))).order_by(*_OLDEST))


@cache
def free(states: Collection[State], *, due: bool, hold: bool) -> Prepared:
    """Tickets in these states that nobody holds, oldest due first; with `hold` their keys alone, and nobody
    else is given them.
    """
    now = _given("now")
    unheld = or_(tickets.c.owner.is_(None), tickets.c.lease_until <= now)
    wanted = [tickets.c.state.in_(sorted(states)), unheld, *[tickets.c.due <= now] * due]
    asked = (_KEYS_OF if hold else ROWS).where(*wanted).order_by(*_OLDEST).limit(_MOST)
    return Prepared(asked.with_for_update(skip_locked=True) if hold else asked)


def called(desk: str, words: Collection[str], code: str | None) -> Prepared:
    """Tickets of a desk whose id or number is one of these words, or that have this code."""
    either: list[ColumnElement[bool]] = [tickets.c.ticket.in_(words), tickets.c.number.in_(words)]
    if code:
        either.append(tickets.c.code == code)
    return Prepared(ROWS.where(tickets.c.desk == desk, or_(*either)))


@cache
def codes(count: int) -> Prepared:
    """Tickets by so many codes."""
    some = [_given(f"code_{place}") for place in range(count)]
    asked = select(tickets.c.code, tickets.c.desk, tickets.c.ticket, tickets.c.attempts)
    return Prepared(asked.where(tickets.c.code.in_(some)))


def lines(ticket: str | None, since: float | None) -> Prepared:
    """Lines of the trail: of one ticket, by its id or number."""
    asked = LINES
    if ticket is not None:
        asked = asked.where(or_(audit.c.ticket == ticket, audit.c.number == ticket))
    return Prepared(asked if since is None else asked.where(audit.c.at >= since))
