"""One sweep over every mapping: recover and look after what is unfinished, then poll, and handle the oldest first.

One bad ticket, mapping or desk never stops the others: each is worked behind its own boundary (`guarded`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from threading import Event

from connector.errors import Down, Lost, PassdeskError
from connector.journey import handle
from connector.outcome import UNFINISHED, State
from connector.reasons import Reason
from connector.recovery import resume
from connector.report import Report
from connector.roles import Ledger, Rest, Roles, Sighting, Skip
from connector.settling import settle
from connector.ticket import Claim, Ticket

INTERRUPTED = frozenset({State.ISSUING, State.DELIVERING})
CHUNK = 50  # tickets that are taken, and whose notes are looked through, at once


@dataclass(frozen=True)
class Way:
    """One mapping, ready to be worked."""

    mapping: str
    desk: str  # its name in the configuration
    url: str
    roles: Roles
    digest: Callable[[Ticket], str]


@dataclass(frozen=True)
class Sweep:
    """`orphans` gives roles for a row whose mapping is gone from the configuration: its pass is still looked after."""

    ways: Mapping[str, Way]
    ledger: Ledger
    workers: int
    orphans: Callable[[Claim], Roles]
    failed: Callable[[str, Exception], None]
    stop: Event
    clock: Callable[[], float] = time.time

    def once(self, *, due: bool = False) -> Report:
        """The whole of it; `due`: what is unfinished only where its time has come. Raises Unwritten."""
        report = Report(names={way.url: way.desk for way in self.ways.values()})
        with ThreadPoolExecutor(self.workers, thread_name_prefix="ticket") as pool:
            self.recover(report, pool, due=due)
            self.fresh(report, pool)
            self.resume(report, pool, INTERRUPTED)  # a lost reply is looked into at once
        return report.finish(self.ledger)

    def due(self) -> None:
        """Only what is unfinished and whose time has come: so that no pass waits for the next poll."""
        with ThreadPoolExecutor(self.workers, thread_name_prefix="ticket") as pool:
            self.recover(Report(names={}), pool, due=True)

    def recover(self, report: Report, pool: ThreadPoolExecutor, *, due: bool = False) -> None:
        """Every unfinished row; what is free to begin again does so in the same sweep."""
        for states in (UNFINISHED, frozenset({State.CLAIMED})):
            self.resume(report, pool, states, due=due)

    def resume(self, report: Report, pool: ThreadPoolExecutor, states: frozenset[State], *, due: bool = False) -> None:
        list(pool.map(partial(self.work, report, resume), self.ledger.take_up(states, due=due)))

    def fresh(self, report: Report, pool: ThreadPoolExecutor) -> None:
        began = self.clock()
        polled = dict(zip(self.ways, pool.map(partial(self.poll, report), self.ways.values()), strict=True))
        for name, tickets in polled.items():
            if tickets is not None:
                report.seen += len(tickets)
                self.ledger.seen(self.ways[name].url, name, [each.id for each in tickets], began)
        wanted, contested = sort_out(polled)
        for chunk in chunks(wanted, CHUNK):
            if self.stop.is_set():
                return
            claims = [(claim, each) for name, each in chunk if (claim := self.take(report, name, each, began))]
            marked = self.strangers(report, claims)
            list(pool.map(lambda pair: self.work(report, partial(self.begin, pair[1]), pair[0]), marked))
        for ticket, names in contested:
            self.refuse(report, ticket, names, began)

    def poll(self, report: Report, way: Way) -> list[Ticket] | None:
        """None: the desk is down, which the report says."""
        try:
            return list(way.roles.desk.poll())
        except Down as down:
            report.down(down)
        except Exception as error:  # noqa: BLE001  # a broken mapping or desk never stops the others
            report.broke()
            self.failed(way.mapping, error)
        return None

    def take(self, report: Report, name: str, ticket: Ticket, began: float) -> Claim | None:
        if report.took_already(ticket.desk, ticket.id):  # recovery had it in this sweep
            return None
        taken = self.ledger.take(Sighting(ticket, name, self.ways[name].digest(ticket), began))
        return None if isinstance(taken, Skip) else taken

    def strangers(self, report: Report, claims: Sequence[tuple[Claim, Ticket]]) -> list[tuple[Claim, Ticket]]:
        """Mark tickets that carry a reference which the ledger doesn't know. One look for many; never for untouched ones."""
        found: dict[str, tuple[str, ...]] = {}
        for name in {claim.mapping for claim, ticket in claims if ticket.touched}:
            asked = [ticket for claim, ticket in claims if ticket.touched and claim.mapping == name]
            try:
                found |= self.ways[name].roles.desk.references(asked)
            except Down as down:  # the desk is down: each ticket will find out by itself
                report.down(down)
        known = self.ledger.knows({code_of(each) for every in found.values() for each in every})
        strange = {ticket: tuple(each for each in every if code_of(each) not in known) for ticket, every in found.items()}
        return [(claim, replace(ticket, strangers=strange.get(ticket.id, ()))) for claim, ticket in claims]

    @staticmethod
    def begin(ticket: Ticket, claim: Claim, roles: Roles) -> State:
        return handle(claim, ticket, roles)

    def work(self, report: Report, step: Callable[[Claim, Roles], State], claim: Claim) -> None:
        """Take one claim as far as it goes, behind its own boundary."""
        report.took(claim)
        way = self.ways.get(claim.mapping)
        try:
            if self.stop.is_set():
                self.hand_back(claim, Rest(Reason.RECOVERING, "passdesk is stopping."))
            elif claim.state is State.CLAIMED and (down := report.gave_up):
                self.hand_back(claim, Rest(Reason.DIRECTORY_UNREACHABLE, down.sentence))
            else:
                step(claim, way.roles if way else self.orphans(claim))
        except Down as down:
            report.down(down)
            reason = Reason.DIRECTORY_UNREACHABLE if down.service == "entra" else Reason.DESK_UNREACHABLE
            self.hand_back(claim, Rest(reason, down.sentence, wait=down.retry_after or 0))
        except Lost:
            return  # another worker, or a person, has it
        except Exception as error:  # noqa: BLE001  # a poisoned ticket never stops the others
            report.broke()
            self.failed(claim.number, error)
            self.hand_back(claim, Rest(Reason.RECOVERING, "Something unexpected went wrong; see the log."))

    def hand_back(self, claim: Claim, rest: Rest) -> None:
        try:
            self.ledger.hand_back(claim, rest)
        except PassdeskError:
            return  # it is another's by now, or its lease runs out

    def refuse(self, report: Report, ticket: Ticket, names: Sequence[str], began: float) -> None:
        """Two mappings want it: nobody can say which rules hold."""
        digest = sha256("\n".join(names).encode()).hexdigest()
        taken = self.ledger.take(Sighting(ticket, names[0], digest, began))
        if not isinstance(taken, Skip):
            detail = f"The mappings {' and '.join(names)} both want this ticket."

            def settled(claim: Claim, roles: Roles) -> State:
                return settle(roles.book.settling(claim, State.REFUSED, Reason.MAPPING_AMBIGUOUS, detail), roles)

            self.work(report, settled, taken)


def sort_out(
    polled: Mapping[str, Iterable[Ticket] | None],
) -> tuple[list[tuple[str, Ticket]], list[tuple[Ticket, list[str]]]]:
    """Tickets that one mapping wants, oldest first, and those that several do."""
    wanting: dict[tuple[str, str], list[tuple[str, Ticket]]] = {}
    for name, tickets in polled.items():
        for ticket in tickets or ():
            wanting.setdefault((ticket.desk, ticket.id), []).append((name, ticket))
    once = sorted((pairs[0] for pairs in wanting.values() if len(pairs) == 1), key=lambda pair: (pair[1].opened, pair[1].number))
    return once, [(pairs[0][1], [name for name, _ in pairs]) for pairs in wanting.values() if len(pairs) > 1]


def chunks(things: Sequence[tuple[str, Ticket]], size: int) -> Iterable[Sequence[tuple[str, Ticket]]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def code_of(reference: str) -> str:
    """TAP-7QK3F9C2-1 → TAP-7QK3F9C2"""
    return "-".join(reference.split("-")[:2])
