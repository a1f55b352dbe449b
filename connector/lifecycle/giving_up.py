"""A ticket that meets something unexpected again and again: tried a few times, then Stuck.

Nothing is asked of a service here: what fails may be that very call. Only what follows is written, and a pass
that may be out goes the way of all passes that must go. That alone is never given up.
"""

from __future__ import annotations

from connector.domain.outcome import Decision, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.lifecycle.ledger_roles import Ledger, Requeue
from connector.lifecycle.roles import Roles

MOST_SURPRISES = 5  # unexpected errors one after the other
UNEXPECTED = "Something unexpected went wrong; see the log."
LONGEST_WAIT = 600.0  # s until another try


def wait_after(surprises: int) -> float:
    """Seconds until another try: 30, 60, 120, …"""
    return min(30.0 * float(2 ** min(surprises, 10)), LONGEST_WAIT)


def give_up(claim: Claim, roles: Roles, ledger: Ledger) -> State:
    """Write that a claim is Stuck, or will be once its pass is gone; `claim` is as it is now. Raises Lost,
    Unwritten.
    """
    stuck = Decision(State.STUCK, Reason.ATTEMPTS_EXHAUSTED, UNEXPECTED)
    match claim.state:
        case State.SETTLING if claim.next_state is State.REFUSED:  # who waits for it would never hear of it
            return ledger.hand_back(roles.book.settling(claim, stuck), Requeue())
        case State.CLAIMED:
            return ledger.hand_back(roles.book.settling(claim, stuck), Requeue())
        case State.ISSUING | State.DELIVERING | State.LIVE:
            return ledger.hand_back(roles.book.revoking(claim, stuck), Requeue())
        case State.SETTLING:
            assert claim.next_state
            unsaid = NotYet(Reason.RECOVERING, "Something unexpected went wrong while it was said.")
            return roles.book.close(claim, claim.next_state, unsaid)
        case _:
            again = Requeue(Reason.RECOVERING, UNEXPECTED, wait=LONGEST_WAIT, unexpected=True, counted=True)
            return ledger.hand_back(claim, again)
