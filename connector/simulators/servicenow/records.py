"""The instance's rows: what they hold, who may see what, and what a journal remembers."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from connector.simulators.servicenow.catalogue import catalogue_tables
from connector.simulators.servicenow.columns import Column, Table, shipped_tables
from connector.simulators.servicenow.history import History, history_table

FORMAT = "%Y-%m-%d %H:%M:%S"
Row = dict[str, str]
Copies = Literal["none", "down", "both"]
"""A business rule of the shop's own for work notes: from parents to their children, or back, too (§10)."""


@dataclass
class Access:
    """The fields that the service account may not see or change; nothing is said about it
    (servicenow.md §0.2, §1.3, §6).
    """

    hidden_rows: set[tuple[str, str]] = field(default_factory=set)  # table, sys_id
    hidden_fields: set[tuple[str, str]] = field(default_factory=set)  # table, column
    hidden_tables: set[str] = field(
        default_factory=lambda: {"sys_audit"}
    )  # 200 and no rows; the history of columns is for administrators (§11)
    forbidden_tables: set[str] = field(default_factory=set)  # 403
    read_only: set[tuple[str, str]] = field(
        default_factory=set
    )  # table, column: a write is dropped silently, a note's, too
    no_range: set[tuple[str, str]] = field(
        default_factory=set
    )  # table, column: no query_range; neither `>` nor an order on it

    def sees(self, table: str, sys_id: str) -> bool:
        return table not in self.hidden_tables and (table, sys_id) not in self.hidden_rows


@dataclass(frozen=True)
class Mail:
    """A mail of the instance about a journal entry, with its recipient (a user's sys_id, or an address)."""

    to: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Found:
    """A field of a row, perhaps behind references: its column, its value, and whether the account may read
    it.
    """

    column: Column
    value: str
    visible: bool = True


class Records:
    """Tables by name. Values are strings; date-times are UTC (`YYYY-MM-DD HH:MM:SS`), whole seconds."""

    def __init__(self, clock: Callable[[], float], *, zone: str = "UTC", seed: int = 0) -> None:
        self.clock = clock
        self.zone = ZoneInfo(zone)  # of the service account, for display values
        self.tables: dict[str, Table] = shipped_tables() | catalogue_tables()
        self.tables["sys_audit"], self.history = history_table(), History(seed)
        self.access = Access()
        self.mailed: list[Mail] = []
        self.copies: Copies = "none"
        self._lot = random.Random(seed)

    def now(self) -> str:
        return datetime.fromtimestamp(int(self.clock()), UTC).strftime(FORMAT)

    def new_id(self) -> str:
        return f"{self._lot.getrandbits(128):032x}"

    def insert(self, table: Table, fields: Row, by: str) -> Row:
        """A new row with every declared column; a task gets a number and is active."""
        row = dict.fromkeys(table.columns, "")
        now, sys_id = self.now(), self.new_id()
        row |= {"sys_id": sys_id, "sys_created_on": now, "sys_created_by": by, "sys_updated_on": now}
        row |= {"sys_updated_by": by, "sys_mod_count": "0", "sys_class_name": table.name}
        table.made += 1
        if table.prefix:
            row |= {"number": f"{table.prefix}{10_000 + table.made:07d}", "opened_at": now}
        if "active" in table.columns:
            row["active"] = "true"
        table.rows[sys_id] = row = row | fields
        _follow_state(table, row, fields)
        self._count_children(fields)
        return row

    def change(self, table: Table, row: Row, fields: Row, by: str) -> None:
        """Set the fields; without any, this is an update all the same (a journal entry is one)."""
        before = dict(row) if table.name in self.history.tables else {}
        parent = row.get("parent_incident", "")
        row |= fields
        self._count_children({**fields, "before": parent})
        row |= {"sys_updated_on": self.now(), "sys_updated_by": by}
        row["sys_mod_count"] = str(int(row["sys_mod_count"]) + 1)
        _follow_state(table, row, fields)
        self.history.keep(self.tables["sys_audit"], table, before, row, by, self.now())

    def append(self, table: Table, row: Row, element: str, text: str, by: str) -> None:
        """One more journal entry, and those that a rule copies."""
        self._append(table, row, element, text, by)
        if element == "work_notes" and self.copies != "none":
            for where, linked in self._linked(row):
                self._append(where, linked, element, text, by)

    def _linked(self, row: Row) -> list[tuple[Table, Row]]:
        """The records of the same table that a rule copies to: children, or parents, too."""
        table, up = self.tables[row["sys_class_name"]], self.copies == "both"
        names = [name for name in ("parent", "parent_incident") if name in table.columns]
        children = [each for each in table.rows.values() if any(each[n] == row["sys_id"] for n in names)]
        parents = [table.rows[row[name]] for name in names if up and row[name] in table.rows]
        return [(table, each) for each in (*children, *parents)]

    def _count_children(self, changed: Row) -> None:
        """Keep `child_incidents` of the parents that a change names."""
        incidents = self.tables["incident"].rows
        for key in {changed.get("parent_incident", ""), changed.get("before", "")}:
            if parent := incidents.get(key):
                parent["child_incidents"] = str(
                    sum(each["parent_incident"] == key for each in incidents.values())
                )

    def table_of(self, refers_to: str, key: str) -> Table | None:
        """The table that holds what a reference leads to: one to `task` leads to any table of tasks."""
        if refers_to == "task":
            every = (each for each in self.tables.values() if key in each.rows)
            return next(every, self.tables["task"])
        return self.tables.get(refers_to)

    def _append(self, table: Table, row: Row, element: str, text: str, by: str) -> None:
        """Comments are mailed to the caller, work notes to the work notes list; a shop's own aren't."""
        journal = self.tables["sys_journal_field"]
        entry = {"name": table.name, "element": element, "element_id": row["sys_id"], "value": text}
        self.insert(journal, entry, by)
        caller = row.get("caller_id") or row.get("requested_for", "")
        readers = {"work_notes": row["work_notes_list"].split(","), "comments": [caller]}.get(element, [])
        self.mailed += [Mail(reader.strip(), text) for reader in readers if reader.strip()]

    def entries(self, table: str, sys_id: str, element: str) -> list[Row]:
        """The journal entries of one field, oldest first; `comments_and_work_notes` is both."""
        elements = ("comments", "work_notes") if element == "comments_and_work_notes" else (element,)
        rows = self.tables["sys_journal_field"].rows.values()
        return [
            r for r in rows if (r["name"], r["element_id"]) == (table, sys_id) and r["element"] in elements
        ]

    def find(self, table: Table, row: Row | None, path: str) -> Found | None:
        """Follow a dotted path. None: there is no such column. An empty reference leads to an empty value."""
        name, _, rest = path.partition(".")
        column = table.columns.get(name)
        if column is None:
            return None
        visible = (table.name, name) not in self.access.hidden_fields
        value = row.get(name, "") if row else ""
        if not rest:
            return Found(column, value, visible)
        target = self.table_of(column.refers_to, value)
        if target is None:
            return None
        beyond = self.find(target, target.rows.get(value), rest)
        if beyond is None:
            return None
        seen = not value or self.access.sees(target.name, value)
        return Found(beyond.column, beyond.value, visible and seen and beyond.visible)

    def display(self, column: Column, value: str) -> str:
        """Make what a person reads: a label, a name, a time in the account's zone."""
        if column.kind == "datetime" and value:
            moment = datetime.strptime(value, FORMAT).replace(tzinfo=UTC)
            return moment.astimezone(self.zone).strftime(FORMAT)
        if column.kind == "reference":
            target = self.table_of(column.refers_to, value)
            row = target.rows.get(value) if target else None
            return row[target.display] if row and target else ""
        return column.choices.get(value, value)

    def journal(self, table: Table, sys_id: str, element: str) -> str:
        """A journal field in display mode: every entry in one text, newest first."""
        return "".join(
            f"{self.display(Column('', 'datetime'), entry['sys_created_on'])} - {entry['sys_created_by']} "
            f"({table.columns[entry['element']].label})\n{entry['value']}\n\n"
            for entry in reversed(self.entries(table.name, sys_id, element))
        )


def _follow_state(table: Table, row: Row, changed: Row) -> None:
    """Move what follows the state: `incident_state`, and whether the row is still active."""
    if "state" not in changed:
        return
    if "incident_state" in table.columns:
        row["incident_state"] = row["state"]
    if table.closed and "active" not in changed:
        row["active"] = "false" if row["state"] in table.closed else "true"
