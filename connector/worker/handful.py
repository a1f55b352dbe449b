"""A handful of tickets that one worker takes at once: claimed and looked through together, and worked one
after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from math import inf
from threading import Lock
from types import MappingProxyType

from connector.domain.errors import Down, Unwritten
from connector.domain.events import Event
from connector.domain.outcome import Decision, State
from connector.domain.reasons import Reason, waiting_for
from connector.domain.ticket import Claim, MappedTicket, Ticket
from connector.lifecycle.events import TicketEvent, announce
from connector.lifecycle.journey import handle
from connector.lifecycle.ledger_roles import PolledTicket, Requeue, Skip
from connector.lifecycle.rereading import Shown
from connector.lifecycle.roles import Desk, Roles
from connector.lifecycle.settling import settle
from connector.worker.boundary import Boundary, Way
from connector.worker.line import Waiting
from connector.worker.report import Report

UNMAPPED = "unmapped"  # the digest of a ticket on which our own code fails
Noted = tuple[str, ...] | Exception  # the references on a ticket, or why it could not be looked at


@dataclass
class TogetherRead:
    """Several tickets of one mapping, read with one request. It raises nothing: what it doesn't show is read
    alone, by a caller who can say why it can't be read.
    """

    desk: Desk
    tickets: Sequence[str]
    found: Mapping[str, Ticket] = field(default_factory=dict)
    least: int = 2  # of fewer, each is better read alone

    def read(self) -> None:
        if len(self.tickets) >= self.least:
            with suppress(Exception):
                self.found = self.desk.read_some(self.tickets)


class Hands:
    """The tickets that a process has in hand. What waits is judged before the ledger has its claim
    (decision 0027), so two of its threads must not take one ticket at a time. For threads.
    """

    def __init__(self) -> None:
        self._held, self._lock = set[tuple[str, str]](), Lock()

    def take(self, tickets: Sequence[Waiting]) -> list[Waiting]:
        """Take those that nobody has in hand."""
        with self._lock:
            free = [each for each in tickets if each.key not in self._held]
            self._held.update(each.key for each in free)
            return free

    def free(self, tickets: Sequence[Waiting]) -> None:
        with self._lock:
            self._held.difference_update(each.key for each in tickets)


class AtOnce:
    """A reading that is over when it begins, of which nobody knows how long ago that was."""

    def begin(self, work: Callable[[], None]) -> AtOnce:
        work()
        return self

    def wait(self) -> None:
        """Nothing is under way."""

    def age(self) -> float:
        return inf


@dataclass(frozen=True)
class Handfuls(Boundary):
    """How a worker goes about its tickets."""

    hands: Hands = field(default_factory=Hands, kw_only=True)

    def ask(self, tickets: Sequence[Waiting]) -> None:
        """Ask whom new tickets name, in one call for each mapping, before their turn. It decides nothing."""
        with suppress(Exception):  # what can't be asked, or is poisoned, is told of in its turn
            new = [each for each in tickets if self.ledger.row(*each.key) is None]
            for name in sorted({each.mappings[0] for each in new}) if len(new) > 1 else ():
                judge = self.ways[name].roles.judge
                mine = (each for each in new if each.mappings[0] == name)
                judge.ahead([each.mapped or judge.mapped(each.ticket) for each in mine])

    def pick(self, report: Report, size: int) -> bool:
        """Work some tickets that another replica's poll showed; False: there were none. None of their fields
        is known here, so they are read first.
        """
        try:
            noted = self.ledger.pick(self.ways.keys(), size)
        except Unwritten as error:
            report.not_kept(error)
            return False
        for name in sorted({each.mapping for each in noted}):
            mine = {each.ticket: each for each in noted if each.mapping == name}
            shown = self.read_noted(report, self.ways[name], sorted(mine))
            some = [
                Waiting((name,), shown[key].ticket, each.at) for key, each in mine.items() if key in shown
            ]
            some = [each for each in some if self.ways[name].wants(each.ticket)]
            self.begin_some(report, some, {each.key: shown[each.ticket.id] for each in some})
        return bool(noted)

    def read_noted(self, report: Report, way: Way, tickets: Sequence[str]) -> dict[str, Shown]:
        """Read noted tickets of a mapping, by their ids: the next poll notes again what can't be read."""
        reading = TogetherRead(way.roles.desk, tickets, least=1)
        underway = (way.roles.beside or AtOnce()).begin(reading.read)
        underway.wait()
        shown = {key: Shown(ticket, underway) for key, ticket in reading.found.items()}
        try:
            for key in tickets:
                if key not in shown and (ticket := way.roles.desk.read(key)):
                    shown[key] = Shown(ticket, AtOnce())
        except Down as down:
            report.down(down)
        except Exception as error:  # noqa: BLE001  # a poisoned ticket never stops the others
            report.broke()
            self.tell(way.mapping, error, way)
        return shown

    def begin_some(
        self,
        report: Report,
        tickets: Sequence[Waiting],
        shown: Mapping[tuple[str, str], Shown] = MappingProxyType({}),
        *,
        asked: bool = False,
    ) -> list[Waiting]:
        """Claim tickets, look through their notes together, and work one after the other. `shown`: those
        that were read just now. `asked`: whom they name was asked for. What this process has in hand already
        is left alone, and handed back.
        """
        mine = self.hands.take(tickets)
        try:
            self.begin_mine(report, mine, shown, asked=asked)
        finally:
            self.hands.free(mine)
        taken = {each.key for each in mine}
        return [each for each in tickets if each.key not in taken]

    def begin_mine(
        self,
        report: Report,
        tickets: Sequence[Waiting],
        shown: Mapping[tuple[str, str], Shown],
        *,
        asked: bool,
    ) -> None:
        """The same, with tickets that nobody else of this process has in hand."""
        taken = [pair for each in tickets if (pair := self.take(report, each))]
        report.progress.add(len(tickets) - len(taken))
        several = {each.key: each.mappings for each in tickets if len(each.mappings) > 1}
        marked = self.marked(report, taken)
        shown = {**shown, **self.read_together(marked, shown, asked=asked)}
        for claim, mapped in marked:
            if names := several.get((claim.desk, claim.ticket)):
                self.work(report, partial(self.ambiguous, names), claim)
            else:
                self.work(report, partial(self.begin, mapped, shown.get((claim.desk, claim.ticket))), claim)
            report.progress.add(1)

    def read_together(
        self,
        claims: Sequence[tuple[Claim, MappedTicket]],
        shown: Mapping[tuple[str, str], Shown],
        *,
        asked: bool = False,
    ) -> dict[tuple[str, str], Shown]:
        """Read several tickets of a mapping once more with one request, beside the question whom they name.
        What waited is likely to wait on: it isn't read; nor is what was `shown` just now.
        """
        found: dict[tuple[str, str], Shown] = {}
        for name in sorted({claim.mapping for claim, _ in claims}):
            roles = self.ways[name].roles
            some = [(claim, mapped) for claim, mapped in claims if claim.mapping == name]
            if len(some) < 2 or roles.beside is None:
                continue
            again = [
                claim.ticket
                for claim, _ in some
                if claim.reason is None and (claim.desk, claim.ticket) not in shown
            ]
            reading = TogetherRead(roles.desk, again)
            underway = roles.beside.begin(reading.read)
            if not asked:
                roles.judge.ahead([mapped for _, mapped in some])
            underway.wait()
            for ticket in reading.found.values():
                found[ticket.desk, ticket.id] = Shown(ticket, underway)
        return found

    def take(self, report: Report, waiting: Waiting) -> tuple[Claim, MappedTicket] | None:
        """Claim a polled ticket; None: somebody else has it, there is nothing to do, or it can't be taken."""
        ticket, name = waiting.ticket, waiting.mappings[0]
        digest = digest_of(waiting.mappings) if len(waiting.mappings) > 1 else None
        if report.took_already(ticket.desk, ticket.id):  # recovery had it in this sweep
            return None
        way, mapped, broken = self.ways[name], MappedTicket(ticket, UNMAPPED), None
        sighting = PolledTicket(ticket, name, UNMAPPED, waiting.seen, way.version, noted=waiting.noted)
        try:
            mapped = waiting.mapped or way.roles.judge.mapped(ticket)
            wish = way.roles.judge.reissue_request(ticket)
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

    def begin(self, mapped: MappedTicket, shown: Shown | None, claim: Claim, roles: Roles) -> State:
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
        return handle(claim, mapped, roles, shown)

    def ambiguous(self, names: Sequence[str], claim: Claim, roles: Roles) -> State:
        """Two mappings want it: nobody can say which rules hold."""
        detail = f"The mappings {' and '.join(sorted(names))} both match this ticket."
        refused = Decision(State.REFUSED, Reason.MAPPING_AMBIGUOUS, detail, digest=digest_of(names))
        return settle(roles.book.settling(claim, refused), roles)


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
