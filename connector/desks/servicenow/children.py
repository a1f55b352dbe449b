"""The children of tickets: records of the same table that name a ticket as their parent. servicenow.md §10"""

from __future__ import annotations

from collections.abc import Mapping as Fields
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from connector.desks.servicenow.cells import as_text, sys_id_of
from connector.desks.servicenow.links import CLASS, MAJOR, PARENT
from connector.desks.servicenow.query import among, is_one
from connector.desks.servicenow.replies import all_counted, listed, no_record, told_count
from connector.desks.servicenow.variables import UNREADABLE
from connector.domain.ticket import Ticket
from connector.http.service import Answer, Service
from connector.mapping.model import Mapping

ID_COLUMNS = 200  # ids that fit into an address
MOST, BESIDE = 1000, 100  # rows a reply, and rows of a reply that shows the ticket, too
CHILDREN = "other tickets name it as their parent"
Row = dict[str, Any]


@dataclass(frozen=True)
class Family:
    """A ticket's own row, and its children in words: "" is none, and None unknown."""

    row: Row
    children: str | None


@dataclass(frozen=True)
class Found:
    """Tickets that have children, whether these are all, and whether other rows came, too."""

    parents: set[str]
    complete: bool
    widened: bool


@dataclass(frozen=True)
class Children:
    """The children of one mapping's tickets; nobody is asked where no note holds a pass. Reads only."""

    service: Service
    mapping: Mapping

    @property
    def _names(self) -> tuple[str, ...]:
        return (PARENT, MAJOR) if self.mapping.table == "incident" else (PARENT,)

    def filled(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """The same tickets, each with its children among its links. Raises Down."""
        asked = [each for each in tickets if self.mapping.notes_pass and each.links == ""]
        found: dict[str, str | None] = {}
        at_once = ID_COLUMNS // len(self._names)
        for start in range(0, len(asked), at_once):
            found |= self._links_of(asked[start : start + at_once])
        return [replace(each, links=found.get(each.id, each.links)) for each in tickets]

    def with_parent(self, ticket: str, params: Fields[str, str]) -> Family | None:
        """A ticket and its children in one question; None where it is of no use, or doesn't show the ticket:
        then each is asked for by itself. `params` name the columns of the ticket, links among them.
        """
        if not self.mapping.notes_pass:
            return None
        query = "^OR".join(is_one(name, ticket) for name in ("sys_id", *self._names))
        answer = self._ask({**params, "sysparm_query": query, "sysparm_limit": str(BESIDE)})
        if answer.status in UNREADABLE:
            return None
        rows = self._rows(answer)
        own = [row for row in rows if sys_id_of(row) == ticket]
        if len(own) != 1:
            return None
        others = [row for row in rows if row is not own[0]]
        found = self._found(answer, others, {ticket: as_text(own[0].get(CLASS))}, BESIDE, beside=1)
        return Family(own[0], CHILDREN if found.parents else "" if found.complete else None)

    def counted(self) -> bool:
        """Tell whether an answer says how many rows there are: a proxy may drop that. Raises Down."""
        return told_count(self._ask({"sysparm_fields": "sys_id", "sysparm_limit": "1"}))

    def _links_of(self, tickets: Sequence[Ticket]) -> dict[str, str | None]:
        """Ask about half of the tickets where rows are hidden or too many, down to one: none keeps
        another back.
        """
        found = self._parents(tickets)
        if not found.complete and not found.widened and len(tickets) > 1:
            half = len(tickets) // 2
            return self._links_of(tickets[:half]) | self._links_of(tickets[half:])
        rest = "" if found.complete else None
        return {each.id: CHILDREN if each.id in found.parents else rest for each in tickets}

    def _parents(self, tickets: Sequence[Ticket]) -> Found:
        ids = [each.id for each in tickets]
        params = {
            "sysparm_display_value": "false",
            "sysparm_exclude_reference_link": "true",
            "sysparm_fields": ",".join(("sys_id", CLASS, *self._names)),
            "sysparm_query": "^OR".join(among(name, ids) for name in self._names),
            "sysparm_limit": str(MOST),
        }
        answer = self._ask(params)
        if answer.status in UNREADABLE and not no_record(answer):
            return Found(set(), complete=False, widened=True)
        classes = {each.id: each.fields.get(CLASS) for each in tickets}
        return self._found(answer, self._rows(answer), classes, MOST)

    def _found(
        self, answer: Answer, rows: list[Row], tickets: Fields[str, str | None], most: int, *, beside: int = 0
    ) -> Found:
        """The tickets, each with its class, that these rows name as a parent; `beside`: so many more came.

        The count knows no ACLs, so a child that may not be read is counted (§0.4); a dropped condition brings
        every row (§0.1). A row that hides why it came could be anybody's child.
        """
        names, of_task = self._names, self.mapping.table == "task"
        named = [{as_text(row.get(name)) for name in names} & {*tickets} for row in rows]
        pairs = [*zip(rows, named, strict=True)]
        parents = {
            sys_id
            for row, those in pairs
            for sys_id in those
            if sys_id and (not of_task or tickets[sys_id] in (None, as_text(row.get(CLASS))))
        }
        unclear = any(
            as_text(row.get(name)) is None
            for row, those in pairs
            for name in ((CLASS,) * of_task if those else names)
        )
        shown = len(rows) + beside
        complete = shown < most and all_counted(answer, shown) and not unclear
        return Found(parents, complete, not told_count(answer) or not (unclear or all(named)))

    def _ask(self, params: Fields[str, str]) -> Answer:
        path = f"/api/now/table/{self.mapping.table}"
        return self.service.read("GET", path, params={**params, "sysparm_suppress_pagination_header": "true"})

    def _rows(self, answer: Answer) -> list[Row]:
        return [row for row in listed(answer, self.service.name, self.mapping.table) if isinstance(row, dict)]
