"""Times at which the variables of requested items were last written: by the same rows as their answers.
servicenow.md §11
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.desks.servicenow.cells import as_text
from connector.desks.servicenow.names import VARIABLE

Columns = tuple[str, tuple[str, ...], str]  # of the item, of the variable's name, of the time
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def time_of(row: Mapping[str, Any], column: str) -> str | None:
    """A time as the desk keeps it, which sorts by its letters. None: there is none, or it can't be read."""
    text = as_text(row.get(column)) or ""
    return text if _TIME.fullmatch(text) else None


@dataclass
class VariableTimes:
    """By item and variable, the times of all its rows; None among them: one can't be read."""

    found: dict[tuple[str, str], set[str | None]] = field(default_factory=dict)

    def note(self, prefix: str, columns: Columns, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write down the times of some rows of a table, whose names begin with `prefix`."""
        item, name, written = columns
        for row in rows:
            names = ".".join(as_text(row.get(each)) or "" for each in name)
            key = (as_text(row.get(item)) or "", prefix + names)
            self.found.setdefault(key, set()).add(time_of(row, written))

    def of(self, item: str, names: Sequence[str], answered: Mapping[str, str]) -> dict[str, str]:
        """The time at which each answered variable was last written; "" where it has no row, since its form
        says that it isn't there.
        """
        written: dict[str, str] = {}
        for name in names:
            times = self.found.get((item, _variable_of(name)), {""})
            if name in answered and None not in times:
                written[name] = max(each or "" for each in times)
        return written


def _variable_of(name: str) -> str:
    """The variable behind a name that leads on to a person."""
    if not name.startswith(VARIABLE):
        return name
    return VARIABLE + name.removeprefix(VARIABLE).partition(".")[0]
