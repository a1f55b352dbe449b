"""Lines of text in columns, the same on a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connector.forms.mistakes import printable


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """A line a row, each column as wide as its longest text. No text can steer a terminal."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in shown]
