"""Roles that the way of a ticket needs from others. A role promises; it never says how.

Every verb here is either a read, which raises Down and is safe at any time, a write to the ledger, which is
one transaction and raises Lost or Unwritten, or an effect, which happens at most once a call and answers
Happened, DidNot or Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connector.domain.methods import Method
from connector.domain.outcome import Effect, No, NotYet
from connector.domain.people import Subject
from connector.domain.receipts import DeliveryReceipt, UpdateReceipt, WriteReceipt
from connector.domain.secret import Secret
from connector.domain.ticket import (
    Attempt,
    Claim,
    ExistingPass,
    MappedTicket,
    Pass,
    Plan,
    ReissueRequest,
    Ticket,
)
from connector.lifecycle.ledger_roles import Book

# s that a start far ahead is waited for: then the ticket is taken up again, and the attempt only watched
FAR_START_TIMEOUT = 600


OnFound = Callable[[], None]


def nothing() -> None:
    """Do nothing."""


class Judge(Protocol):
    """Mapping, evidence and guards. Reads only."""

    def mapped(self, ticket: Ticket) -> MappedTicket:
        """Run the mapping, once for each time that the desk showed the ticket. Pure; never raises."""

    def judge(self, claim: Claim, mapped: MappedTicket, on_found: OnFound = nothing) -> Plan | No | NotYet:
        """May this ticket's person have a pass, and which? `on_found` is called where the people were found
        by their names, before the directory is asked about them. Raises Down.
        """

    def ahead(self, mapped: Sequence[MappedTicket]) -> None:
        """Look for the people of tickets that are judged next, in one call, so that judging each needs a call
        less. What it finds decides nothing. Raises nothing.
        """

    def supports(self, claim: Claim, plan: Plan, mapped: MappedTicket) -> bool:
        """Tell whether the ticket, read again, still says what the plan rests on. Pure."""

    def reissue_request(self, ticket: Ticket) -> ReissueRequest | None:
        """Read the ticket's request for another pass; None: the mapping has no such field, or it can't be
        read. Pure.
        """

    def dropped(self, claim: Claim, ticket: Ticket | None) -> bool:
        """Tell whether somebody closed the ticket or took it out of `watch`; our own `settle` is not that.
        Pure.
        """


@dataclass(frozen=True)
class TicketWrite:
    """One write to a ticket. `note` is appended where the mapping says; a Secret goes to the place for
    passes.

    `over`: references of attempts whose passes are gone. A desk whose notes can be taken away takes theirs
    away. `comment`: a sentence that the caller is to read.
    """

    note: Secret | str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    over: tuple[str, ...] = ()
    comment: str | None = None


class DeskReads(Protocol):
    """One desk, seen through one mapping, as far as it is only read."""

    @property
    def ignored(self) -> int:
        """How many rows polls got, since the start, that the check on our side dropped: no tickets of the
        mapping.
        """

    def poll(self) -> Iterator[Ticket]:
        """Every ticket that matches `watch`, each re-checked on our side. Raises Down."""

    def read(self, ticket: str) -> Ticket | None:
        """Read a ticket; None: it is gone, or we may not see it. Raises Down."""

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        """Read several tickets at once, by their ids: each as `read` shows it, or not at all. A missing one
        says nothing: it is read alone. Raises Down.
        """

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        """References like ours in each ticket's notes or marker, oldest first. None found is only a look.
        Raises Down.
        """

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        """Tell whether the place for passes shows the note of this attempt. False is only a look. Raises
        Down.
        """

    def ready(self) -> NotYet | None:
        """The reason why no pass could be noted now; None: no reason is known. Asked before a pass is
        made. Pure.
        """


class Desk(DeskReads, Protocol):
    """One desk, seen through one mapping, to work on."""

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        """One write. Not safe twice: a note is appended each time."""


class IssuerReads(Protocol):
    """Temporary Access Passes in Entra, as far as they are only read."""

    def now(self) -> int:
        """Entra's clock, epoch seconds, as its last reply told. Raises Down where there was none and none can
        be had.
        """

    def look(self, subject: str, *, urgent: bool = False) -> Sequence[ExistingPass]:
        """The passes that the directory shows for an object id. May be stale. `urgent`: a pass is to be
        deleted, and the look waits for no other call. Raises Down.
        """


class Issuer(IssuerReads, Protocol):
    """Temporary Access Passes in Entra."""

    def issue(self, attempt: Attempt) -> Effect[Pass]:
        """One POST, never twice; none at all once half the attempt's fence is gone."""

    def delete(self, subject: str, pass_id: str) -> Effect[None]:
        """Ask for its deletion; safe twice. Whether it is gone, only looks tell."""


class Holders(Protocol):
    """The people who hold passes, several at once. Reads only."""

    def passes(self, people: Sequence[str]) -> Mapping[str, Sequence[ExistingPass]]:
        """The passes of each, by object id, as `IssuerReads.look` shows them, or not at all: who is missing
        is looked at alone. May be stale. Raises Down.
        """

    def enabled(self, people: Sequence[str]) -> Mapping[str, bool]:
        """Tell whether the account of each is enabled; of who is missing it is not known. Raises Down."""

    def sees_methods(self) -> bool:
        """Tell whether sign-in methods may be listed. Raises Down."""

    def methods(self, people: Sequence[str]) -> Mapping[str, Sequence[Method]]:
        """The sign-in methods of each, by object id; of who is missing they aren't known. Raises Down."""

    def forbidden(self, holder: Subject, enabled: bool) -> No | None:
        """Find the reason why somebody may not use a pass that has begun: a disabled account, or privileges
        by what is known of the tenant. What isn't known is no reason. Unless their account was said to be
        `enabled`, it is asked about alone. Raises Down.
        """


class Delivery(Protocol):
    """Takes a pass to one of the places that the attempt names."""

    def ready(self) -> NotYet | None:
        """The reason why no pass could be delivered now; None: no reason is known. Asked before a pass is
        made: later is too late.
        """

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        """One write that carries the pass."""


class Deliveries(Protocol):
    """Takes a pass to the recipient that the attempt names: one place, or one after the other."""

    def ready(self, recipient: str) -> NotYet | None:
        """The reason why no pass could be handed to this recipient now; None: no reason is known."""

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        """The next place only where nobody was given anything at the one before."""


class TicketUpdater(Protocol):
    """Says on the ticket what became of it."""

    def update(self, claim: Claim) -> Effect[UpdateReceipt]:
        """Write what `claim.next_state` and `claim.reason` mean, and the mapping's fields for it.

        Safe twice: where `claim.update_attempts` says that it may stand there, it is looked for. Raises Down.
        """

    def registered(self, claim: Claim) -> Effect[None]:
        """Set the mapping's fields for a ticket whose person registered a method, when its pass has ended.
        Only where nobody changed since what was set then. Safe twice. Raises Down.
        """


class Underway(Protocol):
    """Work that goes on beside the caller's own."""

    def wait(self) -> None:
        """Wait until it is over."""

    def age(self) -> float:
        """Seconds since it began, on a clock that nobody sets."""


class Beside(Protocol):
    """Does two things at once."""

    def begin(self, work: Callable[[], None]) -> Underway:
        """Begin work that raises nothing; the caller goes on, and waits for it later."""


@dataclass(frozen=True)
class Roles:
    """All of them for one mapping, and the numbers of the way."""

    judge: Judge
    desk: Desk
    issuer: Issuer
    delivery: Deliveries
    updater: TicketUpdater
    book: Book
    max_attempts: int = 4  # attempts a ticket
    max_update_attempts: int = 5  # tries to say a word that the desk refuses
    max_unconfirmed_updates: int = (
        20  # tries of one about a delivered pass whose replies are lost: then its after-care begins
    )
    beside: Beside | None = None  # None: one after the other
    holders: Holders | None = None  # None: passes are looked at alone, and accounts after the start are not
    reread_after: float = 2.0  # s since a reading of the ticket began: then it is read again before its pass
    quick_post: int = 2  # s that a POST may take: then the ticket is read again before its note
    first_round: int = 45  # s in which the first round of after-care reads the ticket of a fresh pass
    start_slack: int = 15  # s past the start before "nothing there" is believed
    confirm_interval: int = 10  # s between two looks that must agree
    far_start_timeout: int = FAR_START_TIMEOUT
    wait_at_most: float = 86400.0  # s that a ticket waits for what is its own; then it is Stuck
    tell_waiting: float | None = None  # s that a ticket waits before it says why; None: it never says
    used_grace: int = 900  # s after its first use until a pass is deleted: registering a method takes time
