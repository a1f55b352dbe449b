"""Decided: only the word on the ticket is missing."""

from __future__ import annotations

from math import inf
from typing import assert_never

from connector.domain.outcome import DidNot, Happened, NotYet, Retry, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.domain.trouble import Trouble
from connector.lifecycle.ledger_roles import Requeue
from connector.lifecycle.roles import Roles

# A delivered pass needs its after-care, and a ticket that waits is to be judged again.
_SOON = frozenset({State.LIVE, State.WAITING})


def settle(claim: Claim, roles: Roles) -> State:
    """Say on the ticket what became of it. Safe twice; until it is said, or can't be, the row stays
    SETTLING.
    """
    assert claim.next_state
    match roles.updater.update(claim):
        case Happened(receipt):
            return roles.book.close(claim, claim.next_state, left_watch=receipt.left_watch)
        case DidNot(reason, Retry.UNCOUNTED, detail):
            return roles.book.reschedule(claim, Requeue(reason, detail, wait=30))
        case DidNot(reason, again, detail, trouble) if (
            again is Retry.NEVER
            or claim.next_state in _SOON  # which matters more than the desk's word for it
            or claim.update_attempts + 1 >= roles.max_update_attempts
        ):
            return roles.book.close(
                claim,
                claim.next_state,
                NotYet(reason, f"The desk rejected part of the status update: {detail}", _of_notes(trouble)),
            )
        case DidNot(reason, _, detail):
            return roles.book.reschedule(claim, Requeue(reason, detail, wait=30, counted=True))
        case Unknown(detail) if claim.update_attempts + 1 >= _most_unconfirmed(claim, roles):
            return roles.book.close(
                claim,
                claim.next_state,
                NotYet(
                    Reason.DESK_UNREACHABLE, f"It is unknown whether the status update was saved: {detail}"
                ),
            )
        case Unknown(detail):
            return roles.book.reschedule(
                claim, Requeue(Reason.DESK_UNREACHABLE, detail, wait=30, counted=True)
            )
        case never:
            assert_never(never)


def _of_notes(trouble: Trouble | None) -> Trouble | None:
    """A desk that does with a notice what it must not would do so with a pass; whatever else a desk refuses
    of a ticket's word is no route's.
    """
    return trouble if trouble and trouble.route else None


def _most_unconfirmed(claim: Claim, roles: Roles) -> float:
    """Tries whose replies are lost, after which the word is let be; a word that must be said has no end."""
    if claim.next_state is State.WAITING:
        return roles.max_update_attempts
    return roles.max_unconfirmed_updates if claim.next_state is State.LIVE else inf
