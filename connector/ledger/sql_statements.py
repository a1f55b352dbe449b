"""The statements of a transaction, each built once: those of a ticket's way are prepared, too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, func, insert, select, update

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

# Tickets come with their last attempt.
ROWS = select(*TICKET_COLUMNS, *ATTEMPT_COLUMNS).select_from(tickets.outerjoin(attempts, _LAST))
KEYS = select(tickets.c.desk, tickets.c.ticket)
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
TRIED = select(*ATTEMPT_COLUMNS).order_by(attempts.c.gone_at, attempts.c.booked_at)
STANDING = Prepared(TRIED.where(_BY_SUBJECT, attempts.c.gone_at.is_(None)))
OF_SUBJECT = Prepared(TRIED.where(_BY_SUBJECT))
_SWITCH = select(switches.c.value).where(switches.c.name == _given("its_name"))
READ, HOLD = Prepared(_SWITCH), Prepared(_SWITCH.with_for_update())
TURN = Prepared(
    update(switches).where(switches.c.name == _given("its_name")).values(value=_given("to_value"))
)
SWITCHED = Prepared(insert(switches), in_place_of=("name",))
CODES = select(tickets.c.code, tickets.c.desk, tickets.c.ticket, tickets.c.attempts).where(
    tickets.c.code.in_(bindparam("some", expanding=True))
)
APPEND = Prepared(insert(audit))
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
