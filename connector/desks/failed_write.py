"""Say of a write to a ticket that it did not happen, or that nobody knows, whatever the desk."""

from __future__ import annotations

from connector.domain.outcome import DidNot, Unknown
from connector.domain.reasons import Reason
from connector.http.effects import Outcome, unclear
from connector.http.service import NotSent, Reply
from connector.http.trouble import trouble_of


def failed_write(reply: Reply, outcome: Outcome, words: str) -> DidNot | Unknown:
    """`outcome` is any but DONE. `words`: the desk's own about a refusal; "" where they may quote a pass."""
    if outcome is Outcome.UNKNOWN:
        why = unclear(reply)
        return Unknown(why, trouble=trouble_of(reply, Reason.DESK_UNREACHABLE, why))
    if isinstance(reply, NotSent):
        reason = Reason.SIGN_IN_REFUSED if reply.refused else Reason.DESK_UNREACHABLE
        return _did_not(reply, reason, outcome, reply.why)
    status = f"it answers {reply.status}"
    if reply.status == 401:
        return _did_not(reply, Reason.SIGN_IN_REFUSED, outcome, "it doesn't sign passdesk in (401)")
    if outcome is Outcome.UNCOUNTED:
        return _did_not(reply, Reason.DESK_UNREACHABLE, outcome, status)
    return _did_not(reply, Reason.DESK_REFUSED, outcome, words or status)


def _did_not(reply: Reply, reason: Reason, outcome: Outcome, why: str) -> DidNot:
    """The route and the ticket are put in by whoever knows them."""
    return DidNot(reason, outcome.retry, why, trouble_of(reply, reason, why))
