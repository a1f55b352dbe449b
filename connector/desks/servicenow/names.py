"""Names in a mapping that are more than a column: display values, and the variables of a requested item.

`caller_id.name@display`           what people see of a column
`variables.NAME`                   a variable of the requested item, of a single-row variable set, too
`variables.NAME.COLUMN`            a column of the person whom a reference variable points to
`variable_sets.SET.NAME`           the same in a multi-row variable set, where it has exactly one row
"""

from __future__ import annotations

import re

from connector.forms.mistakes import quote
from connector.mapping.model import Mapping

DISPLAY, VARIABLE, ROW_SET = "@display", "variables.", "variable_sets."
# Never read with a ticket: their display value is the whole history of notes. servicenow.md §4.1
COMMENTS = "comments"  # the journal that callers read
JOURNALS = frozenset({"work_notes", COMMENTS, "comments_and_work_notes", "approval_history"})
MAILED = frozenset(
    {"work_notes_list", "watch_list", "additional_assignee_list", "group_list"}
)  # whom a desk mails notes to
_TABLES = {"sc_req_item", "sc_task"}  # variables attach to requested items (§5), and a task leads to one


def in_row(name: str) -> bool:
    """Tell whether a row of the table shows the field; variables are kept elsewhere."""
    return not name.startswith((VARIABLE, ROW_SET))


def of_column(name: str) -> str:
    """The column behind a name."""
    return name.removesuffix(DISPLAY)


def approved_record(mapping: Mapping) -> str:
    """The reference to the record that the approval stands on, as its field names it; "" for the ticket
    itself.
    """
    return of_column(mapping.allow.approval.field).rpartition(".")[0] if mapping.allow.approval else ""


def check(mapping: Mapping) -> None:
    """Raises ValueError with the key and the cure where ServiceNow can't be asked for a name, or can't be
    told to set it.
    """
    if not re.fullmatch(r"[a-z0-9_]+", mapping.table):
        raise ValueError(
            f"table: {quote(mapping.table)} can't be a table; its name is small letters, digits and _"
        )
    for name in mapping.columns:
        if sentence := _unreadable(name, mapping):
            raise ValueError(f"{name}: {sentence}")
    for condition in mapping.watch.conditions:
        if not _is_column(condition.field):
            raise ValueError(
                f"watch: ServiceNow can't be asked for {condition.field}; name a column, such as cat_item "
                "or state"
            )
    if mapping.allow.four_eyes and mapping.allow.approval and not in_row(mapping.allow.approval.field):
        raise ValueError(
            "allow.approval.field: nobody is on record as having approved a variable; write "
            "approval, for example"
        )
    note = {
        "note.field": mapping.note.field,
        "note.marker": mapping.note.marker,
        "note.plain": mapping.note.plain,
    }
    settled = [(f"settle.{outcome}", name) for outcome, fields in mapping.settle.items() for name in fields]
    for key, name in settled:
        if name in MAILED:
            raise ValueError(
                f"{key}: {name} would make the desk mail its notes out, with the pass in them; take it out"
            )
    for key, written in [*note.items(), *settled]:
        if written and not _is_column(written):
            raise ValueError(f"{key}: {written} can't be set; name a column of the table {mapping.table}")


def _is_column(name: str) -> bool:
    return in_row(name) and not name.endswith(DISPLAY)


def _unreadable(name: str, mapping: Mapping) -> str | None:
    parts, shown = of_column(name).split("."), name.endswith(DISPLAY)
    if in_row(name):
        never = shown and parts[-1] in JOURNALS | {mapping.note.field}
        return "passdesk can't read what was written there before; name another column" if never else None
    if mapping.table not in _TABLES:
        return (
            f"the table {mapping.table} has no variables; name one of its columns, or write table: "
            "sc_req_item"
        )
    if shown:
        return f"a variable has no display value; write {of_column(name)}"
    if name.startswith(ROW_SET) and len(parts) != 3:
        return "a multi-row variable set is read column by column; write variable_sets.SET.NAME"
    return None
