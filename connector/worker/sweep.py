"""One sweep over every mapping: recover and look after what is unfinished, then poll, and handle the oldest
first.

One bad ticket, mapping or desk never stops the others: each is worked behind its own boundary (`work`,
`poll`, `take`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from threading import Event as StopEvent
from threading import Lock

from connector.domain import logger as log
from connector.domain.errors import Down, Lost, PassdeskError, Unwritten
from connector.domain.events import Event
from connector.domain.outcome import UNFINISHED, Decision, State
from connector.domain.reasons import Reason, waiting_for
from connector.domain.ticket import Claim, MappedTicket, Ticket
from connector.lifecycle.aftercare import watch
from connector.lifecycle.events import Listener, TicketEvent, announce, nobody, waits_as_before
from connector.lifecycle.giving_up import MOST_SURPRISES, UNEXPECTED, give_up, wait_after
from connector.lifecycle.journey import handle
from connector.lifecycle.recovery import resume
from connector.lifecycle.roles import Ledger, PolledTicket, Removed, Requeue, Roles, Skip
from connector.lifecycle.settling import settle
from connector.worker.crew import Crew
from connector.worker.line import HANDFUL, Handful, Line, Poll, Recover, Waiting
from connector.worker.report import Report

INTERRUPTED = frozenset({State.ISSUING, State.DELIVERING})
WATCHED = 600  # s past its start that an attempt is watched: our clock and Entra's may differ by as much
UNMAPPED = "unmapped"  # the digest of a ticket on which our own code fails
Noted = tuple[str, ...] | Exception  # the references on a ticket, or why it could not be looked at
Step = Callable[[Claim, Roles], State]


@dataclass(frozen=True)
class Way:
    """One mapping, ready to be worked."""

    mapping: str
    desk: str  # its name in the configuration
    url: str
    table: str
    roles: Roles
    wants: Callable[[Ticket], bool]
    version: str = ""


@dataclass
class Look:
    """One look at a desk, through several mappings. For threads."""

    desk: str
    left: int  # mappings that are still to be polled
    began: float
    shown: dict[str, list[Ticket] | None] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def took(self, mapping: str, tickets: list[Ticket] | None) -> bool:
        """Keep what one mapping's poll shows; True: it was the last."""
        with self.lock:
            self.shown[mapping] = tickets
            self.left -= 1
            return not self.left


@dataclass(frozen=True)
class Round:
    """What those share who work for one sweep."""

    report: Report
    line: Line
    crew: Crew


@dataclass(frozen=True)
class Sweep:
    """`orphans` gives roles for a row whose mapping is gone from the configuration: its pass is still looked
    after.
    """

    ways: Mapping[str, Way]
    ledger: Ledger
    workers: int
    orphans: Callable[[Claim], Roles]
    failed: Callable[[str, Exception], None]
    stop: StopEvent
    clock: Callable[[], float] = time.time
    listener: Listener = nobody
    wall: Callable[[], float] | None = None  # the machine's, where `clock` is the ledger's
    removed: Callable[[Sequence[Removed]], None] = lambda done: None  # hears what the ledger's care took out
    asked: set[str] = field(default_factory=set)  # services that were asked since the last sweep was kept
    every: float | None = None  # s between two polls of a desk within one sweep, while it works; None: one

    def once(self, *, due: bool = False) -> Report:
        """The whole of it; `due`: what is unfinished only where its time has come. Raises Unwritten."""
        report = Report(names={way.url: way.desk for way in self.ways.values()})
        try:
            self.ledger.watch_chain()
        except Unwritten as error:  # passes are looked after, and revoked, all the same
            report.not_kept(error)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="ticket") as pool:
            self.watch(report)
            self.recover(report, pool, due=due)
            self.fresh(report, pool, self.every if due else None)
            self.resume(report, pool, INTERRUPTED)  # a lost reply is looked into at once
        self.tend(report)
        return report.finish(self.ledger)

    def due(self) -> Report:
        """Only what is unfinished and whose time has come: so that no pass waits for the next poll."""
        report = Report(names={})
        with ThreadPoolExecutor(self.workers, thread_name_prefix="ticket") as pool:
            self.recover(report, pool, due=True)
        return report

    def tend(self, report: Report) -> None:
        """Let the ledger remove a little of what it keeps no longer: after the tickets, which never wait."""
        try:
            self.removed(self.ledger.tend())
        except Unwritten as error:
            report.not_kept(error)
        except Exception as error:  # noqa: BLE001  # what can't be removed stays, and stops no ticket
            report.broke()
            self.tell("ledger", error, None)

    def watch(self, report: Report) -> None:
        """Attempts that were called gone before their start: a POST may still arrive. Hardly ever there are
        any.
        """
        # The ledger's clock may be ahead for good, once the machine's was; a start is on Entra's.
        adrift = self.ledger.may_still_arrive(int(min(self.clock(), (self.wall or self.clock)())) - WATCHED)
        issuers = [way.roles.issuer for way in self.ways.values()]
        for attempt, now in adrift if issuers else ():
            try:
                watch(attempt, now, issuers[0])
            except Down as down:
                report.down(down)
                if not down.alone:
                    return
            except Exception as error:  # noqa: BLE001  # one attempt never keeps the others from being watched
                report.broke()
                self.tell(attempt.reference, error, None)

    def recover(self, report: Report, pool: ThreadPoolExecutor, *, due: bool = False) -> None:
        """Every unfinished row; what is free to begin again does so in the same sweep."""
        for states in (UNFINISHED, frozenset({State.CLAIMED})):
            self.resume(report, pool, states, due=due)

    def resume(
        self, report: Report, pool: ThreadPoolExecutor, states: frozenset[State], *, due: bool = False
    ) -> None:
        list(pool.map(partial(self.work, report, resume), self.take_up(states, due=due)))

    def take_up(self, states: frozenset[State], *, due: bool = False, limit: int = 1000) -> list[Claim]:
        """A ticket that was only taken, and never attempted, waits for a poll: nobody looked through its
        notes.
        """
        taken = self.ledger.take_up(states, due=due, limit=limit)
        begun = [claim for claim in taken if claim.state is not State.CLAIMED or claim.attempt]
        for claim in taken:
            if claim not in begun:
                self.hand_back(
                    claim, Requeue(Reason.RECOVERING, "It was interrupted before anything was done.")
                )
        return begun

    def fresh(self, report: Report, pool: ThreadPoolExecutor, every: float | None) -> None:
        """Poll each desk, and work what it shows as soon as it does: no desk waits for another."""
        line = Line(dict.fromkeys(way.url for way in self.ways.values()), self.workers, self.clock(), every)
        round_ = Round(report, line, Crew(pool))
        for desk in line.desks:
            self.look(round_, desk)
        round_.crew.finish()

    def look(self, round_: Round, desk: str) -> None:
        """Let each mapping of a desk be polled; whoever is the last lines up what all of them show."""
        names = [name for name, way in self.ways.items() if way.url == desk]
        look = Look(desk, len(names), self.clock())
        for name in names:
            round_.crew.begin(partial(self.polled, round_, look, name))

    def polled(self, round_: Round, look: Look, name: str) -> None:
        tickets = self.poll(round_.report, self.ways[name])
        self.note(round_.report, name, tickets, look.began)
        if look.took(name, tickets):
            more = round_.line.polled(look.desk, sort_out(look.shown, look.began))
            for _ in range(more):
                round_.crew.begin(partial(self.serve, round_))

    def serve(self, round_: Round) -> None:
        """Do what the line says is next, one work after the other until there is none."""
        job = None if self.stop.is_set() else round_.line.next(self.clock())
        if job is None:
            return
        more = False
        try:
            match job:
                case Recover():
                    claims = self.take_up(UNFINISHED, due=True, limit=HANDFUL)
                    more = len(claims) == HANDFUL
                    for claim in claims:
                        self.work(round_.report, resume, claim)
                case Poll(desk):
                    self.look(round_, desk)
                case Handful(_, tickets):
                    self.begin_some(round_.report, tickets)
        finally:
            round_.line.done(job, more=more)
        round_.crew.begin(partial(self.serve, round_))

    def begin_some(self, report: Report, tickets: Sequence[Waiting]) -> None:
        """Claim tickets, look through their notes together, and work one after the other."""
        taken = [pair for each in tickets if (pair := self.take(report, each))]
        several = {each.key: each.mappings for each in tickets if len(each.mappings) > 1}
        for claim, mapped in self.marked(report, taken):
            if names := several.get((claim.desk, claim.ticket)):
                self.work(report, partial(self.ambiguous, names), claim)
            else:
                self.work(report, partial(self.begin, mapped), claim)

    def poll(self, report: Report, way: Way) -> list[Ticket] | None:
        """Poll one mapping; None: the desk is down, which the report says."""
        before = way.roles.desk.ignored
        try:
            return list(way.roles.desk.poll())
        except Down as down:
            report.down(down)
        except Exception as error:  # noqa: BLE001  # a broken mapping or desk never stops the others
            report.broke()
            self.tell(way.mapping, error, way)
        finally:
            report.dropped(way.roles.desk.ignored - before)
        return None

    def take(self, report: Report, waiting: Waiting) -> tuple[Claim, MappedTicket] | None:
        """Claim a polled ticket; None: somebody else has it, there is nothing to do, or it can't be taken."""
        ticket, name = waiting.ticket, waiting.mappings[0]
        digest = digest_of(waiting.mappings) if len(waiting.mappings) > 1 else None
        if report.took_already(ticket.desk, ticket.id):  # recovery had it in this sweep
            return None
        way, mapped, broken = self.ways[name], MappedTicket(ticket, UNMAPPED), None
        sighting = PolledTicket(ticket, name, UNMAPPED, waiting.seen, way.version)
        try:
            mapped, wish = way.roles.judge.mapped(ticket), way.roles.judge.reissue_request(ticket)
            sighting = replace(
                sighting, digest=digest or mapped.digest, reissue_request=wish, look=mapped.look
            )
        except Exception as error:  # noqa: BLE001  # a poisoned ticket never stops the others
            broken = error
        try:
            taken = self.ledger.take(sighting)
        except Unwritten as error:
            report.not_kept(error)
            return None
        except Exception as error:  # noqa: BLE001  # nor does one that can't be written
            report.broke()
            self.tell(ticket.number, error, self.ways.get(name))
            return None
        if isinstance(taken, Skip):
            return None
        if taken.reason is None:  # one that waits keeps its reason: that it is taken again is no news
            announce(self.listener, TicketEvent(Event.CLAIMED, taken))
        if broken:
            self.broke(report, taken, broken, way.roles)
            return None
        return taken, mapped

    def note(self, report: Report, name: str, tickets: Sequence[Ticket] | None, began: float) -> None:
        """Keep in the ledger what a poll showed, or that it failed: one mapping's never stops the others."""
        try:
            if tickets is None:
                self.ledger.unseen(self.ways[name].url, name, began)
                return
            report.seen += len(tickets)
            self.ledger.seen(self.ways[name].url, name, [each.id for each in tickets], began)
        except Unwritten as error:
            report.not_kept(error)

    def marked(
        self, report: Report, taken: Sequence[tuple[Claim, MappedTicket]]
    ) -> list[tuple[Claim, MappedTicket]]:
        """Those whose notes were looked through; where the ledger can't tell whose they are, none is kept."""
        try:
            return self.strangers(report, taken)
        except Unwritten as error:
            report.not_kept(error)
        for claim, _ in taken:
            report.took(claim)
            self.hand_back(claim, Requeue(Reason.RECOVERING, "The ledger couldn't be read.", wait=30))
        return []

    def strangers(
        self, report: Report, claims: Sequence[tuple[Claim, MappedTicket]]
    ) -> list[tuple[Claim, MappedTicket]]:
        """Mark tickets that carry a reference which the ledger doesn't know: one look for many, never for
        untouched ones.

        Where the look can't be had, its tickets are handed back: without it nothing may be issued.
        """
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        blind: dict[tuple[str, str], Exception] = {}
        for name in sorted({claim.mapping for claim, each in claims if each.ticket.touched}):
            for ticket, noted in self.looked(
                name,
                [each.ticket for claim, each in claims if each.ticket.touched and claim.mapping == name],
            ):
                if isinstance(noted, Exception):
                    blind[ticket.desk, ticket.id] = noted
                else:
                    found[ticket.desk, ticket.id] = noted
        whose = self.ledger.whose(sorted({each for every in found.values() for each in every}))
        marked = []
        for claim, mapped in claims:
            ticket = mapped.ticket
            why = blind.get((ticket.desk, ticket.id))
            if isinstance(why, Down):
                report.down(why)
                report.took(claim)
                self.hand_back(claim, Requeue(waiting_for(why), why.sentence))
            elif why:
                self.broke(report, claim, why, self.ways[claim.mapping].roles)
            else:
                noted = found.get((ticket.desk, ticket.id), ())
                strange = tuple(each for each in noted if is_strange(ticket, whose.get(each)))
                marked.append((claim, replace(mapped, ticket=replace(ticket, foreign_references=strange))))
        return marked

    def looked(self, name: str, tickets: Sequence[Ticket]) -> list[tuple[Ticket, Noted]]:
        """The references on each; where one can't be looked at, the others are looked at alone."""
        try:
            every = self.ways[name].roles.desk.references(tickets)
        except Exception as error:  # noqa: BLE001  # a poisoned ticket never stops the others
            if len(tickets) == 1:
                return [(tickets[0], error)]
        else:
            return [(each, every.get(each.id, ())) for each in tickets]
        return [pair for each in tickets for pair in self.looked(name, [each])]

    def begin(self, mapped: MappedTicket, claim: Claim, roles: Roles) -> State:
        """Handle what a poll showed. Another mapping of the table may want it, too, though its own poll
        didn't show it.
        """
        mine = self.ways[claim.mapping]
        beside = [
            way
            for way in self.ways.values()
            if (way.url, way.table) == (mine.url, mine.table) and way is not mine
        ]
        names = [way.mapping for way in beside if way.wants(mapped.ticket)]
        if names:
            return self.ambiguous([claim.mapping, *names], claim, roles)
        return handle(claim, mapped, roles)

    def ambiguous(self, names: Sequence[str], claim: Claim, roles: Roles) -> State:
        """Two mappings want it: nobody can say which rules hold."""
        detail = f"The mappings {' and '.join(sorted(names))} both match this ticket."
        refused = Decision(State.REFUSED, Reason.MAPPING_AMBIGUOUS, detail, digest=digest_of(names))
        return settle(roles.book.settling(claim, refused), roles)

    def work(self, report: Report, step: Step, claim: Claim) -> None:
        """Take one claim as far as it goes, behind its own boundary."""
        report.took(claim)
        way = self.ways.get(claim.mapping)
        claim = replace(claim, version=way.version) if way else claim
        try:
            if self.stop.is_set():
                self.hand_back(claim, Requeue(Reason.RECOVERING, "passdesk is stopping."))
            else:
                step(claim, way.roles if way else self.orphans(claim))
        except Down as down:
            report.down(down)
            self.hand_back(claim, Requeue(waiting_for(down), down.sentence, wait=down.retry_after or 5))
        except Lost:
            pass  # another worker, or a person, has it
        except Unwritten as error:
            report.not_kept(error)
            self.hand_back(claim, Requeue(Reason.RECOVERING, "The ledger couldn't be written.", wait=30))
        except Exception as error:  # noqa: BLE001  # a poisoned ticket never stops the others
            report.broke()
            self.tell(claim.number, error, way)
            self.surprised(claim, way.roles if way else self.orphans(claim))
        finally:
            self.ledger.let_go(claim)

    def broke(self, report: Report, claim: Claim, error: Exception, roles: Roles) -> None:
        """A claim met something unexpected before it was begun."""
        report.took(claim)
        report.broke()
        self.tell(claim.number, error, self.ways.get(claim.mapping))
        self.surprised(claim, roles)
        self.ledger.let_go(claim)

    def surprised(self, claim: Claim, roles: Roles) -> None:
        """Hand back what met something unexpected, to be tried a few times; then it is given up."""
        if claim.surprises + 1 < MOST_SURPRISES:
            wait = wait_after(claim.surprises)
            self.hand_back(claim, Requeue(Reason.RECOVERING, UNEXPECTED, wait=wait, unexpected=True))
            return
        with suppress(PassdeskError):  # it is another's by now, or its lease runs out
            now = self.ledger.find(claim.desk, claim.ticket)
            if now and (now.owner, now.token) == (claim.owner, claim.token):
                give_up(replace(now, version=claim.version), roles, self.ledger)

    def hand_back(self, claim: Claim, rest: Requeue) -> None:
        with suppress(PassdeskError):  # it is another's by now, or its lease runs out
            if (after := self.ledger.hand_back(claim, rest)) is State.WAITING:
                news = not waits_as_before(claim, after, rest.reason)
                event = TicketEvent(Event.DEFERRED, claim, rest.reason, rest.detail, news=news)
                announce(self.listener, event)
        self.ledger.let_go(claim)

    def tell(self, what: str, error: Exception, way: Way | None) -> None:
        known = {"desk": way.desk, "mapping": way.mapping, "version": way.version} if way else {}
        with suppress(Exception), log.about(**known):  # whoever listens must not stop the others
            self.failed(what, error)


def digest_of(names: Sequence[str]) -> str:
    """The digest that a ticket with several mappings is judged on: until others want it, the answer is the
    same.
    """
    return sha256("\n".join(sorted(names)).encode()).hexdigest()


def is_strange(ticket: Ticket, owner: tuple[str, str] | None) -> bool:
    """Tell whether a reference on a ticket speaks of a pass that the ledger doesn't know. Another
    ticket's, quoted here, is known; the same ticket's under another address of the desk is not: it had its
    pass there.
    """
    return owner is None or (owner[1] == ticket.id and owner[0] != ticket.desk)


def sort_out(polled: Mapping[str, Iterable[Ticket] | None], began: float) -> list[Waiting]:
    """Tickets with the mappings that want them, oldest first."""
    wanting: dict[str, tuple[Ticket, list[str]]] = {}
    for name, tickets in polled.items():
        for ticket in tickets or ():
            wanting.setdefault(ticket.id, (ticket, []))[1].append(name)
    found = [Waiting(tuple(names), ticket, began) for ticket, names in wanting.values()]
    return sorted(found, key=lambda each: (each.ticket.opened, each.ticket.number))
