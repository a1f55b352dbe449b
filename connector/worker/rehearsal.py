"""A sweep of one ticket with its hands tied: the real reads, the real rules, and effects that only say what
they would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.domain.outcome import DidNot, Effect, Happened, NotYet, Retry
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt, UpdateReceipt, WriteReceipt
from connector.domain.recipients import NoteDestination, destinations
from connector.domain.secret import Secret
from connector.domain.ticket import Attempt, Claim, ExistingPass, Pass, Ticket
from connector.lifecycle.roles import DeskReads, IssuerReads, TicketWrite

Wanted = Callable[[Ticket], bool]


@dataclass
class RehearsalDesk:
    """A desk that is read. Its queue is asked for once; `wanted` narrows what a sweep is shown of it."""

    desk: DeskReads
    wanted: Wanted = lambda ticket: True
    polled: list[Ticket] | None = None

    def queue(self) -> list[Ticket]:
        """The whole queue, as the desk shows it. Raises Down."""
        if self.polled is None:
            self.polled = list(self.desk.poll())
        return self.polled

    def poll(self) -> Iterator[Ticket]:
        return iter([each for each in self.queue() if self.wanted(each)])

    @property
    def ignored(self) -> int:
        return self.desk.ignored

    def read(self, ticket: str) -> Ticket | None:
        return self.desk.read(ticket)

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        return self.desk.read_some(tickets)

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        return self.desk.references(tickets)

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        return self.desk.shows_note(ticket, reference)

    def ready(self) -> NotYet | None:
        return self.desk.ready()

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        return DidNot(Reason.DESK_REFUSED, Retry.NEVER, "Nothing is written in a rehearsal.")


@dataclass(frozen=True)
class RehearsalIssuer:
    """Entra that is read. A pass is made as asked, of nothing; a deletion is taken, and does nothing."""

    entra: IssuerReads

    def now(self) -> int:
        return self.entra.now()

    def look(self, subject: str, *, urgent: bool = False) -> Sequence[ExistingPass]:
        return self.entra.look(subject, urgent=urgent)

    def issue(self, attempt: Attempt) -> Effect[Pass]:
        return Happened(Pass("rehearsal", Secret("rehearsal"), attempt.start, attempt.lifetime))

    def delete(self, subject: str, pass_id: str) -> Effect[None]:
        return Happened(None)


@dataclass(frozen=True)
class RehearsalDelivery:
    """Hands nothing over, and says that it did."""

    is_ready: Callable[[str], NotYet | None]

    def ready(self, recipient: str) -> NotYet | None:
        return self.is_ready(recipient)

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        places = destinations(claim.current_attempt.recipient)
        return Happened(DeliveryReceipt(next(iter(places), NoteDestination("")), ticket_settled=True))


class RehearsalUpdater:
    """Says nothing on any ticket."""

    def registered(self, claim: Claim) -> Effect[None]:
        return Happened(None)

    def update(self, claim: Claim) -> Effect[UpdateReceipt]:
        return Happened(UpdateReceipt(left_watch=False))
