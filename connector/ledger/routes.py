"""The lesson of a ticket's step about its routes, written in the step's own transaction."""

from __future__ import annotations

from connector.domain.events import Event
from connector.domain.trouble import ENTRA, MAIL, Trouble, note_route
from connector.ledger.rests import Rest, healed, learnt
from connector.ledger.rows import AuditEntry, Row
from connector.ledger.store import note
from connector.ledger.transaction import Transaction


def learn(db: Transaction, trouble: Trouble, row: Row, now: float, news: list[tuple[Event, Rest]]) -> bool:
    """Write down a trouble; True: it is everybody's, and its route rests."""
    db.switch("paused", hold=True)  # two that learn at once would forget each other's
    before = db.rests().get(trouble.route)
    after = learnt(before, trouble, named(row), now)
    if after != before:
        db.put_rest(after)
    if after.resting and not (before and before.resting):
        told = {
            "service": after.route,
            "answer": after.answer,
            "reason": after.reason,
            "detail": after.detail,
        }
        note(db, AuditEntry(Event.RESTING, told), now)
        news.append((Event.RESTING, after))
    return after.resting


def heal(db: Transaction, route: str, row: Row, now: float, news: list[tuple[Event, Rest]]) -> None:
    """Write down that a route was taken with success."""
    before = db.rests().get(route)
    if before is None:
        return
    left = healed(before, who(row))
    if left == before:
        return
    db.drop_rest(route)
    if left:
        db.put_rest(left)
    if before.resting:
        note(db, AuditEntry(Event.WORKS_AGAIN, {"service": route}), now)
        news.append((Event.WORKS_AGAIN, before))


def all_wait(db: Transaction, row: Row) -> bool:
    """Tell whether nothing could be made for this ticket now, whatever it waits for: its own time stands
    still.
    """
    mine = {ENTRA, MAIL, note_route(row.mapping)}
    return db.switch("paused") is not None or any(
        rest.resting and route in mine for route, rest in db.rests().items()
    )


def give_way(db: Transaction, row: Row, now: float) -> None:
    """The row's attempt is over. Where it tried for others and proved nothing, the next one tries."""
    for rest in [each for each in db.rests().values() if each.probe == named(row)]:
        db.put_rest(rest.tried_in_vain(named(row), now))


def who(row: Row) -> set[str]:
    """All that a refusal of this row's attempt could be about."""
    attempt = row.attempt.attempt if row.attempt else None
    return {named(row), *((attempt.subject.id,) if attempt else ())}


def named(row: Row) -> str:
    """The ticket, as the ledger's rests name it."""
    return f"{row.desk} {row.ticket}"
