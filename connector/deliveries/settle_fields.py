"""The mapping's fields for what became of a ticket."""

from __future__ import annotations

import re

from connector.deliveries.sanitize import sanitize
from connector.deliveries.times import moment
from connector.domain.outcome import Ending, State
from connector.domain.ticket import Claim
from connector.mapping.model import Mapping


def settled(mapping: Mapping, claim: Claim) -> dict[str, str]:
    """`settle` for what `claim.next_state` and `claim.reason` say; {} where there is nothing to set."""
    return fill(mapping, _key(claim), claim)


def fill(mapping: Mapping, key: str, claim: Claim) -> dict[str, str]:
    """The texts of one `settle` key with their names put in: plain replacement, once, each made harmless."""
    attempt = claim.attempt
    known = {
        "reference": attempt.reference if attempt else claim.code,
        "subject": sanitize(attempt.subject.upn) if attempt else "",
        "expires": moment(attempt.end, mapping.timezone) if attempt else "",
        "reason": str(claim.reason or ""),
    }
    texts = mapping.settle.get(key, {})
    return {
        name: re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), text)
        for name, text in texts.items()
    }


def _key(claim: Claim) -> str:
    match claim.next_state, claim.reason:
        case State.REFUSED, _:
            return "refused"
        case State.LIVE, _:
            return "delivered"
        case State.ENDED, (Ending.USED | Ending.EXPIRED) as ending:
            return ending.value
        case State.ENDED, reason if reason is not Ending.CANCELLED:
            return "revoked"
        case _:
            return ""
