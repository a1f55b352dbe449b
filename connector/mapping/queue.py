"""Whether a ticket still is as we left it. Pure; the judge and the teller share it."""

from __future__ import annotations

from connector.domain.ticket import Ticket
from connector.mapping.model import Mapping

# Fields that close a ticket. A processing status may complete a call by the environment's own rules:
# topdesk.md §4
CLOSING = ("state", "active", "completed", "closed")
STATUSES = ("processingStatus.name", "processingStatus.id")


def left_as_ours(mapping: Mapping, ticket: Ticket) -> bool:
    """Nobody closed it or took it out of `watch`: what `settle.delivered` wrote is not that.

    A field that may not be read is no longer known to be as we left it.
    """
    ours = mapping.settle.get("delivered", {})

    def stands(name: str) -> bool:
        return name in ours and ticket.fields.get(name) == ours[name]

    def closes(name: str) -> bool:
        """What tickets in the queue have, too, closed nothing; and of a status, only that tells whether it
        may have.
        """
        watched = [condition for condition in mapping.watch.conditions if condition.field == name]
        kept = any(condition.holds(ticket.fields) for condition in watched)
        return stands(name) and not kept and (bool(watched) or name not in STATUSES)

    kept = all(
        condition.holds(ticket.fields) or stands(condition.field) for condition in mapping.watch.conditions
    )
    return kept and (ticket.open or any(closes(name) for name in CLOSING + STATUSES))
