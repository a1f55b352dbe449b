"""Figures of the status page: how many tickets there are, and what a day came to."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from connector.domain.outcome import State
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.schema import attempts, audit, tickets


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
