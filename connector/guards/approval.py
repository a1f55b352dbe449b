"""Approvals bound to content: one counts only as far as it is proven to be of what the ticket says now.

Three things prove it, each alone:
- passdesk saw the same on the ticket at a look at which it was not approved yet;
- the desk's own records show it, as far as its folder knows any (`ApprovalRecords`);
- the mapping says `unproven: accept`, and nothing shows the contrary.

Shown to be of something else, it is void: it counts under no setting that asks at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from connector.domain.approval import ApprovalLook, changed_since
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.several import one
from connector.domain.ticket import Ticket
from connector.guards.rule import TicketCase
from connector.mapping import Facts, Mapping

SEEN = "passdesk saw the same on the ticket before it was approved"
ACCEPTED = "nothing proves it, and the mapping accepts that"
UNSEEN = "passdesk first saw the ticket when it was approved already, so nothing shows what was approved."
NOT_AS_SEEN = "The ticket isn't as passdesk saw it before the approval."
CHANGED = "What the ticket says now is not what was approved."


class ApprovalRecords(Protocol):
    """The records of one desk that can prove what an approval is of. Each desk's folder fills it in."""

    def can_prove(self, mapping: Mapping) -> str:
        """Name the records that prove an approval of the mapping's tickets, in words; "": there are none."""

    def shown(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """The same tickets, each with what the records show of its approval. Raises Down."""


class NoRecords:
    """A desk that keeps no history of approvals and fields: only what passdesk saw itself proves anything."""

    def can_prove(self, mapping: Mapping) -> str:
        return ""

    def shown(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        return [*tickets]


@dataclass(frozen=True)
class ApprovalProof:
    """The answer to people who ask whether an approval counts, with its reason."""

    holds: bool
    why: str


class ApprovalProven:
    """Lets no approval count that isn't proven to be of what the ticket says now."""

    def check(self, case: TicketCase) -> No | NotYet | None:
        proof = proof_of(case)
        return None if proof is None or proof.holds else NotYet(Reason.APPROVAL_UNPROVEN, proof.why)


def proof_of(case: TicketCase) -> ApprovalProof | None:
    """Find what proves the approval, or why nothing does. None: there is none, or nobody asks for proof."""
    rule, look = case.mapping.allow.approval, case.look
    if rule is None or rule.unproven is None or look is None or not look.approved:
        return None
    record = case.ticket.approval
    if record is not None and record.void:
        return ApprovalProof(False, record.why)
    if changed_since(case.seen_approved, look):
        return ApprovalProof(False, CHANGED)
    if look.written is not None and case.seen_unapproved == look.written:
        return ApprovalProof(True, SEEN)
    if record is not None and record.proof:
        return ApprovalProof(True, record.proof)
    if rule.unproven == "accept":
        return ApprovalProof(True, ACCEPTED)
    seen = NOT_AS_SEEN if case.seen_unapproved else UNSEEN
    return ApprovalProof(False, (record.why if record else "") or seen)


def look_at(mapping: Mapping, ticket: Ticket, facts: object) -> ApprovalLook | None:
    """Look at a ticket's approval. None: nobody asks what it is of, or it can't be read whether it is
    approved.
    """
    rule = mapping.allow.approval
    value = one(ticket.fields, rule.field) if rule and rule.unproven else None
    if rule is None or value is None:
        return None
    content = facts.content if isinstance(facts, Facts) and facts.content else None
    mark = ticket.approval.mark if ticket.approval else ""
    return ApprovalLook(rule.approves(value), content, content and _written(mapping, ticket, content), mark)


def _written(mapping: Mapping, ticket: Ticket, content: str) -> str:
    """The content with the times at which it was written: what was changed and changed back is not the
    same.
    """
    times = [f"{name} {ticket.written[name]}" for name in mapping.approved_fields if name in ticket.written]
    return sha256("\n".join([content, *times]).encode()).hexdigest()
