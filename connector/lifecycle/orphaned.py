"""Roles for a ticket whose mapping is gone from the configuration: its pass is looked after, nothing new is
made or said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.domain.outcome import DidNot, Effect, Happened, No, NotYet, Retry
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt, UpdateReceipt, WriteReceipt
from connector.domain.ticket import Claim, MappedTicket, Pass, Plan, ReissueRequest, Ticket
from connector.lifecycle.roles import OnFound, TicketWrite, nothing


@dataclass(frozen=True)
class OrphanRoles:
    """Judge, desk, delivery and teller of a mapping that isn't there."""

    desk: str
    mapping: str
    ignored: int = 0

    def poll(self) -> Iterator[Ticket]:
        return iter(())

    def read(self, ticket: str) -> Ticket | None:
        """Not None, which would mean that the ticket is gone and its pass to be revoked."""
        return Ticket(self.desk, ticket, ticket, {}, open=True, mailed=None, links=None)

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        return {}

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        return {}

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        return False

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        return self.refused()

    def mapped(self, ticket: Ticket) -> MappedTicket:
        return MappedTicket(ticket, digest="")

    def judge(self, claim: Claim, mapped: MappedTicket, on_found: OnFound = nothing) -> Plan | No | NotYet:
        return NotYet(Reason.EVIDENCE_MISSING, f"The mapping {self.mapping} is no longer configured.")

    def ahead(self, mapped: Sequence[MappedTicket]) -> None:
        pass

    def supports(self, claim: Claim, plan: Plan, mapped: MappedTicket) -> bool:
        return False

    def reissue_request(self, ticket: Ticket) -> ReissueRequest | None:
        return None

    def dropped(self, claim: Claim, ticket: Ticket | None) -> bool:
        return False

    def ready(self, recipient: str = "") -> NotYet | None:
        return None

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        return self.refused()

    def update(self, claim: Claim) -> Effect[UpdateReceipt]:
        return Happened(UpdateReceipt(left_watch=False))

    def registered(self, claim: Claim) -> Effect[None]:
        return Happened(None)

    def refused(self) -> DidNot:
        return DidNot(
            Reason.DESK_REFUSED, Retry.COUNTED, f"The mapping {self.mapping} is no longer configured."
        )
