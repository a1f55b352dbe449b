"""Facts of a ticket behind the guards that look at the ticket alone, for `passdesk explain`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connector.domain.durations import written
from connector.domain.ticket import Ticket
from connector.forms.mistakes import quote
from connector.mapping import Mapping
from connector.mapping.starts import shown

MOST = 40  # letters of a field that are shown


def ticket_evidence_of(guard: str, mapping: Mapping, ticket: Ticket) -> list[str]:
    """The lines about one guard; none for a rule that the mapping doesn't have."""
    return [*_OF[guard](mapping, ticket)] if guard in _OF else []


def _age(mapping: Mapping, ticket: Ticket) -> Iterator[str]:
    if (oldest := mapping.allow.oldest) is not None:
        created = "unknown: the desk doesn't show it" if ticket.created is None else shown(ticket.created)
        yield f"created: {created}; at most {written(oldest)} ago"


def _hours(mapping: Mapping, ticket: Ticket) -> Iterator[str]:
    if hours := mapping.allow.hours:
        yield f"passes are made {hours.words} ({mapping.timezone}), by Entra's clock"


def _verified(mapping: Mapping, ticket: Ticket) -> Iterator[str]:
    if rule := mapping.allow.verified:
        yield from (_field(ticket, name) for name in (rule.field, rule.at) if name)


def _channel(mapping: Mapping, ticket: Ticket) -> Iterator[str]:
    if rule := mapping.allow.channel:
        yield _field(ticket, rule.field)


def _field(ticket: Ticket, name: str) -> str:
    value = ticket.fields.get(name)
    return f"{name}: {quote(value[:MOST]) if isinstance(value, str) else 'unknown: it is not shown'}"


_OF: dict[str, Callable[[Mapping, Ticket], Iterator[str]]] = {
    "YoungEnough": _age,
    "InHours": _hours,
    "VerifiedInTime": _verified,
    "ChannelAllowed": _channel,
}
