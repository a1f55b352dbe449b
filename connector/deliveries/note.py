"""The pass in a restricted note on the ticket."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from connector.deliveries.plain import fits, plain
from connector.deliveries.settled import fill
from connector.deliveries.times import span
from connector.mapping.model import Mapping
from connector.outcome import Again, DidNot, Effect, Happened
from connector.reasons import Reason
from connector.roles import Desk, Entry
from connector.secret import Secret
from connector.ticket import Claim, Pass


@dataclass(frozen=True)
class NoteDelivery:
    """`installation` names this passdesk on the note; `clock` tells today: epoch seconds."""

    desk: Desk
    mapping: Mapping
    installation: str = "passdesk"
    clock: Callable[[], float] = time.time

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[bool]:
        """Note, marker and `settle.delivered` in one write; where the desk refuses those fields, the note goes without them."""
        if not fits(fresh.secret):
            return DidNot(Reason.RECOVERING, Again.COUNTED, "A note would not show the pass as it is.")
        note, rules = self.note(claim, fresh), self.mapping.note
        marker = {rules.marker: claim.tried.reference} if rules.marker else {}
        fields = fill(self.mapping, "delivered", claim)
        done = self.desk.write(claim.ticket, Entry(note, fields | marker))
        if not (fields and isinstance(done, DidNot) and done.again is Again.COUNTED):
            return done
        alone = self.desk.write(claim.ticket, Entry(note, marker))  # a data policy refuses fields; nothing was written yet
        return Happened(False) if isinstance(alone, Happened) else alone

    def note(self, claim: Claim, fresh: Pass) -> Secret:
        """What the agent reads: docs and a test show it. The pass stands alone on its line."""
        attempt, zone = claim.tried, self.mapping.timezone
        name, upn = plain(attempt.subject.name) or plain(attempt.subject.upn), plain(attempt.subject.upn)
        end = fresh.start + fresh.lifetime
        times = span(fresh.start, end, zone, self.clock())
        before = f"Temporary Access Pass for {name} ({upn})\n\n"
        if attempt.number > 1:
            before = f"This replaces any earlier pass on this ticket, which no longer works.\n{before}"
        works, ends = ("once", "with its first use") if attempt.one_time else ("several times", "by itself when its time is over")
        after = (
            f"\n\nWorks {works}, from {times}.\n"
            f"1. Check once more that you are talking to {name}.\n"
            f"2. Have {name} open https://aka.ms/mysecurityinfo and sign in with the pass.\n"
            f"3. {name} adds a passkey or the Authenticator app at once; the pass ends {ends}.\n"
            "Don't forward it, and don't paste it into a comment: the caller can see those.\n"
            f"Reference {attempt.reference} · made for this ticket by {plain(self.installation)}"
        )
        return fresh.secret.within(before, after)
