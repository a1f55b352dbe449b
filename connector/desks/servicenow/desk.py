"""ServiceNow's Table API as the Desk of one mapping. servicenow.md, above all §0

The server may drop a condition and return every ticket, apply a limit before the ACLs, leave fields out and
answer 200 to a write that it did half: so every row is checked again, a poll
ends where the count shows no more, else with an empty page, and what was set is read back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from connector.desks.servicenow.cells import sys_id_of
from connector.desks.servicenow.children import Children
from connector.desks.servicenow.journal import Journal
from connector.desks.servicenow.names import JOURNALS
from connector.desks.servicenow.query import LONGEST, SYS_ID, after, among, encoded
from connector.desks.servicenow.replies import all_counted, counted, listed, no_record, result
from connector.desks.servicenow.rows import Rows
from connector.desks.servicenow.variables import Variables
from connector.desks.servicenow.writer import Writer
from connector.domain import logger as log
from connector.domain.errors import Down
from connector.domain.events import Event
from connector.domain.outcome import Effect, NotYet
from connector.domain.receipts import WriteReceipt
from connector.domain.reference import find_all
from connector.domain.ticket import Ticket
from connector.http.service import Answer, Service
from connector.lifecycle.roles import TicketWrite
from connector.mapping.model import Mapping as MappingFile

PAGE, PAGES, AT_ONCE = 200, 1000, 100  # rows a page, pages, tickets a look into the journal
IDS = 20  # tickets that are read at once


class ServiceNowDesk:
    """One mapping's view. Service and sign-in are shared by the mappings of a desk.

    `ignored` counts the rows that polls got and that are no tickets of this mapping, since the start.
    """

    def __init__(self, service: Service, mapping: MappingFile, url: str, also: tuple[str, ...] = ()) -> None:
        """`url` is the desk's, `also` what the table's other mappings watch."""
        self._service, self._mapping, self._rows = service, mapping, Rows(mapping, url, also)
        self._path, self._url = path_of(mapping), url
        self._query = encoded(mapping.watch)
        self._variables, self._children = Variables(service, self._rows), Children(service, mapping)
        self._journal = Journal(service, mapping)
        self._writer = Writer(service, mapping, self._journal)
        self.ignored, self._told = 0, False

    def poll(self) -> Iterator[Ticket]:
        """A short page is the end only where no more are counted than it shows, since the limit comes before
        the ACLs; so is an empty one, and one where nothing is counted.
        """
        seen: set[str] = set()
        skipped = 0
        for _ in range(PAGES):
            page, answer = self._page(max(seen, default=""), skipped)
            if not page:
                skipped += PAGE
                if skipped >= counted(answer):
                    return
                continue
            before, skipped = len(seen), 0
            yield from self._watched(row for row in page if sys_id_of(row) not in seen)
            seen |= {sys_id for row in page if (sys_id := sys_id_of(row))}
            if len(seen) == before:
                self._stood_still()
                return
            if len(page) < PAGE and all_counted(answer, len(page)):
                return
        raise Down(
            self._service.name,
            f"the table {self._mapping.table} shows too many tickets; narrow the mapping's watch",
        )

    def read(self, ticket: str) -> Ticket | None:
        path, table = self._path_of(ticket), self._mapping.table
        row, variables, written = self._variables.with_item(ticket)
        family = self._children.with_parent(ticket, self._rows.params) if row is None else None
        if row is None and family is None:
            answer = self._service.read("GET", path, params=self._rows.params)
            if no_record(answer):
                return None
            row = result(answer, self._service.name, table)
        found = self._rows.ticket(family.row if family else row)
        if found is None or found.id != ticket:
            raise Down(
                self._service.name, f"the table {table} returned another record than the one asked for"
            )
        whole = (
            self._variables.filled([found])[0]
            if variables is None
            else replace(found, fields={**found.fields, **variables}, written=written)
        )
        if family and whole.links == "":
            return replace(whole, links=family.children)
        return whole if family else self._children.filled([whole])[0]

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        """Links and variables are asked for as in a poll. A row that came twice is left out."""
        wanted = [each for each in dict.fromkeys(tickets) if SYS_ID.fullmatch(each)]
        at_once = room_for_ids(self._mapping, self._rows, self._url)
        if not at_once:
            return {}
        found: list[Ticket] = []
        for start in range(0, len(wanted), at_once):
            found += self._asked_for(wanted[start : start + at_once])
        return {each.id: each for each in self._children.filled(self._variables.filled(found))}

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        """Each once, where it stands last. A journal that may not be read shows nothing; the marker, where
        there is one, does.
        """
        found: dict[str, list[str]] = {ticket.id: [] for ticket in tickets}
        for start in range(0, len(tickets), AT_ONCE):
            for note in self._journal.notes([ticket.id for ticket in tickets[start : start + AT_ONCE]]):
                found[note.ticket] += find_all(note.text)
        for ticket in tickets:
            found[ticket.id] += [
                each for each in find_all(self._marker(ticket)) if each not in found[ticket.id]
            ]
        return {
            sys_id: tuple(reversed(dict.fromkeys(reversed(every))))
            for sys_id, every in found.items()
            if every
        }

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        """The marker may have landed without the note: it tells only where a journal can't."""
        if self._mapping.note.field not in JOURNALS:
            return self._writer.shows(self._path_of(ticket.id), reference)
        noted = self._journal.shows(ticket.id, {reference})
        return reference in find_all(self._marker(ticket)) if noted is None else noted

    def ready(self) -> NotYet | None:
        """What it refuses to all the ledger knows: it keeps a route's rest for all processes."""
        return None

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        """One PATCH, where a field of its own for the pass doesn't need another (servicenow_writer.py)."""
        return self._writer.write(self._path_of(ticket), ticket, entry)

    def _watched(self, rows: Iterable[object]) -> Iterator[Ticket]:
        """Yield the rows of a page that match, with their variables; count the others."""
        tickets, shown = dict[str, Ticket](), 0
        for row in rows:
            shown += 1
            ticket = self._rows.ticket(row)
            if ticket and ticket.open and self._mapping.watch.matches(ticket.fields):
                tickets[ticket.id] = ticket
        self.ignored += shown - len(tickets)
        yield from self._children.filled(self._variables.filled([*tickets.values()]))

    def _asked_for(self, ids: Sequence[str]) -> list[Ticket]:
        """The rows of these tickets, whatever others come with them."""
        answer = self._service.read("GET", self._path, params=some_of(self._rows, ids))
        rows = listed(answer, self._service.name, self._mapping.table)
        tickets = [ticket for row in rows if (ticket := self._rows.ticket(row)) and ticket.id in ids]
        times = Counter(each.id for each in tickets)
        return [each for each in tickets if times[each.id] == 1]

    def _page(self, cursor: str, skipped: int) -> tuple[list[Any], Answer]:
        """A page of rows behind the cursor, and the answer, whose count knows no ACLs (§0.4)."""
        answer = self._service.read(
            "GET", self._path, params=page_of(self._rows, self._query, cursor, skipped)
        )
        return listed(answer, self._service.name, self._mapping.table), answer

    def _marker(self, ticket: Ticket) -> str:
        return ticket.fields.get(self._mapping.note.marker or "", "")

    def _path_of(self, ticket: str) -> str:
        if not SYS_ID.fullmatch(ticket):
            raise ValueError("a ticket is asked for by its sys_id: 32 hexadecimal digits")
        return f"{self._path}/{ticket}"

    def _stood_still(self) -> None:
        """The same rows came again: there may be more that are never shown."""
        if not self._told:
            self._told = True
            log.event(
                Event.PAGING_IGNORED,
                desk=self._service.name,
                mapping=self._mapping.name,
                cure="the account needs query_range on sys_id (ServiceNow, query ACLs)",
            )


def path_of(mapping: MappingFile) -> str:
    return f"/api/now/table/{mapping.table}"


def page_of(rows: Rows, query: str, cursor: str, skipped: int = 0) -> dict[str, str]:
    """Parameters for the page behind a cursor."""
    return {
        **rows.params,
        "sysparm_suppress_pagination_header": "true",
        "sysparm_query": after(query, cursor),
        "sysparm_limit": str(PAGE),
        **({"sysparm_offset": str(skipped)} if skipped else {}),
    }


def some_of(rows: Rows, ids: Sequence[str]) -> dict[str, str]:
    """Parameters for tickets by their ids."""
    return {
        **rows.params,
        "sysparm_suppress_pagination_header": "true",
        "sysparm_query": among("sys_id", ids),
        "sysparm_limit": str(len(ids)),
    }


def room_for_ids(mapping: MappingFile, rows: Rows, url: str) -> int:
    """Count the ids that fit into an address beside the columns, at most as many as are read at once."""
    one, two = (_length(url, mapping, some_of(rows, ["f" * 32] * count)) for count in (1, 2))
    return max(0, min(IDS, 1 + (LONGEST - one) // (two - one)))


def longest_query(mapping: MappingFile, url: str, also: tuple[str, ...]) -> int:
    """Characters of the longest address that a poll asks. Raises ValueError where `watch` can't be asked."""
    return _length(url, mapping, page_of(Rows(mapping, url, also), encoded(mapping.watch), "f" * 32))


def _length(url: str, mapping: MappingFile, params: Mapping[str, str]) -> int:
    return len(url + path_of(mapping) + "?" + urlencode(params, quote_via=quote, safe="$,"))
