"""A passdesk process: the shipped sweep, journey, recovery and after-care with everything wired as wire.py
does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, cast

from connector.deliveries.fallback import Fallback
from connector.deliveries.manager_mail import ManagerMail
from connector.deliveries.note import NoteDelivery
from connector.deliveries.render import Renderer
from connector.deliveries.subject_notice import NoticeWriter
from connector.deliveries.template_files import load
from connector.deliveries.ticket_update import NoteUpdater
from connector.desks.approved import with_records
from connector.desks.kinds import KINDS
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.desks.topdesk.desk import TOPdeskDesk
from connector.domain.errors import PassdeskError
from connector.domain.outcome import UNFINISHED
from connector.domain.ticket import Claim
from connector.entra.contacts import EntraContacts, end_sessions
from connector.entra.directory import EntraDirectory
from connector.entra.holders import EntraHolders
from connector.entra.mail import Mailbox
from connector.guards.judge import MappingJudge
from connector.http.service import Service
from connector.ledger.clock import LedgerClock
from connector.lifecycle.events import AnnouncingBook
from connector.lifecycle.ledger_roles import Ledger
from connector.lifecycle.orphaned import OrphanRoles
from connector.lifecycle.roles import Desk, Roles
from connector.mapping import Mapping
from connector.worker.boundary import Way
from connector.worker.looks import Looks
from connector.worker.notifying import OFTEN, Notifier
from connector.worker.sweep import Sweep
from tests.entra.no_paths import NoPaths
from tests.simulation.ahead import AheadJudge
from tests.simulation.clocks import clock
from tests.simulation.desk import NAME, URL, DeskWire
from tests.simulation.draw_ahead import WAITS
from tests.simulation.entra import SimGraph, SimIssuer
from tests.simulation.hearers import PAGE
from tests.simulation.hub import Reading, Task
from tests.simulation.letters import SENDER
from tests.simulation.maps import ReplicaMap
from tests.simulation.setting import LEASE
from tests.simulation.topdesk import TopdeskWire

if TYPE_CHECKING:
    from threading import Event

    from tests.simulation.world import World

EVERY, JITTER, DUE_EVERY = 60.0, 10.0, 2.0  # seconds, as config.yaml and service.py have them


TEMPLATES = load()


def ledger_clock(wall: Callable[[], float], mono: Callable[[], float]) -> LedgerClock:
    """As wire.py makes it."""
    return LedgerClock(wall, mono)


class NeverStopping:
    """The sweep's stop event: SIGTERM is a crash with better manners, and is tested elsewhere."""

    def is_set(self) -> bool:
        return False


class Replica:
    """`life` counts its starts. Its threads are the tasks in `tasks`."""

    numbers: ClassVar[dict[str, Any]] = {}  # of Roles, where a mutant changes them

    def __init__(self, world: World, number: int, life: int, owner: str) -> None:
        self.world, self.number, self.life, self.owner = world, number, life, owner
        self.tasks: dict[Task, None] = {}
        self.stopped_until = 0.0
        self.slept = 0.0  # seconds that it stood still; its clocks went on
        self.frozen: dict[Task, int] = {}
        self.wall = clock(world.shape.walls[number], lambda: world.hub.now)
        self.clock = ledger_clock(self.wall, self.mono)
        self.ledger = world.open_ledger(owner, self.clock)
        self.clock.not_before(self.ledger.newest())
        self.ledger.opened(world, self)
        self.mappings = world.mappings
        self.mailbox = Mailbox(SimGraph(world, self), SENDER, a_minute=world.shape.pace, monotonic=self.mono)
        self.began = world.next_serial()  # its sweep: from then on it goes by these mappings
        self.privileges = ReplicaMap(world, self) if world.shape.maps else None
        self.ledger.notifies = world.shape.notifies
        self.sweep = self._sweep()
        if world.shape.notifies:
            Task(world.hub, self, self.notify)
        if self.privileges:
            Task(world.hub, self, self.privileges.run)
        Task(world.hub, self, self.run)
        Task(world.hub, self, self.heartbeat)

    def __str__(self) -> str:
        return f"replica {self.number + 1}" + (f" (start {self.life})" if self.life > 1 else "")

    def mono(self) -> float:
        """Its steady clock: it drifts, never steps, and goes on while the replica stands still."""
        now = self.world.hub.now
        return 1000.0 + now + self.world.shape.walls[self.number].drift * now

    def run(self) -> None:
        """The mirror of service.Runner: one sweep at a time, and in between what is due."""
        hub, shape = self.world.hub, self.world.shape
        next_whole = hub.now
        try:
            if shape.replicas == 1:
                self.ledger.give_up_others()  # what SqlLedger.working does: one worker holds the file
        except PassdeskError:
            pass
        while True:
            whole = hub.now >= next_whole
            if whole:
                next_whole = hub.now + self.every() + self.world.lot.uniform(-JITTER, JITTER)
            self.sweeping(whole)
            hub.pause(
                max(DUE_EVERY, min(next_whole, next_whole if shape.once else self.next_due()) - hub.now)
            )

    def every(self) -> float:
        """Once nothing goes wrong any more, polls get rare: nothing new comes."""
        quiet = self.world.hub.now - (self.world.quiet_from or self.world.hub.now)
        return EVERY if quiet < 150 or self.world.shape.once else 150.0 if quiet < 700 else 240.0

    def taken_up(self) -> None:
        """What service.Runner does between two sweeps: edited mappings come into force together."""
        self.began = self.world.next_serial()
        if self.mappings is not self.world.mappings:
            self.mappings = self.world.mappings
            self.sweep = self._sweep()
            self.world.tell(f"{self} takes up the mappings {self.mappings[0].version}")

    def sweeping(self, whole: bool) -> None:
        self.taken_up()
        try:
            if whole:
                self.sweep.once(due=not self.world.shape.once)
            elif not self.world.shape.once:
                self.sweep.due()
        except PassdeskError:
            return  # service.Runner logs it

    def next_due(self) -> float:
        """When it is worth looking, in the world's time: service.py looks every 2 s, and mostly finds
        nothing.
        """
        wall, most = self.clock(), 20.0
        if self.ledger.noted([each.name for each in self.mappings], 1):
            return self.world.hub.now + DUE_EVERY
        rows = [row for row in self.ledger.all_rows() if row.state in UNFINISHED]
        waits = [max(row.due, (row.lease_until or 0.0) if row.owner else 0.0) - wall for row in rows]
        return self.world.hub.now + min([*waits, most if rows else 1e9])

    def heartbeat(self) -> None:
        while True:
            self.world.hub.pause(LEASE / 3)
            try:
                self.ledger.renew()
            except PassdeskError:
                continue

    def notify(self) -> None:
        """The mirror of background.in_rounds: notices are sent beside the sweeps."""
        graph = SimGraph(self.world, self)
        writer = NoticeWriter(TEMPLATES, PAGE, dict)
        notifier = Notifier(
            self.ledger,
            EntraContacts(graph).of,
            self.mailbox.notify,
            writer.write,
            partial(end_sessions, graph),
            graph.now,
            lambda: f"token-{self.world.next_serial()}",
            self.world.failed,
        )
        while True:
            self.world.hub.pause(OFTEN if notifier.round() else 20.0)

    def die(self) -> None:
        for task in list(self.tasks):
            task.kill()

    def begin(self, work: Callable[[], None]) -> Reading:
        """What worker.beside does with a thread."""
        return Reading(self.world.hub, work, self.mono)

    def _desk(self, mapping: Mapping) -> Desk:
        if not self.world.shape.topdesk:
            service = cast(Service, DeskWire(self.world, self))
            records = KINDS["servicenow"].records(service, mapping)
            return with_records(ServiceNowDesk(service, mapping, URL), records, mapping)
        return TOPdeskDesk(cast(Service, TopdeskWire(self.world, self)), mapping, URL)

    def _judge(self, *given: Any, **more: Any) -> MappingJudge:
        if not self.world.shape.ahead:
            return MappingJudge(*given, **more)
        lot, hub = Random(f"{self.world.shape.seed} ahead"), self.world.hub

        def between() -> None:
            hub.pause(lot.choice(WAITS))
            hub.me.notes["turn"] = hub.now

        return AheadJudge(*given, **{**more, "between": between})

    def _sweep(self) -> Sweep:
        world = self.world
        graph = SimGraph(world, self)
        known = self.privileges.map if self.privileges else NoPaths()
        directory, issuer = EntraDirectory(graph, known, monotonic=self.mono), SimIssuer(world, graph)
        holders = EntraHolders(graph, known, world.people.floor.protected_groups)
        ledger = cast(Ledger, self.ledger)
        book = AnnouncingBook(ledger, world.heard)
        ways: dict[str, Way] = {}
        for mapping in self.mappings:
            judge = self._judge(
                mapping,
                directory,
                world.people.floor,
                now=issuer.now,
                share=self.ledger.share,
                held=self.ledger.subject_held,
                identify=directory.identify,
            )
            desk = self._desk(mapping)
            voice = Renderer(
                TEMPLATES, zone=mapping.timezone, manager_of=mapping.mail.manager_of, clock=self.wall
            )
            mail = (
                ManagerMail(self.mailbox, voice, directory.names, directory.languages)
                if world.shape.mails
                else None
            )
            delivery = Fallback(NoteDelivery(desk, mapping, voice), mail, self.ledger.barred)
            teller = NoteUpdater(desk, mapping, voice)
            beside: dict[str, Any] = {"beside": self, "holders": holders}
            patience = {"wait_at_most": world.shape.patience, "tell_waiting": world.shape.tell_waiting}
            numbers = {**patience, **self.numbers}
            roles = Roles(judge, desk, issuer, delivery, teller, book, **beside, **numbers)
            ways[mapping.name] = Way(
                mapping.name, NAME, URL, mapping.table, roles, judge.wants, mapping.version
            )

        def orphans(claim: Claim) -> Roles:
            absent = OrphanRoles(claim.desk, claim.mapping)
            return Roles(absent, absent, issuer, absent, absent, book, holders=holders)

        return Sweep(
            ways,
            ledger,
            world.shape.workers,
            orphans,
            world.failed,
            cast("Event", NeverStopping()),
            self.clock,
            world.heard,
            every=EVERY / 4,
            turns=0.5 if world.shape.seed % 2 else 2,
            looks=Looks(self.mono),
        )
