"""Several ways to hand a pass over: the next is tried only where it is certain that nobody was given anything
yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from connector.domain.outcome import DidNot, Effect, Happened, NotYet, Retry
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt
from connector.domain.recipients import Destination, MailDestination, destinations
from connector.domain.ticket import Claim, Pass
from connector.domain.trouble import Trouble, route_of
from connector.lifecycle.roles import Delivery


@dataclass(frozen=True)
class Fallback:
    """The places that the attempt names decide, in their order, and no mapping that was changed since."""

    note: Delivery
    mail: Delivery | None = None  # None: no mailbox to send from is configured
    barred: Callable[[str, Claim], bool] = lambda route, claim: False  # whether a route rests for this ticket

    def ready(self, recipient: str) -> NotYet | None:
        """The first way that could be taken will do. Where there is none, what the last one said."""
        no: NotYet | None = None
        for _, way in self._ways(recipient):
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
        before: Trouble | None = None
        recipient = claim.current_attempt.recipient
        several = len(destinations(recipient)) > 1
        for place, way in self._ways(recipient):
            route = route_of(place, claim.mapping)
            if several and self.barred(route, claim):
                continue
            if isinstance(done, DidNot) and done.retry is not Retry.NEVER:
                before, done = done.trouble, _named(way.deliver(claim, fresh), route, claim)
        return (
            replace(done, value=replace(done.value, trouble=before)) if isinstance(done, Happened) else done
        )

    def _ways(self, recipient: str) -> Iterator[tuple[Destination, Delivery]]:
        for place in destinations(recipient):
            way = self.mail if isinstance(place, MailDestination) else self.note
            if way is not None:
                yield place, way


def _named(done: Effect[DeliveryReceipt], route: str, claim: Claim) -> Effect[DeliveryReceipt]:
    """A trouble on a route is perhaps about this ticket alone."""
    if isinstance(done, Happened) or done.trouble is None or done.trouble.route:
        return done
    return replace(done, trouble=replace(done.trouble, route=route, who=f"{claim.desk} {claim.ticket}"))
