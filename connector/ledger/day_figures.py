"""Figures of the status page: how many tickets there are, and what a day came to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select

from connector.domain.outcome import State
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.schema import attempts, audit, tickets


@dataclass(frozen=True)
class Open:
    """Tickets in one state, with what follows it and the reason. `since`: when the first of them began to
    wait, or its attempt began, on the ledger's clock.
    """

    state: State
    then: State | None
    reason: str | None
    count: int
    since: float


def opened(db: Driver, some: Collection[State]) -> list[Open]:
    """How many tickets there are in each of these states, which few are in; and the longest wait of each."""
    tried = or_(tickets.c.state != State.CLAIMED, tickets.c.failures > 0)  # the last attempt is this wait's
    began = func.coalesce(tickets.c.wait_since, case((tried, attempts.c.booked_at)), tickets.c.updated_at)
    last = and_(
        attempts.c.desk == tickets.c.desk,
        attempts.c.ticket == tickets.c.ticket,
        attempts.c.number == tickets.c.attempts,
    )
    by = (tickets.c.state, tickets.c.then_, tickets.c.reason)
    counted = (
        select(*by, func.count(), func.min(began))
        .select_from(tickets.outerjoin(attempts, last))
        .where(tickets.c.state.in_(sorted(some)))
        .group_by(*by)
    )
    return [
        Open(State(state), State(then) if then else None, reason, count, since)
        for state, then, reason, count, since in db.rows(Prepared(counted))
    ]


def states(db: Driver) -> dict[State, int]:
    """How many tickets there are in each state."""
    counted = select(tickets.c.state, func.count()).group_by(tickets.c.state)
    return {State(state): count for state, count in db.rows(Prepared(counted))}


def outcomes(db: Driver, since: float, until: float) -> dict[State, int]:
    """How many tickets were last changed in this time, by the state that they came to."""
    counted = (
        select(tickets.c.state, func.count())
        .where(tickets.c.updated_at >= since, tickets.c.updated_at < until)
        .group_by(tickets.c.state)
    )
    return {State(state): count for state, count in db.rows(Prepared(counted))}


def times_to_pass(db: Driver, since: float, until: float, most: int = 20_000) -> list[float]:
    """Seconds from a ticket's first line to its first pass, of those that were delivered in this time."""
    first = (
        select(func.min(audit.c.at))
        .where(audit.c.ticket == attempts.c.ticket, audit.c.desk == attempts.c.desk)
        .scalar_subquery()
    )
    earlier = attempts.alias("earlier")
    had = select(earlier.c.number).where(
        earlier.c.desk == attempts.c.desk,
        earlier.c.ticket == attempts.c.ticket,
        earlier.c.number < attempts.c.number,
        earlier.c.delivered_at.is_not(None),
    )
    delivered = and_(attempts.c.delivered_at >= since, attempts.c.delivered_at < until)
    asked = select(attempts.c.delivered_at - first).where(delivered, ~had.exists()).limit(most)
    return [float(each) for (each,) in db.rows(Prepared(asked)) if each is not None and each >= 0]
