"""Several ways to hand a pass over: the next is tried only where it is certain that nobody was given anything yet."""

from __future__ import annotations

from dataclasses import dataclass

from connector.outcome import Again, DidNot, Effect
from connector.reasons import Reason
from connector.recipients import MailPlace, places
from connector.roles import Delivery
from connector.ticket import Claim, Pass


@dataclass(frozen=True)
class Fallback:
    """The places that the attempt names decide, in their order, and no mapping that was changed since."""

    note: Delivery
    mail: Delivery | None = None  # None: no mailbox to send from is configured

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[bool]:
        """The first that happened, or may have. Where none did: what the last one said."""
        done: Effect[bool] = DidNot(Reason.RECIPIENT_MISSING, Again.COUNTED, "There is no way to hand the pass over.")
        for place in places(claim.tried.recipient):
            way = self.mail if isinstance(place, MailPlace) else self.note
            if way is not None and isinstance(done, DidNot):
                done = way.deliver(claim, fresh)
        return done
