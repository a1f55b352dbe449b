"""Plain internal notes without a pass: why there is none, or that it has ended. Agents see them, callers
don't.
"""

from __future__ import annotations

from dataclasses import replace

from connector.deliveries.sanitize import sanitize
from connector.domain.outcome import Ending, State
from connector.domain.reasons import MEANINGS, Reason
from connector.domain.ticket import Claim

_MOST = 300  # characters of a reason's detail
# Words that begin our sentences and aren't names.
_STARTERS = frozenset({
    "A", "Another", "Any", "Approved", "As", "Issuing", "It", "More", "Nobody", "Passes", "Requester",
    "Requests", "Several", "Somebody", "Something", "The", "There", "Two",
})  # fmt: skip
_VOID = "Any pass in an earlier note or mail about this ticket no longer works."


def notice(claim: Claim, desk: str) -> str | None:
    """One short note; None where `claim.next_state` needs no words. `desk` is its name in the configuration,
    for a verb to type.
    """
    match claim.next_state:
        case State.REFUSED:
            first = f"No Temporary Access Pass was made: {_why(claim)}"
            return _lines(first, _void(claim), _next(claim, desk), _reference(claim))
        case State.STUCK:
            first = (
                "This ticket needs a person before a Temporary Access Pass can be made: "
                f"{_why(replace(claim, detail=''))}"
            )
            seen = claim.detail and f"What happened last: {sanitize(claim.detail, _MOST)}"
            return _lines(first, seen, _void(claim), _next(claim, desk), _reference(claim))
        case State.ENDED if isinstance(claim.reason, Reason):
            first = f"The Temporary Access Pass {claim.code} was revoked before its start: {_why(claim)}"
            return _lines(first, _next(claim, desk), _reference(claim))
        case State.ENDED:
            return f"The Temporary Access Pass {claim.code} {_ended(claim)}"
        case _:
            return None


def _ended(claim: Claim) -> str:
    match claim.reason:
        case Ending.USED:
            return "was used and has been deleted."
        case Ending.EXPIRED:
            return "has expired."
        case Ending.CANCELLED:
            return "was revoked: the ticket was closed or taken out of the queue."
        case _:
            detail = sanitize(claim.detail, _MOST)
            return f"no longer works. {detail}" if detail else "was revoked and no longer works."


def _why(claim: Claim) -> str:
    """The detail, else what the reason means; in the middle of a sentence."""
    meaning = MEANINGS.get(claim.reason) if isinstance(claim.reason, Reason) else None
    text = sanitize(claim.detail, _MOST) or (meaning.sentence if meaning else "see passdesk history.")
    return text[0].lower() + text[1:] if text.split()[0] in _STARTERS else text


def _void(claim: Claim) -> str:
    return _VOID if claim.attempt and claim.reason is not Reason.REVOCATION_UNPROVEN else ""


def _next(claim: Claim, desk: str) -> str:
    """The cure, with the desk and the ticket put in."""
    meaning = MEANINGS.get(claim.reason) if isinstance(claim.reason, Reason) else None
    if meaning is None:
        return ""
    cure = meaning.cure.replace("DESK TICKET", f"{sanitize(desk)} {_typed(claim.number)}")
    return f"Next: {cure if cure.startswith('ITSM') else cure[0].lower() + cure[1:]}"


def _typed(number: str) -> str:
    """As a shell takes it: TOPdesk's numbers may have a space in them."""
    text = sanitize(number)
    return f'"{text}"' if " " in text else text


def _reference(claim: Claim) -> str:
    return f"Reference {claim.code}" + (f" · reason {claim.reason}" if claim.reason else "")


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))
