"""The pass in a restricted note on the ticket."""

from __future__ import annotations

from dataclasses import dataclass

from connector.deliveries.render import Renderer
from connector.deliveries.settle_fields import fill
from connector.domain.outcome import DidNot, Effect, Happened, NotYet, Retry
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt
from connector.domain.recipients import NoteDestination, note_destination
from connector.domain.ticket import Claim, Pass
from connector.lifecycle.roles import Desk, TicketWrite
from connector.mapping.model import Mapping


@dataclass(frozen=True)
class NoteDelivery:
    desk: Desk
    mapping: Mapping
    renderer: Renderer

    def ready(self) -> NotYet | None:
        return self.desk.ready()

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        """Note, marker and `settle.delivered` in one write; where the desk refuses those fields, the note
        goes without them.
        """
        if not fresh.secret.renders_intact():
            return DidNot(Reason.RECOVERING, Retry.COUNTED, "A note can't show this pass exactly.")
        note, rules = self.renderer.note(claim, fresh), self.mapping.note
        if note is None:
            return DidNot(Reason.RECOVERING, Retry.COUNTED, "The template of the note doesn't show the pass.")
        marker = {rules.marker: claim.current_attempt.reference} if rules.marker else {}
        fields = fill(self.mapping, "delivered", claim)
        place = note_destination(claim.current_attempt.recipient) or NoteDestination(rules.field)
        done = self.desk.write(claim.ticket, TicketWrite(note, fields | marker))
        if isinstance(done, Happened):
            return Happened(DeliveryReceipt(place, ticket_settled=done.value.fields_read_back))
        if not (fields and isinstance(done, DidNot) and done.retry is Retry.COUNTED):
            return done
        alone = self.desk.write(
            claim.ticket, TicketWrite(note, marker)
        )  # a data policy refuses fields; nothing was written yet
        return (
            Happened(DeliveryReceipt(place, ticket_settled=False)) if isinstance(alone, Happened) else alone
        )
