"""From a row of the Table API to a ticket. facts/servicenow.md 1.3

All scalars are texts, booleans too; empty is "", and a field that the account may not read is left out.
"""

from __future__ import annotations

from collections.abc import Mapping as Fields
from dataclasses import dataclass

from connector.desks.encoded_query import SYS_ID
from connector.mapping.model import Mapping
from connector.ticket import Ticket

ALWAYS = ("sys_id", "number", "state", "active", "sys_mod_count", "sys_created_on", "opened_at", "work_notes_list")
# Never asked for: their display value is the whole history of notes. facts/servicenow.md 4.1
JOURNALS = frozenset({"work_notes", "comments", "comments_and_work_notes", "approval_history"})
# Only where `active` may not be read: 3 is On Hold on an incident and Closed Complete elsewhere. facts/servicenow.md 2.4, 5, 6
_CLOSED_INCIDENT, _CLOSED_TASK = frozenset({"6", "7", "8"}), frozenset({"3", "4", "7"})


@dataclass(frozen=True)
class Rows:
    """How one mapping's rows are asked for and read. `url` is the desk's."""

    mapping: Mapping
    url: str
    also: tuple[
        str, ...
    ] = ()  # columns that the table's other mappings watch: whether they want the ticket, too, is seen at once

    @property
    def columns(self) -> tuple[str, ...]:
        """The mapping's columns that are asked for: no journal, and never the field that passes go to."""
        unread = JOURNALS | {self.mapping.note.field}
        return tuple(name for name in dict.fromkeys((*self.mapping.columns, *self.also)) if name not in unread)

    @property
    def fields(self) -> str:
        """`sysparm_fields`."""
        return ",".join(dict.fromkeys((*ALWAYS, *self.columns)))

    def ticket(self, row: object) -> Ticket | None:
        """None where the row is no record with a sys_id."""
        sys_id = sys_id_of(row)
        if sys_id is None or not isinstance(row, dict):
            return None
        texts = {name: text for name, value in row.items() if (text := as_text(value)) is not None}
        mailed = texts.get("work_notes_list")
        return Ticket(
            desk=self.url,
            id=sys_id,
            number=number if (number := texts.get("number", "")) and number.isprintable() and len(number) <= 40 else sys_id,
            fields={name: texts[name] for name in self.columns if name in texts},
            open=self._open(texts),
            mailed=None if mailed is None else bool(mailed.strip()),
            opened=texts.get("sys_created_on") or texts.get("opened_at", ""),
            touched=texts.get("sys_mod_count") != "0",
        )

    def _open(self, texts: Fields[str, str]) -> bool:
        if "active" in texts:
            return texts["active"] != "false"
        closed = _CLOSED_INCIDENT if self.mapping.table == "incident" else _CLOSED_TASK
        return "state" in texts and texts["state"] not in closed


def sys_id_of(row: object) -> str | None:
    value = row.get("sys_id") if isinstance(row, dict) else None
    return value if isinstance(value, str) and SYS_ID.fullmatch(value) else None


def as_text(value: object) -> str | None:
    """A scalar, or the value of a reference that came with its link; None for anything else."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).encode("utf-8", "replace").decode() if isinstance(value, str | int) else None  # half a character is "?"
