"""From a row of the Table API to a ticket. servicenow.md §1.3

All scalars are texts, booleans too; empty is "", and a field that the account may not read is left out.
"""

from __future__ import annotations

from collections.abc import Mapping as Fields
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from connector.desks.servicenow.approved_columns import ApprovedColumns
from connector.desks.servicenow.cells import as_shown, as_text, sys_id_of
from connector.desks.servicenow.links import CLASS, links_of
from connector.desks.servicenow.links import columns as link_columns
from connector.desks.servicenow.names import DISPLAY, JOURNALS, approved_record, in_row, of_column
from connector.domain.ticket import Ticket
from connector.mapping.model import Mapping

ALWAYS = (
    "sys_id",
    "number",
    "state",
    "active",
    "sys_mod_count",
    "sys_created_on",
    "opened_at",
    "work_notes_list",
)
ITEM = "request_item"  # of a catalog task: the requested item that its variables belong to
AGENT, AGENT_MAIL = "assigned_to", "assigned_to.email"
# Only where `active` may not be read: 3 is On Hold on an incident and Closed Complete elsewhere.
# servicenow.md §2.4, §5, §6
_CLOSED_INCIDENT, _CLOSED_TASK = frozenset({"6", "7", "8"}), frozenset({"3", "4", "7"})


@dataclass(frozen=True)
class Rows:
    """Queries and rows of one mapping's table. `url` is the desk's."""

    mapping: Mapping
    url: str
    also: tuple[
        str, ...
        # columns that the table's other mappings watch: whether they want the ticket, too, is seen at once
    ] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every field of the ticket that is read, as mappings name it: no journal, and never the field that
        passes go to.
        """
        unread = JOURNALS | {self.mapping.note.field}
        return tuple(
            name
            for name in dict.fromkeys((*self.mapping.columns, *self.also))
            if of_column(name) not in unread
        )

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Pick the names that no row holds."""
        return tuple(name for name in self.names if not in_row(name))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that the names stand for, the one that leads to a task's variables, and what tells four
        eyes apart.
        """
        item = (ITEM,) if self.variables and self.mapping.table != "sc_req_item" else ()
        eyes = (AGENT, AGENT_MAIL, approved_record(self.mapping)) if self.mapping.allow.four_eyes else ()
        of_kind = (CLASS,) if self.mapping.table == "task" else ()
        ways = ApprovedColumns(self.mapping).references if self.mapping.asks_for_proof else ()
        own = map(of_column, filter(in_row, self.names))
        return tuple(dict.fromkeys([*own, *item, *filter(None, eyes), *of_kind, *ways]))

    @cached_property
    def fields(self) -> str:
        """`sysparm_fields`."""
        return ",".join(dict.fromkeys((*ALWAYS, *link_columns(self.mapping), *self.columns)))

    @cached_property
    def params(self) -> dict[str, str]:
        """The fields, and the form they come in: display values cost the desk time, so only where one is
        named (§1.2).
        """
        both = any(name.endswith(DISPLAY) for name in self.names)
        return {
            "sysparm_display_value": "all" if both else "false",
            "sysparm_exclude_reference_link": "true",
            "sysparm_fields": self.fields,
        }

    def ticket(self, row: object) -> Ticket | None:
        """Make a ticket of a row; None if the row is no record with a sys_id. Its variables are still to be
        read (variables.py), and whether others name it as their parent (children.py).

        `NAME@display` is what people see: times are in the account's zone and format, labels in its language
        (§3).
        """
        sys_id = sys_id_of(row)
        if sys_id is None or not isinstance(row, dict):
            return None
        texts = {name: text for name, value in row.items() if (text := as_text(value)) is not None}
        shown = {
            f"{name}{DISPLAY}": text for name, value in row.items() if (text := as_shown(value)) is not None
        }
        known, mailed = texts | shown, texts.get("work_notes_list")
        return Ticket(
            desk=self.url,
            id=sys_id,
            number=number
            if (number := texts.get("number", "")) and number.isprintable() and len(number) <= 40
            else sys_id,
            fields={
                name: known[name] for name in dict.fromkeys((*self.names, *self.columns)) if name in known
            },
            open=self._open(texts),
            mailed=None if mailed is None else bool(mailed.strip()),
            links=links_of(self.mapping, texts),
            created=created(texts.get("sys_created_on", "")),
            opened=texts.get("sys_created_on") or texts.get("opened_at", ""),
            touched=texts.get("sys_mod_count") != "0",
            agent=_agent(texts),
        )

    def _open(self, texts: Fields[str, str]) -> bool:
        if "active" in texts:
            return texts["active"] != "false"
        closed = _CLOSED_INCIDENT if self.mapping.table == "incident" else _CLOSED_TASK
        return "state" in texts and texts["state"] not in closed


@lru_cache(1000)
def created(text: str) -> int | None:
    """Epoch seconds of a stored time, which is UTC whatever the account's zone (§1.3); None: it is none."""
    try:
        return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def _agent(texts: Fields[str, str]) -> str | None:
    """Read with four eyes only. An agent without a mail address can't be told from one whose address may not
    be read.
    """
    return "" if texts.get(AGENT) == "" else texts.get(AGENT_MAIL, "").strip() or None
