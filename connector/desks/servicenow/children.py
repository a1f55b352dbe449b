"""The children of tickets: records of the same table that name a ticket as their parent. servicenow.md §10"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connector.desks.servicenow.cells import as_text
from connector.desks.servicenow.links import CLASS, MAJOR, PARENT
from connector.desks.servicenow.query import among
from connector.desks.servicenow.replies import all_counted, listed, no_record, told_count
from connector.desks.servicenow.variables import UNREADABLE
from connector.domain.ticket import Ticket
from connector.http.service import Service
from connector.mapping.model import Mapping

AT_ONCE, MOST = 80, 1000  # tickets a question, which fits into an address, and rows a reply
CHILDREN = "other tickets name it as their parent"


@dataclass(frozen=True)
class Children:
    """The children of one mapping's tickets; nobody is asked where no note holds a pass. Reads only."""

    service: Service
    mapping: Mapping

    def filled(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """The same tickets, each with its children among its links. Raises Down."""
        asked = [each for each in tickets if self.mapping.notes_pass and each.links == ""]
        found: dict[str, str | None] = {}
        for start in range(0, len(asked), AT_ONCE):
            found |= self._links_of(asked[start : start + AT_ONCE])
        return [replace(each, links=found.get(each.id, each.links)) for each in tickets]

    def _links_of(self, tickets: Sequence[Ticket]) -> dict[str, str | None]:
        """Where rows are hidden or too many, half of the tickets are asked about, down to one: none keeps
        another back.
        """
        found, complete, widened = self._parents(tickets)
        if not complete and not widened and len(tickets) > 1:
            half = len(tickets) // 2
            return self._links_of(tickets[:half]) | self._links_of(tickets[half:])
        rest = "" if complete else None
        return {each.id: CHILDREN if each.id in found else rest for each in tickets}

    def _parents(self, tickets: Sequence[Ticket]) -> tuple[set[str], bool, bool]:
        """Those of the tickets that have children, whether these are all, and whether other rows came, too.

        The count knows no ACLs, so a child that may not be read is counted (§0.4); a dropped condition brings
        every row (§0.1). A row that hides why it came could be anybody's child.
        """
        names = (PARENT, MAJOR) if self.mapping.table == "incident" else (PARENT,)
        ids = [each.id for each in tickets]
        answer = self.service.read(
            "GET",
            f"/api/now/table/{self.mapping.table}",
            params={
                "sysparm_display_value": "false",
                "sysparm_exclude_reference_link": "true",
                "sysparm_suppress_pagination_header": "true",
                "sysparm_fields": ",".join(("sys_id", CLASS, *names)),
                "sysparm_query": "^OR".join(among(name, ids) for name in names),
                "sysparm_limit": str(MOST),
            },
        )
        if answer.status in UNREADABLE and not no_record(answer):
            return set(), False, True
        rows = [row for row in listed(answer, self.service.name, self.mapping.table) if isinstance(row, dict)]
        named = [{as_text(row.get(name)) for name in names} & {*ids} for row in rows]
        pairs = [*zip(rows, named, strict=True)]
        theirs = {each.id: each.fields.get(CLASS) for each in tickets} if self.mapping.table == "task" else {}
        found = {
            sys_id
            for row, those in pairs
            for sys_id in those
            if sys_id and theirs.get(sys_id) in (None, as_text(row.get(CLASS)))
        }
        unclear = any(
            as_text(row.get(name)) is None
            for row, those in pairs
            for name in ((CLASS,) * bool(theirs) if those else names)
        )
        complete = len(rows) < MOST and all_counted(answer, len(rows)) and not unclear
        return found, complete, not told_count(answer) or not (unclear or all(named))
