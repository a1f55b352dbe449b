"""The passes that are out, as `passdesk live` and the status page tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from connector.domain.outcome import State
from connector.operating.places import places
from connector.operating.times import iso

if TYPE_CHECKING:
    from connector.ledger.rows import PassOut

SLACK: Final = 60  # seconds past its end for which a pass is still listed: our clock and Entra's may differ


def as_pass_out(each: PassOut, names: Mapping[str, str], now: float) -> dict[str, Any]:
    claim, attempt = each.claim, each.claim.current_attempt
    return {
        "desk": names.get(claim.desk, claim.desk),
        "ticket": claim.number,
        "reference": attempt.reference,
        "name": attempt.subject.name,
        "upn": attempt.subject.upn,
        "object_id": attempt.subject.id,
        "state": state_of(each),
        "from": iso(attempt.start),
        "until": iso(attempt.end),
        "used": iso(attempt.used_at),
        "delivered": iso(each.delivered_at),
        "delivered_to": places(attempt.recipient) if each.delivered_at else None,
        "mapping": claim.mapping,
    }


def state_of(each: PassOut) -> str:
    """The step that it is in: made or not, handed over, used, or on its way out."""
    match each.claim.state:
        case State.REVOKING:
            return "being revoked"
        case State.ISSUING:
            return "being made"
        case State.DELIVERING:
            return "being handed over"
        case _:
            return "used" if each.claim.current_attempt.used_at else "delivered"
