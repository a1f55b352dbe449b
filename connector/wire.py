"""The only place that knows everybody: from a configuration to a house that works."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from threading import Event as StopEvent
from typing import TYPE_CHECKING

from connector import log
from connector.config.ledger import LedgerUrl
from connector.config.load import Config
from connector.deliveries.fallback import Fallback
from connector.deliveries.manager_mail import ManagerMail
from connector.deliveries.note import NoteDelivery
from connector.deliveries.render import Renderer
from connector.deliveries.subject_notice import MailStyle, NoticeWriter
from connector.deliveries.ticket_update import NoteUpdater
from connector.desks.approved import filled_one, with_records
from connector.desks.kind import Kind
from connector.desks.kinds import KINDS
from connector.desks.section import DeskSection
from connector.domain.errors import NoLedger, Unwritten
from connector.domain.events import Event
from connector.domain.outcome import NotYet
from connector.domain.steady import steady
from connector.domain.ticket import Claim, Ticket
from connector.entra.contacts import EntraContacts, end_sessions
from connector.entra.credential import GraphAuth
from connector.entra.directory import EntraDirectory
from connector.entra.graph import Graph
from connector.entra.holders import EntraHolders
from connector.entra.mail import Mailbox
from connector.entra.map_reading import MapReader
from connector.entra.passes import EntraIssuer
from connector.entra.privilege_map import TenantMap
from connector.forms.references import Unresolved
from connector.guards.approval import ApprovalRecords
from connector.guards.judge import MappingJudge
from connector.http.service import Call, Service
from connector.ledger.admission import Limits
from connector.ledger.clock import LedgerClock
from connector.ledger.pausing import Pausing
from connector.ledger.retention import Retention
from connector.ledger.sql import SqlLedger, is_there
from connector.lifecycle.events import AnnouncingBook, Listener, TicketEvent, announce
from connector.lifecycle.orphaned import OrphanRoles
from connector.lifecycle.roles import Desk, DeskReads, Holders, IssuerReads, Roles
from connector.mapping import Mapping
from connector.mapping.overlap import watched_beside
from connector.worker import care
from connector.worker.beside import InThreads
from connector.worker.boundary import Way
from connector.worker.looks import Looks
from connector.worker.notifying import Notifier
from connector.worker.sweep import Sweep

if TYPE_CHECKING:
    from connector.ledger.memory import MemoryLedger


@dataclass(frozen=True)
class Clocks:
    """Time comes in here: the demo's runs faster."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = steady
    sleep: Callable[[float], object] = time.sleep


@dataclass(frozen=True)
class Asked:
    """The services that were asked, by name, while their calls are logged."""

    names: set[str] = field(default_factory=set)
    listeners: list[Callable[[Call], None]] = field(default_factory=lambda: [log.call])

    def __call__(self, call: Call) -> None:
        if call.status is not None:  # who gives no answer can't be told to work
            self.names.add("mail" if call.route.endswith("/sendMail") else call.service)
        for each in self.listeners:
            each(call)


@dataclass(frozen=True)
class ReadOnly:
    """Everything that only reads: with it the type checker proves that `explain` writes nothing."""

    config: Config
    auth: GraphAuth
    graph: Graph
    services: dict[str, Service]  # by desk
    directory: EntraDirectory
    beside: Graph  # for what no ticket waits for: its outages are nobody's
    privilege_map: TenantMap  # empty until it is read
    listener: Listener
    mailbox: Mailbox | None = None
    asked: Asked = field(default_factory=Asked)

    @cached_property
    def judges(self) -> dict[str, MappingJudge]:
        """By mapping."""

        def judged(claim: Claim, event: Event) -> None:
            announce(self.listener, TicketEvent(event, claim))

        return {
            each.name: MappingJudge(
                each,
                self.directory,
                self.config.settings.floor,
                listener=judged,
                now=self.graph.now,
                identify=self.directory.identify,
                approvers=self.kind(each).approvers(self.services[each.desk], each),
            )
            for each in self.config.mappings
        }

    def url(self, mapping: Mapping) -> str:
        return self.config.settings.desks[mapping.desk].url

    def kind(self, mapping: Mapping) -> Kind:
        return KINDS[self.config.settings.desks[mapping.desk].kind]

    def desk(self, mapping: Mapping) -> DeskReads:
        """The mapping's own view of its desk: what a sweep would be shown."""
        return desk_of(self, mapping)

    def records(self, mapping: Mapping) -> ApprovalRecords:
        """The records of its desk that can prove what an approval is of."""
        return self.kind(mapping).records(self.services[mapping.desk], mapping)

    def find(self, mapping: Mapping, number: str) -> Ticket | None:
        """A ticket in the mapping's table, by the number that people read. Raises Down."""
        found = self.kind(mapping).find(self.services[mapping.desk], mapping, self.url(mapping), number)
        return filled_one(self.records(mapping), mapping, found)

    @cached_property
    def holders(self) -> Holders:
        charts = self.privilege_map
        return EntraHolders(self.graph, charts, protected_groups(self.config), charts.asked)

    @cached_property
    def issuer(self) -> IssuerReads:
        return EntraIssuer(self.graph)

    def ready(self, mapping: Mapping, recipient: str) -> NotYet | None:
        """The reason why no pass could be handed to this recipient now, as its delivery says."""
        return deliveries(self, mapping, desk_of(self, mapping)).ready(recipient)

    def token(self) -> str:
        """Raises Down."""
        return self.graph.sign_in()["Authorization"].removeprefix("Bearer ")


@dataclass(frozen=True)
class App:
    """`notifier`: None: the configuration has nobody told."""

    read_only: ReadOnly
    config: Config
    ledger: SqlLedger
    issuer: EntraIssuer
    sweep: Sweep
    notifier: Notifier | None = None
    styles: dict[str, MailStyle] = field(default_factory=dict)  # by mapping, as those in force are

    def refreshed(self, mappings: tuple[Mapping, ...]) -> App:
        """The same house by other mappings: the ledger, the services and what they know stay."""
        config = replace(self.config, mappings=mappings)
        eyes = replace(self.read_only, config=config)
        sweep = replace(self.sweep, ways=ways(eyes, self.issuer, self.ledger))
        self.styles.update(styles(mappings))
        return replace(self, read_only=eyes, config=config, sweep=sweep)


def open_ledger(config: Config, clocks: Clocks | None = None) -> SqlLedger:
    """The ledger that the configuration names. Raises NoLedger, Unwritten."""
    return ledger_at(config, config.settings.ledger, clocks)


def reading_ledger(config: Config, clocks: Clocks | None = None) -> SqlLedger:
    """The same on connections of its own, which only read. Raises NoLedger, Unwritten."""
    ledger = open_ledger(config, clocks)
    ledger.database.only_read()
    return ledger


def ledger_at(config: Config, url: LedgerUrl, clocks: Clocks | None = None) -> SqlLedger:
    """A ledger at this address, with the numbers of the configuration. Raises NoLedger, Unwritten."""
    clocks = clocks or Clocks()
    clock = LedgerClock(clocks.wall, clocks.steady)
    ledger = SqlLedger(
        url,
        # Two replicas may have one name and number, as in containers.
        f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(2)}",
        config.settings.lease,
        limits(config),
        clock,
        password=password_of(url),
    )
    if (now := ledger.database.now()) is None:
        clock.not_before(ledger.newest())
    else:
        clock.follow(now)
    ledger.told_the_time = clock.not_before
    ledger.notifies = bool(config.settings.notify and config.settings.notify.mails_subject)
    ledger.retention = Retention(config.settings.keep.trail, config.settings.keep.names)
    return ledger


def password_of(url: LedgerUrl) -> Callable[[], str] | None:
    """A way to the password of the ledger's server, where it has one: read at each use, it may have changed.
    That raises NoLedger where it isn't there.
    """
    reference = url.secret
    if reference is None:
        return None

    def read() -> str:
        try:
            return reference.resolve().reveal()
        except Unresolved as error:
            wrong = NoLedger(f"the password of the ledger's server isn't there: {error}")
        raise wrong

    return read


def limits(config: Config) -> Limits:
    return Limits(
        config.settings.floor.passes_per_subject,
        config.settings.floor.passes_per_requester,
        config.settings.floor.passes_in_all,
        Pausing(**config.settings.floor.pause_on.model_dump()),
    )


@contextmanager
def looked_at(config: Config) -> Iterator[SqlLedger | MemoryLedger]:
    """The ledger, to be read; an empty one where there is none: looking makes none. Raises NoLedger where
    there can be none.
    """
    url = config.settings.ledger
    if not is_there(url, password_of(url)):
        from connector.ledger.memory import MemoryLedger

        yield MemoryLedger("explain", config.settings.lease, limits(config))
        return
    with open_ledger(config) as ledger:
        yield ledger


@contextmanager
def as_worker(config: Config, listener: Listener = log.ticket, clocks: Clocks | None = None) -> Iterator[App]:
    """The house of the one worker on the ledger. Waits `lease` for another, then raises Busy."""
    with build(config, listener, clocks) as house, house.ledger.working(patience=config.settings.lease):
        with suppress(Unwritten):  # what can't be written is said by the sweep, which goes on to revoke
            house.ledger.floor_is(config.settings.floor.written)
        yield house


@contextmanager
def read_only(
    config: Config, listener: Listener = log.ticket, clocks: Clocks | None = None
) -> Iterator[ReadOnly]:
    clocks, asked = clocks or Clocks(), Asked()
    with ExitStack() as stack:
        auth = GraphAuth(
            config.settings.entra.credential, config.settings.entra.cloud, config.settings.entra.graph_url
        )
        graph = connect_graph(config, auth, clocks, asked)
        stack.callback(graph.close)
        services = {
            name: connect_desk(config, name, desk, clocks, asked)
            for name, desk in config.settings.desks.items()
        }
        for service in services.values():
            stack.callback(service.close)
        beside = connect_graph(config, auth, clocks, asked)  # its outages let no ticket wait
        stack.callback(beside.close)
        privileges, entra = (
            TenantMap(map_reader(config, beside, clocks.steady), clocks.steady),
            config.settings.entra,
        )
        directory = EntraDirectory(
            graph,
            privileges,
            pim_absent=entra.pim == "absent",
            scoped_to=entra.scoped_to,
            before=privileges.asked,
        )
        mailbox = (
            Mailbox(graph, config.settings.mail.sender, monotonic=clocks.steady)
            if config.settings.mail
            else None
        )
        yield ReadOnly(config, auth, graph, services, directory, beside, privileges, listener, mailbox, asked)


@contextmanager
def build(config: Config, listener: Listener = log.ticket, clocks: Clocks | None = None) -> Iterator[App]:
    """Everything wired, nothing taken: for a person's verbs beside a worker."""
    clocks = clocks or Clocks()
    with read_only(config, listener, clocks) as eyes, open_ledger(config, clocks) as ledger:
        issuer, book = EntraIssuer(eyes.graph), AnnouncingBook(ledger, listener)
        ledger.on_rest, ledger.on_event = log.rest, log.installation

        def orphans(claim: Claim) -> Roles:
            absent = OrphanRoles(claim.desk, claim.mapping)
            return Roles(absent, absent, issuer, absent, absent, book, holders=eyes.holders)

        sweep = Sweep(
            ways(eyes, issuer, ledger),
            ledger,
            config.settings.workers,
            orphans,
            log.failed,
            StopEvent(),
            ledger.clock,
            listener,
            clocks.wall,
            care.tell,
            eyes.asked.names,
            config.settings.poll.every,
            patience=config.settings.lease,
            looks=Looks(clocks.steady),
            watches=ledger,
        )
        known = styles(config.mappings)
        yield App(eyes, config, ledger, issuer, sweep, notifier(eyes, ledger, known), known)


def styles(mappings: Iterable[Mapping]) -> dict[str, MailStyle]:
    """By mapping."""
    return {each.name: MailStyle(each.mail.template, each.mail.language, each.timezone) for each in mappings}


def notifier(eyes: ReadOnly, ledger: SqlLedger, known: dict[str, MailStyle]) -> Notifier | None:
    """Whoever tells people of their passes; None: nobody is to be told."""
    settings, web = eyes.config.settings, eyes.config.settings.web
    if not ledger.notifies or eyes.mailbox is None or web is None or web.public is None:
        return None
    phone = settings.mail.phone if settings.mail else ""
    writer = NoticeWriter(eyes.config.templates, web.public.page, lambda: known, phone)
    return Notifier(
        ledger,
        EntraContacts(eyes.beside).of,
        eyes.mailbox.notify,
        writer.write,
        partial(end_sessions, eyes.beside),
        eyes.beside.now,
        failed=log.failed,
    )


def ways(eyes: ReadOnly, issuer: EntraIssuer, ledger: SqlLedger) -> dict[str, Way]:
    """By mapping."""
    found: dict[str, Way] = {}
    book = AnnouncingBook(ledger, eyes.listener)
    for mapping in eyes.config.mappings:
        judge, url = judge_on(ledger, eyes.judges[mapping.name]), eyes.url(mapping)
        desk = desk_of(eyes, mapping)
        _, letters = renderers(eyes.config, mapping)
        delivery = replace(deliveries(eyes, mapping, desk), barred=ledger.barred)
        bound = eyes.config.settings.floor.wait_at_most
        updater = NoteUpdater(desk, mapping, letters)
        roles = Roles(
            judge,
            desk,
            issuer,
            delivery,
            updater,
            book,
            beside=InThreads(eyes.services[mapping.desk].monotonic),
            holders=eyes.holders,
            wait_at_most=bound,
            tell_waiting=mapping.note.tell_waiting,
        )
        found[mapping.name] = Way(
            mapping.name, mapping.desk, url, mapping.table, roles, judge.wants, mapping.version
        )
    return found


def judge_on(ledger: SqlLedger, judge: MappingJudge) -> MappingJudge:
    """The judge, who asks this ledger what it knows of requesters and of people who are held."""
    return replace(judge, share=ledger.share, held=ledger.subject_held)


def desk_of(eyes: ReadOnly, mapping: Mapping) -> Desk:
    """One mapping's view of its desk, to work on."""
    also = watched_beside(mapping, eyes.config.mappings)
    desk = eyes.kind(mapping).desk(eyes.services[mapping.desk], mapping, eyes.url(mapping), also)
    return with_records(desk, eyes.records(mapping), mapping)


def deliveries(eyes: ReadOnly, mapping: Mapping, desk: Desk) -> Fallback:
    """The ways on which a mapping's passes are handed over."""
    noted, letters = renderers(eyes.config, mapping)
    post = (
        ManagerMail(eyes.mailbox, letters, eyes.directory.names, eyes.directory.languages)
        if eyes.mailbox
        else None
    )
    return Fallback(NoteDelivery(desk, mapping, noted), post)


def renderers(config: Config, mapping: Mapping) -> tuple[Renderer, Renderer]:
    """The renderers of a mapping's notes and of its mails."""
    phone = config.settings.mail.phone if config.settings.mail else ""
    note = Renderer(config.templates, mapping.note.template, mapping.note.language, mapping.timezone)
    mail = Renderer(
        config.templates,
        mapping.mail.template,
        mapping.mail.language,
        mapping.timezone,
        mapping.mail.manager_of,
        phone=phone,
    )
    return note, mail


def connect_graph(config: Config, auth: GraphAuth, clocks: Clocks, asked: Asked) -> Graph:
    return Graph(
        config.settings.entra.graph_url,
        auth,
        workers=config.settings.workers,
        place=config.place("entra", "credential"),
        on_call=asked,
        sleep=clocks.sleep,
        monotonic=clocks.steady,
    )


def map_reader(config: Config, graph: Graph, monotonic: Callable[[], float]) -> MapReader:
    return MapReader(graph, protected_groups(config), config.settings.entra.pim == "absent", monotonic)


def protected_groups(config: Config) -> frozenset[str]:
    return frozenset(each.lower() for each in config.settings.floor.protected_groups)


def connect_desk(config: Config, name: str, desk: DeskSection, clocks: Clocks, asked: Asked) -> Service:
    auth = KINDS[desk.kind].sign_in(name, desk)
    return Service(
        name,
        desk.url,
        auth,
        workers=config.settings.workers,
        place=config.place("desks", name, "auth"),
        on_call=asked,
        sleep=clocks.sleep,
        monotonic=clocks.steady,
    )
