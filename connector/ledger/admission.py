"""Admission: which tickets may be worked on. Pure functions for both ledgers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from connector.domain.approval import NO_MARK, ApprovalLook, another
from connector.domain.durations import Limit
from connector.domain.events import Event
from connector.domain.outcome import Ending, State
from connector.ledger.pausing import NOTHING, Pausing
from connector.ledger.rows import ERASED, AuditEntry, Row, Transition
from connector.ledger.transitions import NO_WAIT, OPEN, moved, waited
from connector.lifecycle.ledger_roles import PolledTicket, Skip

__all__ = [
    "Limit",
    "Limits",
    "asked_again",
    "claimed",
    "first",
    "judged_again",
    "looked_at",
    "passed_over",
    "retaken",
    "skip",
]


@dataclass(frozen=True)
class Limits:
    """The floor's limits on delivered passes, and the signs on which passdesk pauses itself."""

    per_subject: Limit
    per_requester: Limit
    in_all: Limit
    pausing: Pausing = NOTHING


def first(polled: PolledTicket, fresh: str, owner: str, now: float, lease: float) -> Transition:
    """A ticket that was never seen."""
    ticket = polled.ticket
    row = Row(
        desk=ticket.desk,
        ticket=ticket.id,
        number=ticket.number,
        mapping=polled.mapping,
        state=State.CLAIMED,
        owner=owner,
        lease_until=now + lease,
        fence=1,
        due=now,
        code=fresh,
        updated_at=now,
        digest=polled.digest,
        again=polled.reissue_request.value_digest if polled.reissue_request else None,
    )
    row = looked_at(row, polled.look)
    return Transition(
        row, AuditEntry(Event.CLAIMED, {"mapping": row.mapping, "version": polled.version, "code": row.code})
    )


def skip(row: Row, polled: PolledTicket, now: float) -> Skip | None:
    """The reason why a ticket that a poll shows is not taken; None: it is taken."""
    match row.state:
        case State.WAITING if row.surprises and row.due > now:
            return Skip.UNFINISHED  # what failed unexpectedly is tried further and further apart
        case State.WAITING:
            return None
        case State.CLAIMED if not row.leased(now):
            return None
        case State.REFUSED:
            return None if judged_again(row, polled) else Skip.SAME
        case State.ENDED:
            return None if asked_again(row, polled) else Skip.DONE
        case State.STUCK:
            return Skip.STUCK
        case _:
            return Skip.HELD if row.leased(now) else Skip.UNFINISHED


def judged_again(row: Row, polled: PolledTicket) -> bool:
    """A refused ticket: its facts changed, or it left the queue after our refusal and was put back. Where its
    facts were erased with somebody's names, only the latter counts.
    """
    changed = row.digest not in {ERASED, polled.digest}
    return changed or (row.absent_at is not None and polled.at > row.absent_at)


def asked_again(row: Row, polled: PolledTicket) -> bool:
    """A ticket that had its pass: a person allows one more, or its `again` field changed since.

    Where a person took the pass away, only a person gives another: the field may be the caller's to set.
    """
    wish = polled.reissue_request
    changed = wish is not None and wish.asks and wish.changed_since(row.again)
    return row.granted or (changed and row.reason is not Ending.REVOKED)


def retaken(row: Row, polled: PolledTicket, owner: str, now: float, lease: float) -> Transition:
    """A known ticket, to be judged on what the poll shows. WAITING keeps its reason: the same one again is no
    news.
    """
    changes: dict[str, Any] = {} if row.state not in {State.REFUSED, State.ENDED} else OPEN | NO_WAIT
    changes |= {
        "number": polled.ticket.number,
        "mapping": polled.mapping,
        "digest": polled.digest,
        "absent_at": None,
    }
    changes |= {
        "again": polled.reissue_request.value_digest if polled.reissue_request else row.again,
        "granted": row.granted and row.state is not State.ENDED,
    }
    if row.state is State.ENDED:
        changes |= {"failures": 0, "excused": 0, "said": None, "wait_said": None}
    row = looked_at(row, polled.look)
    after = claimed(moved(row, State.CLAIMED, now, **changes), owner, now, lease)
    if row.state not in {State.REFUSED, State.ENDED}:
        return Transition(after)
    before = "refused_before" if row.state is State.REFUSED else "had_before"
    said = {"mapping": after.mapping, "version": polled.version, "code": after.code, before: row.reason}
    return Transition(after, AuditEntry(Event.CLAIMED, said))


def claimed(row: Row, owner: str, now: float, lease: float) -> Row:
    own_since = row.own_since if row.own_since is None else now
    return replace(
        row,
        owner=owner,
        lease_until=now + lease,
        fence=row.fence + 1,
        own_wait=waited(row, now),
        own_since=own_since,
    )


def passed_over(row: Row, polled: PolledTicket, skip: Skip) -> Row:
    """The row of a ticket that isn't taken, with what its next turn depends on: its `again` field, since a
    change counts, and its approval.
    """
    if skip in {Skip.HELD, Skip.UNFINISHED}:
        return row
    if row.state is State.ENDED and polled.reissue_request:
        row = replace(row, again=polled.reissue_request.value_digest)
    return row if row.digest == ERASED else looked_at(row, polled.look)


def looked_at(row: Row, look: ApprovalLook | None) -> Row:
    """The row with what a poll shows of its ticket's approval.

    Without the approval: what may be approved from now on. With it: what was approved when it was first seen,
    which stays until another approval stands there. A look that comes after an approval proves nothing.
    """
    if look is None:
        return row
    if not look.approved:
        return replace(row, seen_unapproved=look.written, seen_approved=None)
    before = row.seen_approved
    first = before is None or another(before.partition(" ")[0], look.mark or NO_MARK)
    named = before == f"{NO_MARK} {look.content}"
    return replace(row, seen_approved=look.kept or before) if first or named else row
