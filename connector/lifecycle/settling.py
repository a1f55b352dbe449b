"""Decided: only the word on the ticket is missing."""

from __future__ import annotations

from typing import assert_never

from connector.domain.outcome import Again, DidNot, Happened, NotYet, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.lifecycle.roles import Rest, Roles


def settle(claim: Claim, roles: Roles) -> State:
    """Say on the ticket what became of it. Safe twice; until it is said, or can't be, the row stays
    SETTLING.
    """
    assert claim.then
    match roles.teller.tell(claim):
        case Happened(receipt):
            return roles.book.close(claim, claim.then, left_watch=receipt.left_watch)
        case DidNot(reason, Again.LATER, detail):
            return roles.book.rest(claim, Rest(reason, detail, wait=30))
        case DidNot(reason, again, detail) if (
            again is Again.NEVER
            or claim.then
            is State.LIVE  # a delivered pass needs its after-care more than the desk's word for it
            or claim.tries + 1 >= roles.max_update_attempts
        ):
            return roles.book.close(
                claim, claim.then, NotYet(reason, f"The desk rejected part of the status update: {detail}")
            )
        case DidNot(reason, _, detail):
            return roles.book.rest(claim, Rest(reason, detail, wait=30, told=True))
        case Unknown(detail) if claim.then is State.LIVE and claim.tries + 1 >= roles.max_unconfirmed_updates:
            return roles.book.close(
                claim,
                claim.then,
                NotYet(
                    Reason.DESK_UNREACHABLE, f"It is unknown whether the status update was saved: {detail}"
                ),
            )
        case Unknown(detail):
            return roles.book.rest(claim, Rest(Reason.DESK_UNREACHABLE, detail, wait=30, told=True))
        case never:
            assert_never(never)
