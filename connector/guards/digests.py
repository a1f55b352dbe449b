"""Digests of a ticket: of what its pass depends on, and of its requester's text."""

from __future__ import annotations

from hashlib import sha256

from connector.domain.same_text import composed
from connector.domain.ticket import Ticket
from connector.mapping import Facts, Mapping, MappingNo


def ticket_digest(mapping: Mapping, ticket: Ticket, facts: Facts | MappingNo) -> str:
    """The digest of everything on the ticket that decides about its pass."""
    rests_on = facts.digest if isinstance(facts, Facts) else repr(facts)
    agent = f"\n{ticket.agent}" if mapping.allow.four_eyes else ""
    links = f"\nlinks: {ticket.links}" if mapping.notes_pass and ticket.links != "" else ""
    return sha256(f"{rests_on}\n{ticket.mailed}{agent}{links}".encode()).hexdigest()


def asker_of(facts: Facts) -> str:
    """The digest of the requester's text on the ticket; "" where it names none."""
    asked = facts.requester
    if asked is None:
        return ""
    return sha256(f"{asked.find_by}\n{composed(asked.value).strip().casefold()}".encode()).hexdigest()[:32]
