"""The notes of a table's journal, as far as the account may read them. servicenow.md §4.1

A text is looked at and let go. That no note is shown proves nothing while none is shown of any ticket: a
lacking right looks so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.desks.servicenow.cells import as_text
from connector.desks.servicenow.query import among
from connector.desks.servicenow.replies import counted, listed, no_record
from connector.desks.servicenow.variables import UNREADABLE
from connector.domain.reference import find_all
from connector.http.service import Answer, Service
from connector.mapping.model import Mapping

PAGES, NOTES, SOME = 1000, 10_000, 20  # pages, notes a page, and notes of any tickets that are looked at
_TABLE = "sys_journal_field"
_LIST = {
    "sysparm_display_value": "false",
    "sysparm_exclude_reference_link": "true",
    "sysparm_suppress_pagination_header": "true",
}


@dataclass(frozen=True)
class Note:
    """One entry; `id` is its own."""

    id: str | None
    ticket: str
    element: str | None
    text: str = field(repr=False)


@dataclass(frozen=True)
class Journal:
    """Notes on one mapping's tickets. Reads only."""

    service: Service
    mapping: Mapping

    def notes(self, tickets: Sequence[str]) -> Iterator[Note]:
        """List the notes of some tickets in the fields that we write to, oldest first; none if the journal
        may not be read.

        Raises Down.
        """
        seen: set[str | None] = set()
        for offset in range(0, PAGES * NOTES, NOTES):
            page = self._page(tickets, offset) or []
            fresh = [each for each in page if each.id not in seen]
            yield from (each for each in fresh if each.ticket in tickets and each.text)
            if len(page) < NOTES or not fresh:  # 10,000 notes of 100 tickets: a short page is the end here
                return
            seen |= {each.id for each in fresh if each.id}

    def shows(self, ticket: str, references: Collection[str]) -> bool | None:
        """Tell whether one note in the place for passes holds all of these. None: that can't be told.
        Raises Down.
        """
        page = self._page([ticket], 0) if references else None
        if page is None or len(page) == NOTES or any(each.ticket != ticket for each in page):
            return None  # a dropped condition brings notes of every ticket, and ours may come behind them
        mine = [each.text for each in page if each.element == self.mapping.note.field and each.text]
        if any(holds_all(text, references) for text in mine):
            return True
        return False if mine or self.readable() else None

    def readable(self) -> bool | None:
        """Tell whether notes in the place for passes can be read, on any ticket. None: none is shown, and
        none counted.

        Raises Down.
        """
        table, element = self.mapping.table, self.mapping.note.field
        query = {"sysparm_query": f"name={table}^element={element}", "sysparm_limit": str(SOME)}
        answer = self._ask({**query, "sysparm_fields": "name,element,value"})
        if _refused(answer):
            return False
        page = listed(answer, self.service.name, _TABLE)
        texts = [
            as_text(row.get("value"))
            for row in page
            if isinstance(row, dict) and _of(row) == (table, element)
        ]
        if any(texts):
            return True
        return False if texts or (not page and counted(answer)) else None  # the count knows no ACLs (§0.4)

    def _page(self, tickets: Sequence[str], offset: int) -> list[Note] | None:
        """Read one page of the journal; None if it may not be read."""
        elements = among("element", sorted({self.mapping.note.field, self.mapping.note.plain}))
        query = f"element_idIN{','.join(tickets)}^name={self.mapping.table}^{elements}^ORDERBYsys_created_on"
        fields = {
            "sysparm_fields": "sys_id,element_id,element,value,sys_created_on",
            "sysparm_no_count": "true",
        }
        answer = self._ask(
            {**fields, "sysparm_query": query, "sysparm_limit": str(NOTES), "sysparm_offset": str(offset)}
        )
        if _refused(answer):
            return None
        return [_note(each) for each in listed(answer, self.service.name, _TABLE) if isinstance(each, dict)]

    def _ask(self, params: dict[str, str]) -> Answer:
        return self.service.read("GET", f"/api/now/table/{_TABLE}", params={**_LIST, **params})


def holds_all(text: str, references: Collection[str]) -> bool:
    """Tell whether a text holds all of these references of ours, and there is at least one."""
    return bool(references) and set(references) <= set(find_all(text))


def _refused(answer: Answer) -> bool:
    return answer.status in UNREADABLE and not no_record(answer)


def _note(row: dict[str, Any]) -> Note:
    ticket, text = as_text(row.get("element_id")) or "", as_text(row.get("value")) or ""
    return Note(as_text(row.get("sys_id")), ticket, as_text(row.get("element")), text)


def _of(row: dict[str, Any]) -> tuple[str | None, str | None]:
    return as_text(row.get("name")), as_text(row.get("element"))
