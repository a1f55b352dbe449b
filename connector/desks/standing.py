"""Whether a ticket still is as we left it. Pure; the judge and the teller share it."""

from __future__ import annotations

from connector.mapping.model import Mapping
from connector.ticket import Ticket


def left_as_ours(mapping: Mapping, ticket: Ticket) -> bool:
    """Nobody closed it or took it out of `watch`: what `settle.delivered` wrote is not that.

    A field that may not be read is no longer known to be as we left it.
    """
    ours = mapping.settle.get("delivered", {})

    def stands(name: str) -> bool:
        return name in ours and ticket.fields.get(name) == ours[name]

    kept = all(condition.holds(ticket.fields) or stands(condition.field) for condition in mapping.watch.conditions)
    return kept and (ticket.open or stands("state") or stands("active"))
