"""Several ways to hand a pass over: the next is tried only where it is certain that nobody was given anything
yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connector.domain.outcome import DidNot, Effect, NotYet, Retry
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt
from connector.domain.recipients import MailDestination, destinations
from connector.domain.ticket import Claim, Pass
from connector.lifecycle.roles import Delivery


@dataclass(frozen=True)
class Fallback:
    """The places that the attempt names decide, in their order, and no mapping that was changed since."""

    note: Delivery
    mail: Delivery | None = None  # None: no mailbox to send from is configured

    def ready(self, recipient: str) -> NotYet | None:
        """The first way that could be taken will do. Where there is none, what the last one said."""
        no: NotYet | None = None
        for way in self._ways(recipient):
            no = way.ready()
            if no is None:
                break
        return no

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        """The first that happened, or may have. Where none did: what the last one said.

        What isn't worth another try isn't followed by another way: a note that callers saw has given the pass
        away.
        """
        done: Effect[DeliveryReceipt] = DidNot(
            Reason.RECIPIENT_MISSING, Retry.COUNTED, "There is nowhere to deliver the pass."
        )
        for way in self._ways(claim.current_attempt.recipient):
            if isinstance(done, DidNot) and done.retry is not Retry.NEVER:
                done = way.deliver(claim, fresh)
        return done

    def _ways(self, recipient: str) -> Iterator[Delivery]:
        for place in destinations(recipient):
            way = self.mail if isinstance(place, MailDestination) else self.note
            if way is not None:
                yield way
