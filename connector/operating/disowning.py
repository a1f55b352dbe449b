"""A person disowns their pass by a link: written down, and done at once in Entra, as `passdesk revoke` does.
Deleting never waits for the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from connector.domain.errors import Unwritten
from connector.ledger.disowning import Answer
from connector.operating.deleting import delete_now

if TYPE_CHECKING:
    from connector.domain.outcome import Effect
    from connector.ledger.sql import SqlLedger
    from connector.lifecycle.roles import Issuer


def disown(ledger: SqlLedger, issuer: Issuer, sessions: Callable[[str], Effect[None]], token: str) -> Answer:
    """End every pass of the link's person, and hold them. Where Entra can't be reached, the sweeps go on.

    Raises Unwritten where the ledger can't be read or written; what can be deleted is deleted all the same.
    """
    try:
        done = ledger.disown(token)
    except Unwritten:
        for claim in ledger.passes_of_link(token):
            delete_now(issuer, claim.current_attempt, booked=False)
        raise
    for claim in done.claims:
        delete_now(issuer, claim.current_attempt)
    if done.answer is Answer.DONE:
        with suppress(Unwritten):  # it is tried again, by whichever replica
            ledger.sessions_tried(done.subject, sessions(done.subject))
    return done.answer
