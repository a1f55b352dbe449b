"""The evidence that the guards of a mapping need about the people of one ticket."""

from __future__ import annotations

from connector.domain.ticket import Ticket
from connector.guards.evidence import Approvers, Known, Missing, Wanted
from connector.mapping import Key, Mapping


def wanted(mapping: Mapping, ticket: Ticket, approvers: Approvers) -> Wanted:
    """Raises Down, where the desk is asked who approved."""
    rules, four_eyes, levels = mapping.allow.requester, mapping.allow.four_eyes, mapping.allow.manager_levels
    groups = tuple(rule.removeprefix("group:") for rule in rules if rule.startswith("group:"))
    return Wanted(
        manager=("manager" in rules or levels > 0) and "anyone" not in rules,
        manager_levels=0 if "anyone" in rules else levels,
        requester_groups=() if "anyone" in rules else groups,
        properties=tuple(mapping.confirm),
        approvers=tuple(approvers(ticket)) if four_eyes else (),
        recipient=handed_to(ticket) if four_eyes and "note" in mapping.deliver else None,
        manager_of=mapping.mail.manager_of if "manager_mail" in mapping.deliver else None,
    )


def handed_to(ticket: Ticket) -> Known[Key | None]:
    """Find the agent whom a ticket is assigned to, and who would be handed the note."""
    if ticket.agent is None:
        return Missing("The mail address of the agent whom the ticket is assigned to can't be read.")
    return Key(ticket.agent, "mail") if ticket.agent else None
