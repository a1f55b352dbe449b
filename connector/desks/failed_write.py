"""Say of a write to a ticket that it did not happen, or that nobody knows, whatever the desk."""

from __future__ import annotations

from connector.domain.outcome import DidNot, Unknown
from connector.domain.reasons import Reason
from connector.http.effects import Outcome, unclear
from connector.http.service import NotSent, Reply


def failed_write(reply: Reply, outcome: Outcome, words: str) -> DidNot | Unknown:
    """`outcome` is any but DONE. `words`: the desk's own about a refusal; "" where they may quote a pass."""
    if outcome is Outcome.UNKNOWN:
        return Unknown(unclear(reply))
    if isinstance(reply, NotSent):
        return DidNot(Reason.DESK_UNREACHABLE, outcome.retry, reply.why)
    status = f"it answers {reply.status}"
    if outcome is Outcome.UNCOUNTED:
        return DidNot(Reason.DESK_UNREACHABLE, outcome.retry, status)
    return DidNot(Reason.DESK_REFUSED, outcome.retry, words or status)
