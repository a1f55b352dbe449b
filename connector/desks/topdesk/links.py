"""Links between calls, over which actions may be shown or copied. topdesk.md §11

A field that is missing is not an empty one (§0.7), so it is never taken for "no link".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LINKED = {
    "mainIncident": "it is a partial call of another one",
    "partialIncidents": "it has partial calls",
    "majorCall": "it is a major call",
    "majorCallObject": "it belongs to a major call",
}
PARTIAL = "it is a partial call"


def links_of(row: Mapping[str, Any]) -> str | None:
    """Name a call's links in words; "": there is none. None: something can't be read, and nothing else shows
    one.
    """
    status = row.get("status")
    partial = [PARTIAL] if isinstance(status, str) and status.lower().startswith("partial") else []
    links = ", ".join(partial + [words for name, words in LINKED.items() if _says(row.get(name))])
    known = isinstance(status, str) and all(name in row for name in LINKED)
    return links or ("" if known else None)


def _says(value: object) -> bool:
    """Tell whether a value is none of the empty ones: null, false, [], or a reference to nothing."""
    if isinstance(value, dict):
        return any(_says(each) for each in value.values())
    if isinstance(value, list):
        return bool(value)
    return bool(value) and str(value).strip().lower() not in ("", "false", "0")
