"""A person's verbs that end a pass: written down, and done at once in Entra. Deleting never waits for the
ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.domain.errors import Unwritten
from connector.operating.deleting import Deletion, delete_now, may_be_out

if TYPE_CHECKING:
    from connector.ledger.rows import Operator, VerbResult
    from connector.ledger.sql import SqlLedger
    from connector.lifecycle.roles import Issuer


@dataclass(frozen=True)
class Revocation:
    """The end of `revoke`. `answer`: the ledger's; None: it couldn't be written, and `unwritten` says why.
    `deletion`: None: no pass may be out.
    """

    answer: VerbResult | None
    deletion: Deletion | None
    unwritten: Unwritten | None


def revoke(
    ledger: SqlLedger, issuer: Issuer, key: tuple[str, str], who: Operator, why: str = ""
) -> Revocation:
    """End the pass of a ticket: book it, and delete it at once, also where booking fails. `key`: the address
    of its desk, and its id, number or reference.
    """
    row, answer, unwritten = ledger.find(*key), None, None
    try:
        answer = ledger.revoke(*key, sentence_of(who), who, why)
    except Unwritten as error:
        unwritten = error
    row = (answer and answer.claim) or row
    attempt = row.attempt if row and may_be_out(row) else None
    done = delete_now(issuer, attempt, booked=unwritten is None) if attempt else None
    return Revocation(answer, done, unwritten)


def reissue(
    ledger: SqlLedger, issuer: Issuer, key: tuple[str, str], who: Operator, why: str = ""
) -> tuple[VerbResult, Deletion | None]:
    """Allow a ticket one more pass; one that may be out is deleted. Raises Unwritten."""
    answer = ledger.reissue(*key, who, why)
    row = answer.claim
    if answer.done and row and row.attempt and may_be_out(row):
        return answer, delete_now(issuer, row.attempt)
    return answer, None


def sentence_of(who: Operator) -> str:
    """The sentence that agents read on the ticket."""
    return f"Revoked by {who.name or 'an operator'}."
