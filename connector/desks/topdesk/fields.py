"""Fields of TOPdesk's records by their dotted paths, as the texts that mappings know. topdesk.md §3.1,
§0.8
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID = re.compile(ID.pattern, re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_DATE = re.compile(r".*Date|date[1-5]")


def shown(record: object, path: str) -> str | None:
    """A scalar as text; an empty one, or one behind an empty reference, is "". None: the record doesn't show
    it.

    A key that is missing is not null (§0.7). Moments are told in UTC, ids in small letters, whatever form
    they come in.
    """
    value, before = record, ""
    for name in path.split("."):
        if value is None:
            return ""
        if isinstance(value, str) and (before, name) == (
            "department",
            "name",
        ):  # it may come as its name alone (§6)
            break
        if not isinstance(value, dict) or name not in value:
            return None
        value, before = value[name], name
    text = as_text(value)
    return as_read(path, text) if text else text


def as_read(path: str, text: str) -> str:
    """The text of a field as mappings know it: ids in small letters, moments in UTC."""
    if _ID.fullmatch(text):
        return text.lower()
    return moment(text) if _DATE.fullmatch(path.rpartition(".")[2]) else text


def as_text(value: object) -> str | None:
    """A scalar as a text; None for anything else. A whole number has no point in it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).encode("utf-8", "replace").decode() if isinstance(value, str | int | float) else None


def moment(text: str) -> str:
    """`2026-01-31T12:13:02Z` of the forms `…Z`, `….303+0000` and `…+01:00`; any other text as it is."""
    at = when(text)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else text


def when(text: str) -> datetime | None:
    """A moment in UTC; None for what is none, or has no zone."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if _MOMENT.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None


def id_of(record: object) -> str | None:
    """A record's own id, in small letters; None where it is no record with a UUID."""
    found = record.get("id") if isinstance(record, dict) else None
    return found.lower() if isinstance(found, str) and _ID.fullmatch(found) else None
