"""The tickets that a mapping works on, and whether one still is as we left it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from connector.domain.same_text import same_written
from connector.domain.ticket import Claim, Ticket
from connector.mapping.model import Mapping


@dataclass(frozen=True)
class Queue:
    """The queue of one mapping; the judge and the teller share it."""

    mapping: Mapping

    def wants(self, ticket: Ticket) -> bool:
        """Tell whether an open ticket matches `watch`."""
        return ticket.open and self.mapping.watch.matches(ticket.fields)

    def is_ours(self, claim: Claim, ticket: Ticket) -> bool:
        """Tell whether the ticket is still ours. After an attempt, our own settling may have changed it."""
        return self._as_left(ticket) if claim.attempt else self.wants(ticket)

    def _as_left(self, ticket: Ticket) -> bool:
        """Tell whether nobody closed it or took it out of `watch`, apart from `settle.delivered`.

        A field that may not be read is no longer known to be as we left it.
        """
        kept = all(
            condition.holds(ticket.fields) or self._is_settled(condition.field, ticket)
            for condition in self.mapping.watch.conditions
        )
        traits = self.mapping.traits
        return kept and (
            ticket.open or any(self._closed(name, ticket) for name in (*traits.closing, *traits.may_close))
        )

    def _is_settled(self, name: str, ticket: Ticket) -> bool:
        """Tell whether a field has the value that we gave it."""
        ours = self.mapping.settle.get("delivered", {})
        value = ticket.fields.get(name)
        return name in ours and value is not None and same_written(value, ours[name])

    def _closed(self, name: str, ticket: Ticket) -> bool:
        """Tell whether our value of a field closed the ticket.

        A value that tickets in the queue have, too, closed nothing. A status that only may close a ticket
        did so only where `watch` names it.
        """
        watched = [condition for condition in self.mapping.watch.conditions if condition.field == name]
        kept = any(condition.holds(ticket.fields) for condition in watched)
        certain = bool(watched) or name not in self.mapping.traits.may_close
        return self._is_settled(name, ticket) and not kept and certain
