"""ServiceNow's Table API as the Desk of one mapping. facts/servicenow.md, above all its section 0

The server may drop a condition and return every ticket, apply a limit before the ACLs, leave fields out and answer 200 to a
write that it did half: so every row is checked again, only an empty page ends a poll, and what was set is read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from connector.desks.encoded_query import SYS_ID, after, among, encoded
from connector.desks.servicenow_replies import dropped, listed, no_record, result, written
from connector.desks.servicenow_rows import JOURNALS, Rows, as_text, sys_id_of
from connector.errors import Down
from connector.http import Service
from connector.log import logger
from connector.mapping.model import Mapping as MappingFile
from connector.outcome import Again, DidNot, Effect
from connector.reasons import Reason
from connector.roles import Entry
from connector.secret import Secret
from connector.ticket import Ticket

PAGE, PAGES, AT_ONCE, NOTES = 200, 1000, 100, 10_000  # rows a page, pages, tickets a look into the journal, notes a page
LONGEST = 8192 - 64  # bytes of a URL: 8182 passed and 8347 got 414 (1.4)
REFERENCE = re.compile(r"\bTAP-[0-9A-HJKMNP-TV-Z]{8}(?:-\d+)?\b")
_JOURNAL = "/api/now/table/sys_journal_field"
_UNREADABLE = frozenset({400, 403, 404})  # what a journal that the account may not read can answer
_ONE = {"sysparm_display_value": "false", "sysparm_exclude_reference_link": "true"}
_LIST = {**_ONE, "sysparm_no_count": "true", "sysparm_suppress_pagination_header": "true"}


class ServiceNowDesk:
    """One mapping's view. Service and sign-in are shared by the mappings of a desk.

    `ignored` counts the rows that polls got and that are no tickets of this mapping, since the start.
    """

    def __init__(self, service: Service, mapping: MappingFile, url: str, also: tuple[str, ...] = ()) -> None:
        """`url` is the desk's, `also` what the table's other mappings watch.

        Raises ValueError where ServiceNow can't be asked for what the mapping watches.
        """
        self._service, self._mapping, self._rows = service, mapping, Rows(mapping, url, also)
        if not re.fullmatch(r"[a-z0-9_]+", mapping.table):
            raise ValueError(f"table: {mapping.table!r} can't be a table; its name is small letters, digits and _")
        self._path = f"/api/now/table/{mapping.table}"
        self._query = encoded(mapping.watch)
        self.ignored, self._told = 0, False
        longest = url + self._path + "?" + urlencode(self._page_of("f" * 32), quote_via=quote, safe="$,")
        if len(longest) > LONGEST:
            raise ValueError(
                f"watch: the query is {len(longest)} characters long, and ServiceNow takes {LONGEST}; name fewer values"
            )

    def poll(self) -> Iterator[Ticket]:
        """A short page is not the end, since the limit comes before the ACLs, and an empty one only where no more are counted."""
        seen: set[str] = set()
        skipped = 0
        for _ in range(PAGES):
            page, counted = self._page(max(seen, default=""), skipped)
            if not page:
                skipped += PAGE
                if skipped >= counted:
                    return
                continue
            before, skipped = len(seen), 0
            for row in page:
                sys_id, ticket = sys_id_of(row), self._rows.ticket(row)
                if sys_id in seen:
                    continue
                seen |= {sys_id} if sys_id else set()
                if ticket and ticket.open and self._mapping.watch.matches(ticket.fields):
                    yield ticket
                else:
                    self.ignored += 1
            if len(seen) == before:
                self._stood_still()
                return
        raise Down(self._service.name, f"the table {self._mapping.table} shows too many tickets; narrow the mapping's watch")

    def read(self, ticket: str) -> Ticket | None:
        answer = self._service.read("GET", self._path_of(ticket), params={**_ONE, "sysparm_fields": self._rows.fields})
        if no_record(answer):
            return None
        found = self._rows.ticket(result(answer, self._service.name, self._mapping.table))
        if found is None or found.id != ticket:
            raise Down(self._service.name, f"the table {self._mapping.table} is answered with another record than was asked for")
        return found

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        """Each once, where it stands last. A journal that may not be read shows nothing; the marker, where there is one, does."""
        found: dict[str, list[str]] = {ticket.id: [] for ticket in tickets}
        for start in range(0, len(tickets), AT_ONCE):
            for sys_id, note in self._notes([ticket.id for ticket in tickets[start : start + AT_ONCE]]):
                found[sys_id] += REFERENCE.findall(note)
        for ticket in tickets:
            marker = ticket.fields.get(self._mapping.note.marker or "", "")
            found[ticket.id] += [each for each in REFERENCE.findall(marker) if each not in found[ticket.id]]
        return {sys_id: tuple(reversed(dict.fromkeys(reversed(every)))) for sys_id, every in found.items() if every}

    def write(self, ticket: str, entry: Entry) -> Effect[bool]:
        """One PATCH. A journal can't be read back; a field of its own for the pass is, and nothing of it is kept."""
        rules, note, secret = self._mapping.note, entry.note, isinstance(entry.note, Secret)
        text = note.reveal() if isinstance(note, Secret) else note
        target = rules.field if secret else rules.plain
        body = {**entry.fields, **({target: "\n\n".join(filter(None, (entry.fields.get(target), text)))} if text else {})}
        checked = {name: value for name, value in entry.fields.items() if name not in JOURNALS | {rules.field, target}}
        own = [target] if secret and target not in JOURNALS else []
        params = {**_ONE, "sysparm_input_display_value": "false", "sysparm_fields": ",".join(["sys_id", *checked, *own])}
        reply = self._service.write("PATCH", self._path_of(ticket), params=params, json=body)
        if own and text and dropped(reply, target, text):
            return DidNot(Reason.DESK_UNREACHABLE, Again.COUNTED, f"the desk didn't take the field {target}")
        return written(reply, ticket, checked, hide=secret)

    def _page_of(self, cursor: str, skipped: int = 0) -> dict[str, str]:
        query = after(self._query, cursor)
        paged = {"sysparm_query": query, "sysparm_fields": self._rows.fields, "sysparm_limit": str(PAGE)}
        return {
            **_ONE,
            "sysparm_suppress_pagination_header": "true",
            **paged,
            **({"sysparm_offset": str(skipped)} if skipped else {}),
        }

    def _page(self, cursor: str, skipped: int) -> tuple[list[Any], int]:
        """A page of rows behind the cursor, and how many there are by the server's count, which knows no ACLs (0.4)."""
        answer = self._service.read("GET", self._path, params=self._page_of(cursor, skipped))
        counted = answer.headers.get("x-total-count", "")
        return listed(answer, self._service.name, self._mapping.table), int(counted) if counted.isdecimal() else 0

    def _notes(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """(sys_id, text) of each note, oldest first. A text is looked at and let go."""
        elements = among("element", sorted({self._mapping.note.field, self._mapping.note.plain}))
        query = f"element_idIN{','.join(ids)}^name={self._mapping.table}^{elements}^ORDERBYsys_created_on"
        params = {**_LIST, "sysparm_query": query, "sysparm_fields": "sys_id,element_id,value,sys_created_on"}
        seen: set[str] = set()
        for offset in range(0, PAGES * NOTES, NOTES):
            paged = {**params, "sysparm_limit": str(NOTES), "sysparm_offset": str(offset)}
            answer = self._service.read("GET", _JOURNAL, params=paged)
            if answer.status in _UNREADABLE:
                return
            page = [each for each in listed(answer, self._service.name, "sys_journal_field") if isinstance(each, dict)]
            fresh = [each for each in page if as_text(each.get("sys_id")) not in seen]
            for row in fresh:
                sys_id, text = as_text(row.get("element_id")), as_text(row.get("value"))
                if sys_id in ids and sys_id and text:
                    yield sys_id, text
            if len(page) < NOTES or not fresh:  # 10,000 notes of 100 tickets: a short page is the end here
                return
            seen |= {each for row in fresh if (each := as_text(row.get("sys_id")))}

    def _path_of(self, ticket: str) -> str:
        if not SYS_ID.fullmatch(ticket):
            raise ValueError("a ticket is asked for by its sys_id: 32 hexadecimal digits")
        return f"{self._path}/{ticket}"

    def _stood_still(self) -> None:
        """The same rows came again: there may be more that are never shown."""
        if not self._told:
            self._told = True
            logger.warning(
                "paging_ignored",
                desk=self._service.name,
                mapping=self._mapping.name,
                cure="the account needs query_range on sys_id (ServiceNow, query ACLs)",
            )
