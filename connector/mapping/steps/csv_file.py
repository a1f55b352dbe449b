"""Tables for `lookup` that stand in files of their own: two columns, such as a spreadsheet saves them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from connector.domain.same_text import folded
from connector.forms.mistakes import Mistake, quote
from connector.mapping.steps import LONGEST

MOST_BYTES = 5_000_000
_MOST_SHOWN = 20  # mistakes of one file: beyond them it is the wrong file

CsvRow = tuple[int, list[str]]  # its line, from 1


@dataclass(frozen=True)
class CsvFile:
    """`unreadable`: why it is no table at all, to be said where it is named. The table is empty where there
    are mistakes.
    """

    path: Path
    table: Mapping[str, str] = field(default_factory=dict, repr=False)
    digest: str = ""  # SHA-256 of its bytes, hex
    unreadable: str = ""
    mistakes: tuple[Mistake, ...] = ()

    @classmethod
    def read(cls, path: Path) -> CsvFile:
        """Never raises."""
        name = quote(path.name)
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return cls(
                path, unreadable=f"there is no file {name} beside the mapping; write one, or name another"
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "its name can't be one"
            return cls(
                path, unreadable=f"the file {name} can't be read ({why}); see who owns it and who may read it"
            )
        if len(raw) > MOST_BYTES:
            return cls(
                path,
                unreadable=(
                    f"the file {name} is larger than 5 MB; keep the lines that are needed, or split it"
                ),
            )
        try:
            lines = list(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            sentence = "this is not UTF-8; save the file as CSV UTF-8"
            return cls(path, digest=sha256(raw).hexdigest(), mistakes=(Mistake(path, line, 1, "", sentence),))
        table, found = _table(path, lines)
        return cls(path, {} if found else table, sha256(raw).hexdigest(), mistakes=tuple(found[:_MOST_SHOWN]))


def _table(path: Path, lines: list[str]) -> tuple[dict[str, str], list[Mistake]]:
    table: dict[str, str] = {}
    first: dict[str, tuple[int, str]] = {}  # by its key, capitals apart: its line and value
    found: list[Mistake] = []
    separator = _separator(lines)
    for line, cells in _rows(lines, separator):
        sentence = _wrong(cells, separator)
        key = cells[0].strip() if cells else ""
        if not sentence:
            sentence = _twice(key, cells[1].strip(), table, first)
        if sentence:
            found.append(Mistake(path, line, 1, "", sentence, lines[line - 1].rstrip("\r\n")))
        else:
            table[key] = cells[1].strip()
            first.setdefault(folded(key), (line, table[key]))
    if not table and not found:
        found.append(
            Mistake(
                path, 1, 1, "", f"the table is empty; write a line for each key, such as KEY{separator}VALUE"
            )
        )
    return table, found


def _twice(key: str, value: str, table: Mapping[str, str], first: Mapping[str, tuple[int, str]]) -> str:
    """Keys that differ in capitals alone may stand beside each other where they give the same."""
    line, before = first.get(folded(key), (0, value))
    if key in table:
        return f"the key {quote(key)} is here twice, first on line {line}; keep one"
    if before == value:
        return ""
    return (
        f"the key {quote(key)} is here twice but for capitals, first on line {line}, and not with the same; "
        "keep one"
    )


def _separator(lines: list[str]) -> str:
    """`;` where it makes two columns of the first line that has any, as spreadsheets write it in much of
    Europe; else a comma.
    """
    filled = next((line for line in lines if line.strip()), "")
    return ";" if any(len(cells) == 2 for _, cells in _rows([filled], ";")) else ","


def _rows(lines: list[str], separator: str) -> Iterator[CsvRow]:
    """Each filled line; one that isn't CSV has no cells, and neither has what follows it."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    at = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield min(at, len(lines)), []
            return
        if any(cell.strip() for cell in cells):
            yield at, cells
        at = reader.line_num + 1


def _wrong(cells: list[str], separator: str) -> str:
    if not cells:
        return (
            'a quote is opened or closed in the middle of a text; put the whole text in quotes, and write " '
            "in it twice"
        )
    if len(cells) != 2:
        columns = f"{len(cells)} column{'s' if len(cells) != 1 else ''}"
        return (
            f"this line has {columns}; a table has two, KEY{separator}VALUE. Put a text that holds a "
            f'{separator} in "quotes"'
        )
    if not all(cell.strip() for cell in cells):
        return "a key or its value is empty; fill it, or delete the line"
    if not all(cell.strip().isprintable() for cell in cells):
        return "this line has a line break or an invisible character in it; delete it"
    if any(len(cell) > LONGEST for cell in cells):
        return f"a text in this line is longer than {LONGEST} characters; shorten it"
    return ""
