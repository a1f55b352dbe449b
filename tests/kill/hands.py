"""The real deliveries and the real teller on the services of one ticket: a desk that keeps a journal,
TOPdesk, and a mailbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any, Final, cast

from connector.deliveries.fallback import Fallback
from connector.deliveries.manager_mail import ManagerMail
from connector.deliveries.note import NoteDelivery
from connector.deliveries.render import Renderer
from connector.deliveries.template_files import load
from connector.deliveries.ticket_update import NoteUpdater
from connector.desks.topdesk.desk import TOPdeskDesk
from connector.desks.topdesk.dialect import TopdeskDialect
from connector.domain.outcome import Effect, Happened, Unknown
from connector.domain.receipts import WriteReceipt
from connector.domain.reference import find_all
from connector.domain.secret import Secret
from connector.domain.ticket import Ticket
from connector.entra.graph import Graph
from connector.entra.mail import Mailbox
from connector.http.service import Answer, NoAnswer, NotSent, Reply, Service
from connector.lifecycle.ledger_roles import Book
from connector.lifecycle.roles import Desk, Roles, TicketWrite
from connector.mapping import AnyOf, Condition, NoteRules, Pipeline, Watch
from connector.mapping import Mapping as MappingFile
from tests.kill.topdesk import TOPdesk
from tests.kill.truth import PASS, Mail
from tests.kill.world import DESK, LOST, REFUSALS, World

JOURNAL: Final = MappingFile(
    name="incidents",
    desk="contoso",
    table="incident",
    watch=Watch((Condition("state", AnyOf(("new",))),)),
    values={"subject": Pipeline(("short_description",))},
    deliver=("manager_mail", "note"),
    settle={"delivered": {"state": "working"}, "expired": {"state": "done"}},
)
ACTION: Final = MappingFile(
    name="incidents",
    desk="contoso",
    table="incidents",
    watch=Watch((Condition("processingStatus.name", AnyOf(("new",))),)),
    values={"subject": Pipeline(("briefDescription",))},
    deliver=("note", "manager_mail"),
    note=NoteRules(field="action", plain="action"),
    traits=TopdeskDialect.traits,
    settle={"delivered": {"processingStatus.name": "working"}, "expired": {"processingStatus.name": "done"}},
)
_TEMPLATES = load()


def roles(kind: str, world: World, book: Book) -> Roles:
    """As wire.py puts them together for a `kind` of desk; "": every role but the ledger is the world."""
    if not kind:
        return Roles(world, world, world, world, world, book)
    mapping, voice = (ACTION if kind == "topdesk" else JOURNAL), Renderer(_TEMPLATES, clock=world.clock)
    desk: Desk = Journal(world)
    if kind == "topdesk":
        desk = TOPdeskDesk(cast(Service, TOPdesk(world)), mapping, DESK)
    post = ManagerMail(Mailbox(cast(Graph, Post(world)), "desk@contoso.com", monotonic=world.clock), voice)
    delivery = Fallback(NoteDelivery(desk, mapping, voice), post)
    return Roles(world, desk, world, delivery, NoteUpdater(desk, mapping, voice), book)


class Journal:
    """A desk whose notes are appended and stay."""

    ignored = 0

    def __init__(self, world: World) -> None:
        self.world = world

    def poll(self) -> Iterator[Ticket]:
        return self.world.poll()

    def read(self, ticket: str) -> Ticket | None:
        return self.world.read(ticket)

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        return self.world.read_some(tickets)

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        truth = self.world.truth
        found = tuple(reference for each in truth.texts for reference in each.references)
        return {ticket.id: found for ticket in tickets} if truth.journal else {}

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        return reference in self.references([ticket]).get(ticket.id, ())

    def ready(self) -> None:
        return None

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        secret = isinstance(entry.note, Secret)
        fault = self.world.fault("deliver" if secret else "tell")
        if fault in REFUSALS:
            return REFUSALS[fault]
        if fault != "drop":
            if entry.note is not None:
                self.world.truth.put(entry.note.reveal() if isinstance(entry.note, Secret) else entry.note)
            if fault != "unsettled":
                self.world.truth.fields |= entry.fields
            self.world.keep()
        return Unknown(LOST) if fault in {"lose", "drop"} else Happened(WriteReceipt(fault != "unsettled"))


class Post:
    """Graph, as far as a mailbox asks it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def write(self, method: str, path: str, json: Any) -> Reply:
        fault = self.world.fault("mail")
        if fault == "refuse":
            return Answer(403, {"error": {"code": "ErrorAccessDenied"}})
        if fault == "not sent":
            return NotSent("there is no way to it")
        if fault != "drop":
            self.take(json["message"])
        return NoAnswer(LOST) if fault in {"lose", "drop"} else Answer(202)

    def take(self, message: Any) -> None:
        body = unescape(message["body"]["content"])
        found, references = PASS.search(body), find_all(body)
        assert found and references
        (to,) = (each["emailAddress"]["address"] for each in message["toRecipients"])
        self.world.truth.mails.append(Mail(references[0], found[1], to, again="It replaces the pass" in body))
        self.world.truth.give(found[1])
        self.world.keep()
