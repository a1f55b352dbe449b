"""Lines that start in the wrong column, or lack a colon or a dash: which one a person has to move or mend.

A parser stumbles over the first line that doesn't fit the ones before. The one that is wrong may be the line
above.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

from connector.forms.mistakes import no_item

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where there is one
_LARGEST = 50_000  # characters: beyond them, trying where a line would fit takes too long


class Position(NamedTuple):
    """Counts from 0, as PyYAML does."""

    line: int
    column: int


def misplaced(lines: list[str], line: int) -> tuple[Position, str] | None:
    """The line that only has to start in another column, or with a dash, for the file to be read: this one or
    one above it.
    """
    for start, sentence in (
        ("", "this line starts in the wrong column; start it in column {}"),
        ("- ", "a dash is missing here; write - text, with the dash in column {}"),
    ):
        mended = []
        above = _above(lines, line)
        for order, each in enumerate(
            dict.fromkeys((line, *above, *(following(lines, head) for head in above)))
        ):
            for near, column in enumerate(_columns(lines, each)):
                changed = " " * column + start + lines[each].lstrip()
                keys = _keys_at_the_top([*lines[:each], changed, *lines[each + 1 :]])
                if keys and changed != lines[each]:
                    mended.append((not _stands_out(lines, each, line), keys, order, near, each, column))
        if mended:  # the fewer keys at the top, the more stands below what it belongs to
            each, column = min(mended)[4:]
            return Position(each, indent(lines[each])), sentence.format(column + 1)
    return None


def continued(lines: list[str], line: int) -> tuple[Position, str]:
    """A text without quotes that began on a line and goes on below it."""
    below = following(lines, line)
    sentence = "this line is indented further than the one above, and so belongs to its text"
    cure = f"start it in column {indent(lines[line]) + 1}, or put the whole text in quotes"
    return Position(below, indent(lines[below])), f"{sentence}; {cure}"


def swallowed(lines: list[str], start: Position) -> tuple[Position, str]:
    """A text without quotes that began on a line and took a `key:` below it for a part of itself."""
    line, below = lines[start.line], following(lines, start.line)
    behind = lines[following(lines, below)]
    if _is_item(line) and _is_item(behind) and indent(behind) == indent(line) and not _is_item(lines[below]):
        return Position(below, indent(lines[below])), missing(lines, Position(below, indent(line)))
    if not line[: start.column].strip(" -") and not (_is_item(line) and _is_item(lines[below])):
        return start, missing(lines, start)
    return misplaced(lines, below) or continued(lines, start.line)


def missing(lines: list[str], start: Position) -> str:
    """Name the sign that is missing in a line that is neither `key: value` nor `- text`."""
    text = lines[start.line][start.column :]
    near = (lines[last(lines, start.line)], lines[following(lines, start.line)])
    if sentence := no_item(text):
        return sentence
    if any(_is_item(each) and indent(each) == start.column for each in near):
        return "a dash is missing here; write - text"
    if re.match(r"[\w.@-]+:\S", text):
        return "a space is missing after the colon; write key: value"
    return "a colon is missing here; write key: value"


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def following(lines: list[str], line: int) -> int:
    """The next line with something on it; the line itself where there is none."""
    return next((each for each in range(line + 1, len(lines)) if _is_filled(lines[each])), line)


def last(lines: list[str], line: int) -> int:
    return next((each for each in range(line - 1, -1, -1) if _is_filled(lines[each])), line)


def _above(lines: list[str], line: int) -> list[int]:
    """The line above, and above it those that lead to it: each further out than all below."""
    found, outmost = [last(lines, line)], indent(lines[last(lines, line)])
    for each in range(found[0] - 1, -1, -1):
        if _is_filled(lines[each]) and indent(lines[each]) < outmost:
            outmost = indent(lines[each])
            found.append(each)
    return found[:6]


def _stands_out(lines: list[str], each: int, line: int) -> bool:
    """Tell whether this line above is more likely the wrong one than the line that doesn't fit."""
    before, own = lines[last(lines, each)], indent(lines[each])
    if each in (line, last(lines, each)):
        return False
    if before.rstrip().endswith(":") and indent(before) == own and not _is_item(lines[each]):
        return True  # it belongs below a key, and stands beside it
    return own % 2 > indent(lines[line]) % 2


def _columns(lines: list[str], line: int) -> list[int]:
    """The columns in which a line could start: those of its neighbours, or one step below the key above."""
    above = last(lines, line)
    near = [above, following(lines, line), last(lines, above), *_above(lines, line)]
    steps = [indent(lines[above]) + 2] if lines[above].rstrip().endswith(":") else []
    columns = [*steps, *(start for each in near if each != line for start in _starts(lines[each])), 0]
    return list(dict.fromkeys(columns))


def _starts(line: str) -> tuple[int, ...]:
    """The column in which a line starts, and that of the text behind its dash."""
    return (indent(line), indent(line) + 2) if _is_item(line) else (indent(line),)


def _keys_at_the_top(lines: list[str]) -> int:
    """Count the keys; 0 if it is no YAML, or a text without quotes goes over the end of a line."""
    text = "\n".join(lines)
    if len(text) > _LARGEST:
        return 0
    depth = nodes = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.ScalarEvent) and _goes_on(event):
                return 0
            nodes += depth == 1 and isinstance(event, yaml.NodeEvent)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
    except yaml.YAMLError:
        return 0
    return nodes // 2


def _goes_on(event: Any) -> bool:
    return bool(event.value) and not event.style and event.start_mark.line != event.end_mark.line


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("- ")


def _is_filled(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
