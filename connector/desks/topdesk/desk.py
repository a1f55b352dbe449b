"""TOPdesk's incidents as the Desk of one mapping. topdesk.md, above all §0

An empty list has no body, a full page is a 206, a filter may hide rows or be dropped, and names of parameters
differ between versions: so every row is checked again, and what was learnt of a desk is remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.desks.topdesk.fields import ID
from connector.desks.topdesk.names import of_card
from connector.desks.topdesk.pages import NEW, OLD, ListRefused, PagingIgnored, PagingParameters, rows
from connector.desks.topdesk.persons import Persons
from connector.desks.topdesk.query import among_ids, fiql
from connector.desks.topdesk.replies import BARE, MISSING, listed, unreadable
from connector.desks.topdesk.rows import Rows
from connector.desks.topdesk.trail import Trail
from connector.desks.topdesk.writer import Writer
from connector.domain.errors import Down
from connector.domain.outcome import Effect, NotYet
from connector.domain.receipts import WriteReceipt
from connector.domain.reference import find_all
from connector.domain.ticket import Ticket
from connector.domain.trouble import note_route
from connector.http.service import Answer, Service
from connector.lifecycle.roles import TicketWrite
from connector.mapping.model import Mapping as MappingFile

INCIDENTS = "/tas/api/incidents"
WHAT = "the list of incidents"
IDS = 20  # calls that are read at once


@dataclass(frozen=True)
class Version:
    """Names of parameters in a version of the API; only asking tells the version (§2.1)."""

    names: PagingParameters
    order: Mapping[str, str]


VERSIONS = (Version(NEW, {"sort": "creationDate:asc"}), Version(OLD, {"order_by": "creation_date ASC"}))


class TOPdeskDesk:
    """One mapping's view. Service and sign-in are shared by the mappings of a desk.

    `ignored` counts the rows that polls got and that are no tickets of this mapping, since the start.
    """

    def __init__(self, service: Service, mapping: MappingFile, url: str, also: tuple[str, ...] = ()) -> None:
        """`url` is the desk's, `also` what its other mappings watch."""
        self._service, self._mapping, self._rows = service, mapping, Rows(mapping, url, also)
        self._query = fiql(mapping.watch)
        self._trail, self._persons = Trail(service), Persons(service, self._rows)
        self._writer = Writer(service, self._trail, note_route(mapping.name), url)
        self._versions: tuple[Version, ...] = VERSIONS  # the one that worked last comes first
        self.ignored = 0

    def poll(self) -> Iterator[Ticket]:
        """All rows are read before the first is handed on: what is settled meanwhile would move the pages."""
        self._persons.forget()
        found = [ticket for row in self._listed() if (ticket := self._watched(row))]
        yield from found

    def read(self, ticket: str) -> Ticket | None:
        """A desk that shows no call at all, say for want of a permission, doesn't say that this one is
        gone.
        """
        answer = self._service.read("GET", self._path_of(ticket), bare=BARE)
        if answer.status in MISSING and self._lists():
            return None
        found = self._rows.ticket(answer.json) if answer.status == 200 else None
        if answer.status != 200:
            raise unreadable(answer, self._service.name, "the incident")
        if found is None or found.id != ticket:
            raise Down(self._service.name, "an incident returned another record than the one asked for")
        return self._persons.filled(found)

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        """Partial and archived calls are in no such list, and a call that comes twice is left out. So is one
        whose caller's card can't be read.
        """
        wanted = [each for each in dict.fromkeys(tickets) if ID.fullmatch(each)]
        found: dict[str, Ticket] = {}
        for start in range(0, len(wanted), IDS):
            ids = wanted[start : start + IDS]
            shown = [ticket for row in self._by_ids(ids) if (ticket := self._rows.ticket(row))]
            times = Counter(each.id for each in shown)
            once = [each for each in shown if each.id in ids and times[each.id] == 1]
            found |= {each.id: whole for each in once if (whole := self._with_card(each))}
        return found

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        """Each once, where it stands last. A trail that may not be read shows nothing; the marker, where
        there is one, does.
        """
        found = {ticket.id: self._shown(ticket) for ticket in tickets}
        return {key: tuple(reversed(dict.fromkeys(reversed(every)))) for key, every in found.items() if every}

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        """Only an action of ours that the caller doesn't see counts: the marker may have landed without it,
        and what colleagues write may quote one that callers see.
        """
        actions = self._trail.actions(self._path_of(ticket.id)) or ()
        mine = self._writer.ours([each for each in actions if reference in each.references])
        return bool(mine) and all(each.invisible for each in mine)

    def ready(self) -> NotYet | None:
        """What it does to every note the ledger knows: it keeps a route's rest for all processes."""
        return None

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        """One PATCH, and what proves it (topdesk_writer.py)."""
        return self._writer.write(self._path_of(ticket), ticket, entry)

    def _shown(self, ticket: Ticket) -> list[str]:
        actions = self._trail.actions(self._path_of(ticket.id)) or ()
        every = [reference for each in actions for reference in each.references]
        marker = ticket.fields.get(self._mapping.note.marker or "", "")
        return every + [each for each in find_all(marker) if each not in every]

    def _listed(self) -> list[dict[str, Any]]:
        """Raises Down with what TOPdesk says of the query, where it is refused under every name."""
        first: Answer | None = None
        for version in self._versions:
            params = {"query": self._query, **version.order}
            try:
                found = rows(self._service, INCIDENTS, WHAT, params, version.names)
            except ListRefused as refused:
                first = first or refused.answer
                if refused.answer.status != 400:
                    break
            except PagingIgnored:
                continue
            else:
                self._versions = (version, *(each for each in VERSIONS if each is not version))
                return found
        if first is None:
            raise Down(self._service.name, f"{WHAT} shows its first page again and again")
        raise unreadable(first, self._service.name, WHAT)

    def _watched(self, row: object) -> Ticket | None:
        """With its caller's card, which is read only where all the rest matches. What is no ticket of ours is
        counted.
        """
        ticket, conditions = self._rows.ticket(row), self._mapping.watch.conditions
        if (
            ticket
            and ticket.open
            and all(each.holds(ticket.fields) for each in conditions if not of_card(each.field))
        ):
            filled = self._filled(ticket)
            if self._mapping.watch.matches(filled.fields):
                return filled
        self.ignored += 1
        return None

    def _by_ids(self, ids: Sequence[str]) -> list[Any]:
        """One page. None where it is refused under every name: then each call is read alone. Raises Down."""
        for version in self._versions:
            params = {"query": among_ids(ids), version.names.size: str(IDS)}
            answer = self._service.read("GET", INCIDENTS, params=params, bare=BARE)
            if answer.status != 400:
                return listed(answer, self._service.name, WHAT)
        return []

    def _filled(self, ticket: Ticket) -> Ticket:
        """One card that can't be read keeps no other ticket back: its fields are absent, so this ticket
        waits.
        """
        return self._with_card(ticket) or ticket

    def _with_card(self, ticket: Ticket) -> Ticket | None:
        """The ticket with what its caller's card says; None where the desk doesn't answer for the card."""
        try:
            return self._persons.filled(ticket)
        except Down:
            return None

    def _lists(self) -> bool:
        """Tell whether the account sees calls at all."""
        answer = self._service.read("GET", INCIDENTS, bare=BARE)
        return answer.status in (200, 204, 206)

    def _path_of(self, ticket: str) -> str:
        if not ID.fullmatch(ticket):
            raise ValueError("a ticket is asked for by its id: a UUID in small letters")
        return f"{INCIDENTS}/id/{ticket}"
