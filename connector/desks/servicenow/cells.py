"""Cells of the Table API: scalars, alone or with a link or a display value. servicenow.md §1.3"""

from __future__ import annotations

from connector.desks.servicenow.query import SYS_ID


def sys_id_of(row: object) -> str | None:
    """The sys_id of a record, in each of the forms that a field comes in."""
    value = as_text(row.get("sys_id")) if isinstance(row, dict) else None
    return value if value and SYS_ID.fullmatch(value) else None


def as_text(value: object) -> str | None:
    """A scalar, or the value of a field that came with its link or display value; None for anything else."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str):
        return (
            value if value.isascii() else value.encode("utf-8", "replace").decode()
        )  # half a character: "?"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else None


def as_shown(value: object) -> str | None:
    """The display value of a field that came with one."""
    return as_text(value.get("display_value")) if isinstance(value, dict) else None
