"""Polls of a desk: what they show is kept in the ledger, and shared out among replicas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock

from connector.domain.errors import Down, Unwritten
from connector.domain.ticket import Ticket
from connector.lifecycle.ledger_roles import Noted
from connector.worker.boundary import Way
from connector.worker.handful import Handfuls
from connector.worker.line import Waiting
from connector.worker.report import Report
from connector.worker.turns import in_turn


@dataclass
class Look:
    """One look at a desk, through several mappings. For threads."""

    desk: str
    left: int  # mappings that are still to be polled
    began: float
    token: int  # of the poll
    shown: dict[str, list[Ticket] | None] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def took(self, mapping: str, tickets: list[Ticket] | None) -> bool:
        """Keep what one mapping's poll shows; True: it was the last."""
        with self.lock:
            self.shown[mapping] = tickets
            self.left -= 1
            return not self.left


@dataclass(frozen=True)
class Polling(Handfuls):
    """How the mappings of a desk are polled."""

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

    def note(self, report: Report, name: str, tickets: Sequence[Ticket] | None, look: Look) -> None:
        """Keep in the ledger what a poll showed, or that it failed: one mapping's never stops the others."""
        try:
            if tickets is None:
                self.ledger.unseen(look.desk, name, look.began, look.token)
                return
            report.seen += len(tickets)
            report.progress.add(total=len(tickets))
            self.ledger.seen(look.desk, name, [each.id for each in tickets], look.began, look.token)
        except Unwritten as error:
            report.not_kept(error)

    def shared_out(self, report: Report, look: Look) -> list[Waiting]:
        """What a poll of a desk shows, noted for every replica; not what two mappings want."""
        found = self.in_order(look.shown, look.began)
        noted = [
            Noted(look.desk, each.ticket.id, each.mappings[0], each.ticket.opened, look.began)
            for each in found
            if self.ledger.shared and len(each.mappings) == 1
        ]
        whole = all(tickets is not None for tickets in look.shown.values())
        try:
            there = self.ledger.end_poll(look.desk, look.token, look.began, noted, whole=whole)
        except Unwritten as error:
            report.not_kept(error)
            return found
        return [replace(each, noted=each.ticket.id in there) for each in found]

    def in_order(self, polled: Mapping[str, Iterable[Ticket] | None], began: float) -> list[Waiting]:
        """Tickets that polls show, each mapped, in the order in which a sweep takes them."""
        return in_turn(self.mapped(each) for each in sort_out(polled, began))

    def mapped(self, waiting: Waiting) -> Waiting:
        """Run the mapping on a ticket; where our own code fails on it, that is told in its turn."""
        with suppress(Exception):
            judge = self.ways[waiting.mappings[0]].roles.judge
            return replace(waiting, mapped=judge.mapped(waiting.ticket))
        return waiting


def sort_out(polled: Mapping[str, Iterable[Ticket] | None], began: float) -> list[Waiting]:
    """Tickets with the mappings that want them."""
    wanting: dict[str, tuple[Ticket, list[str]]] = {}
    for name, tickets in polled.items():
        for ticket in tickets or ():
            wanting.setdefault(ticket.id, (ticket, []))[1].append(name)
    return [Waiting(tuple(names), ticket, began) for ticket, names in wanting.values()]
