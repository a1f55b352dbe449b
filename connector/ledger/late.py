"""Tickets that wait, and are judged before they are claimed: a wait that goes on as it was costs no write.

Such a ticket is worked on a claim that isn't written yet. Its first step that the ledger keeps writes the
claim along, if nobody else had the ticket meanwhile. A step after which the ledger would say the same as
before is not written, and the ticket was never claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from connector.domain.outcome import State
from connector.domain.ticket import Claim
from connector.ledger import admission as rules
from connector.ledger.rehearsal_transaction import Kept
from connector.ledger.rows import Row
from connector.lifecycle.ledger_roles import PolledTicket

AFRESH: Final = 3600.0  # s after which a wait that goes on is written: its names are kept for one under way


@dataclass(frozen=True)
class Late:
    """What a poll showed of a ticket that waits, and the number that its claim is to have."""

    polled: PolledTicket
    token: int

    def fits(self, claim: Claim) -> bool:
        return self.token == claim.token

    def claimed(self, row: Row, owner: str, now: float, lease: float) -> Row | None:
        """The row as it is claimed now; None: somebody else had it meanwhile."""
        if row.state is not State.WAITING or row.fence + 1 != self.token:
            return None
        return rules.retaken(row, self.polled, owner, now, lease).row


def may_be_late(row: Row, polled: PolledTicket, now: float) -> bool:
    """Tell whether a ticket can be judged before it is claimed. What failed unexpectedly is counted."""
    waits = row.state is State.WAITING and not (row.surprises or row.failures)
    return waits and rules.skip(row, polled, now) is None


def says_the_same(before: Row, kept: Kept, now: float) -> bool:
    """Tell whether a ticket that waits would wait on as before. Its time runs on from where it began."""
    after = kept.rows.get(before.key, before)
    if kept.switches or kept.seen or kept.forgotten or len(kept.rows) > 1:
        return False
    if not before.updated_at <= now < before.updated_at + AFRESH:
        return False
    runs = (after.own_since is None) is (before.own_since is None)
    return runs and _bare(after) == _bare(before)


def _bare(row: Row) -> Row:
    """The row without what each look changes."""
    state = State.WAITING if row.state is State.CLAIMED else row.state
    since = None if row.own_since is None else 0.0
    looks = replace(row, owner=None, lease_until=None, fence=1, due=0.0, updated_at=0.0)
    return replace(looks, state=state, own_since=since, own_wait=0.0)
