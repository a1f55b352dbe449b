"""Places in a mapping file, for sentences about what only the desk or the tenant can tell."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from connector.forms import marked_yaml
from connector.forms.marked_yaml import Document, Loc, Span
from connector.forms.mistakes import nearby


@cache
def _document(path: Path, version: str) -> Document:
    return marked_yaml.read(path)


def place_of(path: Path, text: str, *within: str, version: str = "") -> str:
    """`file:line:column` of the first key or value that is this text, below the keys `within`; else of these
    keys themselves. The file's name alone where it can't be read any more.
    """
    document = _document(path, version)
    found = _found(document, text, within) or document.values.get(within)
    return f"{nearby(path)}:{found.line}:{found.column}" if found else str(nearby(path))


def _found(document: Document, text: str, within: Loc) -> Span | None:
    keys = [(span, loc[-1]) for loc, span in document.keys.items() if loc[: len(within)] == within]
    values = [
        (span, _text(_at(document.data, loc)))
        for loc, span in document.values.items()
        if loc[: len(within)] == within and len(loc) > len(within)
    ]
    spans = [span for span, each in (*keys, *values) if each == text]
    return min(spans) if spans else None


def _at(data: Any, loc: Loc) -> Any:
    for part in loc:
        data = data[part]
    return data


def _text(value: Any) -> str | None:
    """A scalar as a mapping takes it: 6 is "6"."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else None
