"""Several ways to hand a pass over: the next is tried only where it is certain that nobody was given anything yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.outcome import Again, DidNot, Effect, Happened
from connector.reasons import Reason
from connector.recipients import MailPlace, places
from connector.roles import Delivery
from connector.ticket import Claim, Pass


@dataclass(frozen=True)
class Fallback:
    """The places that the attempt names decide, in their order, and no mapping that was changed since."""

    note: Delivery
    mail: Delivery | None = None  # None: no mailbox to send from is configured
    noted: set[str] = field(default_factory=set)  # references whose pass went into a note: a look may be older than that

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[bool]:
        """The first that happened, or may have. Where none did: what the last one said.

        What isn't worth another try isn't followed by another way: a note that callers saw has given the pass away.
        """
        done: Effect[bool] = DidNot(Reason.RECIPIENT_MISSING, Again.COUNTED, "There is no way to hand the pass over.")
        for place in places(claim.tried.recipient):
            way = self.mail if isinstance(place, MailPlace) else self.note
            if way is not None and isinstance(done, DidNot) and done.again is not Again.NEVER:
                done = way.deliver(claim, fresh)
                if way is self.note and isinstance(done, Happened):
                    self.noted.add(claim.tried.reference)
        return done
