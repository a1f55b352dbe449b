"""Rules about the time at which a pass is made. They need no directory, so they come before it.

They are asked when a ticket is judged for a new pass: a pass that was made in time is handed over, and stays.
"""

from __future__ import annotations

from typing import Final

from connector.domain.durations import written
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.guards.rule import TicketCase
from connector.mapping.starts import shown

AHEAD: Final = 86400  # s that a desk's clock may be ahead of Entra's: more is no creation time


class YoungEnough:
    """The mapping's `allow.oldest`, by the creation time that the desk keeps itself."""

    def check(self, case: TicketCase) -> No | NotYet | None:
        oldest, created = case.mapping.allow.oldest, case.ticket.created
        if oldest is None or case.now is None:
            return None
        if created is None or created > case.now + AHEAD:
            return NotYet(Reason.EVIDENCE_MISSING, "It can't be read when the ticket was created.")
        if created < case.now - oldest:
            return No(
                Reason.TICKET_TOO_OLD,
                f"The ticket was created at {shown(created)}, which is more than {written(oldest)} ago.",
            )
        return None


class InHours:
    """The mapping's `allow.hours`, in its time zone."""

    def check(self, case: TicketCase) -> No | NotYet | None:
        hours, zone = case.mapping.allow.hours, case.mapping.timezone
        if hours is None or case.now is None or hours.cover(case.now, zone):
            return None
        return NotYet(Reason.OUTSIDE_HOURS, f"Passes are made {hours.words} ({zone}).")
