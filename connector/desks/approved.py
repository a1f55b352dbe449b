"""A desk whose tickets come with what its records show of their approvals: at each poll and at each read.

The records are asked about approved tickets only, many at once, and only for a mapping that asks for proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.domain.outcome import Effect, NotYet
from connector.domain.receipts import WriteReceipt
from connector.domain.several import one
from connector.domain.ticket import Ticket
from connector.guards.approval import ApprovalRecords
from connector.lifecycle.roles import Desk, TicketWrite
from connector.mapping.model import Mapping as MappingFile

AT_ONCE = 80  # tickets a question, which fits into an address


def with_records(desk: Desk, records: ApprovalRecords, mapping: MappingFile) -> Desk:
    """The desk itself where the mapping asks for no proof, or the desk has no records."""
    asks = mapping.asks_for_proof and records.can_prove(mapping)
    return ApprovedDesk(desk, records, mapping) if asks else desk


@dataclass(frozen=True)
class ApprovedDesk:
    """One mapping's view of a desk, with its records of approvals."""

    desk: Desk
    records: ApprovalRecords
    mapping: MappingFile

    @property
    def ignored(self) -> int:
        return self.desk.ignored

    def poll(self) -> Iterator[Ticket]:
        """Raises Down, too, where the records can't be asked."""
        some: list[Ticket] = []
        for ticket in self.desk.poll():
            some.append(ticket)
            if len(some) == AT_ONCE:
                yield from filled(self.records, self.mapping, some)
                some = []
        yield from filled(self.records, self.mapping, some)

    def read(self, ticket: str) -> Ticket | None:
        found = self.desk.read(ticket)
        return None if found is None else filled(self.records, self.mapping, [found])[0]

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        found = self.desk.read_some(tickets)
        return {each.id: each for each in filled(self.records, self.mapping, [*found.values()])}

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        return self.desk.references(tickets)

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        return self.desk.shows_note(ticket, reference)

    def ready(self) -> NotYet | None:
        return self.desk.ready()

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        return self.desk.write(ticket, entry)


def filled(records: ApprovalRecords, mapping: MappingFile, tickets: Sequence[Ticket]) -> list[Ticket]:
    """The same tickets in the same order; the approved ones with what the records show. Raises Down."""
    approved = [each for each in tickets if _is_approved(mapping, each)]
    shown = {each.id: each for each in (records.shown(approved) if approved else ())}
    return [shown.get(each.id, each) for each in tickets]


def filled_one(records: ApprovalRecords, mapping: MappingFile, ticket: Ticket | None) -> Ticket | None:
    """The same ticket, with what the records show of its approval. Raises Down."""
    asks = mapping.asks_for_proof and records.can_prove(mapping)
    return filled(records, mapping, [ticket])[0] if asks and ticket else ticket


def _is_approved(mapping: MappingFile, ticket: Ticket) -> bool:
    rule = mapping.allow.approval
    value = one(ticket.fields, rule.field) if rule else None
    return rule is not None and value is not None and rule.approves(value)
