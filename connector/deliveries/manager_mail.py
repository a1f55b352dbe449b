"""The pass in a mail to a manager whose address the directory named before the pass was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from connector.deliveries.render import Renderer
from connector.domain.outcome import DidNot, Effect, Happened, NotYet, Retry
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt
from connector.domain.recipients import mail_destination
from connector.domain.secret import Secret
from connector.domain.ticket import Claim, Pass


class Mails(Protocol):
    """A mailbox that mails are sent from."""

    def ready(self) -> NotYet | None:
        """Reserve a slot for a mail. Return None if one is reserved, else the reason to wait."""

    def send(self, to: str, subject: str, body: Secret) -> Effect[None]:
        """One mail, at most once. Happened: it is under way."""


@dataclass(frozen=True)
class ManagerMail:
    """The mail goes first; the ticket is settled with a note that says to whom it went
    (deliveries/mailed.py), never the pass.

    A lost reply leaves no trace on the ticket, so recovery takes the pass back and the next mail says that it
    replaces it. `names` and `languages`: of people by their object id, where they are known.
    """

    mails: Mails
    renderer: Renderer
    names: Callable[[str], str] = lambda id_: ""
    languages: Callable[[str], str] = lambda id_: ""

    def ready(self) -> NotYet | None:
        return self.mails.ready()

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        place = mail_destination(claim.current_attempt.recipient)
        if place is None:
            return DidNot(
                Reason.RECIPIENT_MISSING,
                Retry.COUNTED,
                "No mail recipient was decided before the pass was made.",
            )
        if not fresh.secret.renders_intact():
            return DidNot(Reason.RECOVERING, Retry.COUNTED, "A mail can't show this pass exactly.")
        renderer = self.renderer.to(self.languages(place.person))
        letter = renderer.email(claim, fresh, self.names(claim.current_attempt.requester or ""))
        if letter is None:
            return DidNot(Reason.RECOVERING, Retry.COUNTED, "The template of the mail doesn't show the pass.")
        sent = self.mails.send(place.address, letter.subject, letter.body)
        return Happened(DeliveryReceipt(place, ticket_settled=False)) if isinstance(sent, Happened) else sent
