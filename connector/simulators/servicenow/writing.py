"""Writes: what lands, what is dropped without a word, and what a data policy refuses (servicenow.md §4.1,
§6).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from connector.simulators.servicenow.answers import Refusal
from connector.simulators.servicenow.columns import Column, Table
from connector.simulators.servicenow.records import FORMAT, Records, Row


def create(
    records: Records, table: Table, body: Mapping[str, object], by: str, *, as_display: bool = False
) -> Row:
    """POST: a new row."""
    fields, entries = _accepted(records, table, body, as_display)
    _data_policy(table, fields)
    row = records.insert(table, fields, by)
    for element, text in entries.items():
        records.append(table, row, element, text, by)
    return row


def update(
    records: Records, table: Table, row: Row, body: Mapping[str, object], by: str, *, as_display: bool = False
) -> None:
    """PATCH and PUT alike: only what is sent changes. Journals get one more entry each time."""
    fields, entries = _accepted(records, table, body, as_display)
    changed = {name: value for name, value in fields.items() if row[name] != value}
    if "state" in changed:
        _data_policy(table, row | changed)
    for element, text in entries.items():
        records.append(table, row, element, text, by)
    if changed or entries:
        records.change(table, row, changed, by)


def _accepted(
    records: Records, table: Table, body: Mapping[str, object], as_display: bool
) -> tuple[Row, Row]:
    """The fields and the journal entries that land. All else is dropped, and the answer is 200 all the
    same.
    """
    fields: Row = {}
    entries: Row = {}
    for name, sent in body.items():
        column = table.columns.get(name)
        if column is None or name.startswith("sys_") or (table.name, name) in records.access.read_only:
            continue
        value = _text(sent)
        if column.kind == "journal":
            if value:
                entries[name] = value
            continue
        if column.kind == "encrypted" and not as_display:
            continue
        if as_display:
            value = _from_display(records, column, value)
        if value and column.choices and value not in column.choices:
            continue
        fields[name] = value[: column.longest or None]
    return fields, entries


def _text(sent: object) -> str:
    if isinstance(sent, bool):
        return "true" if sent else "false"
    return "" if sent is None else str(sent)


def _from_display(records: Records, column: Column, value: str) -> str:
    """The value behind what a person would type; what is no display value is taken as it is."""
    if column.kind == "reference":
        target = records.tables.get(column.refers_to)
        rows = target.rows.values() if target else ()
        return next((row["sys_id"] for row in rows if target and row[target.display] == value), value)
    if column.kind == "datetime" and value:
        try:
            moment = datetime.strptime(value, FORMAT).replace(tzinfo=records.zone)
        except ValueError:
            return ""
        return moment.astimezone(UTC).strftime(FORMAT)
    return next((stored for stored, label in column.choices.items() if label == value), value)


def _data_policy(table: Table, row: Row) -> None:
    """An incident is resolved or closed with a code and notes only, say. The message names labels, not
    columns.
    """
    for policy in table.policies:
        missing = [table.columns[name].label for name in policy.mandatory if not row.get(name)]
        if row.get("state") in policy.states and missing:
            detail = f"Data Policy Exception: The following fields are mandatory: {', '.join(missing)}"
            raise Refusal(403, "Operation Failed", detail)
