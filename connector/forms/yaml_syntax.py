"""Faults of a file that is no YAML: the place that a person has to look at, which is often not where a
parser stumbles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from connector.forms.mistakes import no_item
from connector.forms.yaml_layout import Position, misplaced, missing, swallowed
from connector.forms.yaml_scalars import CURLY, no_quote

LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # what PyYAML counts as one
_ODD = "[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]"
_ODD_SPACE = re.compile(f"^[ \t]*(?P<at>{_ODD})|:(?P<behind>{_ODD})")
_ITEM = re.compile(r"\s*(?P<item>(-(?=\{)|-(?=[^\W\d][\w.]*:(\s|$))|[–—−‒•·‣◦*][ \t]).*)")
_BRACKETS = {"[": "]", "{": "}"}
_START = "a text can't start with this character; put the text in quotes"
_QUOTE = "a quote is opened here and not closed; close it"
_BRACKET = "a bracket is opened here and not closed; close it"
_SYNTAX = (  # PyYAML's words (and whether the place is where it began), and ours
    (r"'\\t'", False, "there is a tab here; use spaces"),
    (r"cannot start any token|mapping keys are not allowed", False, _START),
    (r"scanning (an alias|an anchor|a tag|a block scalar|a directive)", True, _START),
    (
        r"sequence entries are not allowed",
        False,
        "a list starts on a line of its own; put it there, or write [one, another]",
    ),
    (r"quoted scalar", True, _QUOTE),
    (
        r"found another document",
        False,
        "a second document starts here; keep one a file, and delete the line with ---",
    ),
    (r"nested too deep", False, "brackets or lists are nested too deep here; no key needs that"),
    (r"node content, but found ','", False, "there is a comma too many here; delete it"),
    (
        r"node content, but found '[\]}]'",
        False,
        "this bracket closes nothing; delete it, or put the text in quotes",
    ),
)
_OTHER = (
    "this can't be read; look at the indentation, colons, brackets and quotes here and on the line before"
)


@dataclass
class Scanned:
    """The last text without quotes that the scanner met, and the last in quotes that went over a line's
    end.
    """

    plain: yaml.Token | None = None
    quoted: yaml.Mark | None = None  # where it starts
    ends: list[yaml.Mark] = field(
        default_factory=list
    )  # where it ends, and each text in quotes right behind it

    def met(self, quoted: yaml.Token) -> None:
        """The first quote that was left open: after it, each following one opens what it should close."""
        start, end = quoted.start_mark, quoted.end_mark
        if self.is_behind(start):
            self.ends.append(end)
        elif start.line < end.line:
            self.quoted, self.ends = start, [end]

    def is_behind(self, mark: yaml.Mark) -> bool:
        """Tell whether this stands right behind such a text."""
        return any(end.line == mark.line and 0 <= mark.index - end.index <= 3 for end in self.ends)


def diagnose(
    error: yaml.MarkedYAMLError, text: str, lines: list[str], scanned: Scanned
) -> tuple[Position, str]:
    at, began = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    if at is None or began is None:
        return Position(0, 0), _OTHER
    if scanned.quoted and (scanned.is_behind(at) or scanned.is_behind(began)):
        return _place(scanned.quoted), _QUOTE
    if plain := _curly(scanned.plain, at) or _curly_before(lines, _place(at)):
        return plain
    return _seen(lines, _place(at)) or _said(
        f"{error.context} {error.problem}", text, lines, began, at, plain=scanned.plain
    )


def _curly(plain: Any, at: yaml.Mark) -> tuple[Position, str] | None:
    """The last text without quotes, where it starts with a quote of a text processor, on the line of the
    error.
    """
    if plain is None or plain.start_mark.line != at.line or not (sentence := no_quote(plain.value)):
        return None
    return _place(plain.start_mark), no_quote(f"{plain.value}…") or sentence


def _curly_before(lines: list[str], at: Position) -> tuple[Position, str] | None:
    """A value or key in such quotes, before the error on its line."""
    line = lines[at.line] if at.line < len(lines) else ""
    found = re.search(rf"[:,\[{{]\s*(?P<quote>[{CURLY}])", line[: at.column + 1])
    return (Position(at.line, found.start("quote")), no_quote(f"{found['quote']}…")) if found else None


def _seen(lines: list[str], at: Position) -> tuple[Position, str] | None:
    """Find faults that a parser has no words for."""
    for number, line in enumerate(lines[: at.line + 1]):
        if odd := _ODD_SPACE.search(line):
            place = Position(number, odd.start("at") if odd["at"] else odd.start("behind"))
            return (
                place,
                (
                    "there is an unusual space here, which YAML doesn't read as one; delete it and "
                    "type a space"
                ),
            )
        if found := re.match(r"[>\s]*(```+|~~~+)", line):
            sentence = (
                f"{found[1]} is of the page that this was copied from, and no YAML; delete the lines with it"
            )
            return Position(number, found.start(1)), sentence
        if found := _ITEM.match(line):
            return Position(number, found.start("item")), no_item(found["item"])
        if line.startswith("<<<<<<< "):
            return Position(
                number, 0
            ), "git left a conflict here; keep one side of it, and delete the lines with <<<, === and >>>"
    return _unquoted(lines, at)


def _said(
    words: str, text: str, lines: list[str], began: yaml.Mark, at: yaml.Mark, *, plain: yaml.Token | None
) -> tuple[Position, str]:
    """By PyYAML's words."""
    if re.search(r"unknown escape|escape sequence", words):
        return Position(
            at.line, at.column - 1
        ), "in double quotes a backslash starts a code; put the text in single quotes"
    for pattern, at_start, sentence in _SYNTAX:
        if re.search(pattern, words):
            return _place(began if at_start else at), sentence
    if "mapping values are not allowed" in words:
        return _second_key(at, lines, plain)
    if "could not find expected ':'" in words:
        return _place(began), missing(lines, _place(began))
    if "expected ',' or" in words:
        return _in_brackets(text, began, at)
    if "node content, but found '<stream end>'" in words and (opened := _unpaired(text, -1)):
        return _at(text, opened[-1][0]), _BRACKET
    if "node content" in words and at.index < len(text):
        return _place(at), _START
    return _in_a_block(lines, _place(at))


def _second_key(at: yaml.Mark, lines: list[str], plain: yaml.Token | None) -> tuple[Position, str]:
    """A colon where no key can be."""
    if plain and plain.end_mark.index == at.index and plain.start_mark.line < at.line:
        return swallowed(lines, _place(plain.start_mark))
    cure = "leave the space out, put the text in quotes, or correct the indentation"
    return _place(at), f"a colon with a space starts a new key; {cure}"


def _in_brackets(text: str, began: yaml.Mark, at: yaml.Mark) -> tuple[Position, str]:
    """In a list or {…}: a bracket that isn't closed, or is by another, or a comma that is missing."""
    opener = text[began.index]
    for index, found in _unpaired(text, began.index):
        if found == _BRACKETS.get(opener) and index >= at.index:
            return _no_comma(text, at)
        if found in _BRACKETS.values():
            sentence = (
                f"the bracket {opener} is still open here, and {found} doesn't close it; write "
                f"{_BRACKETS.get(opener)}"
            )
            return _at(text, index), sentence
    return _place(began), _BRACKET


def _no_comma(text: str, at: yaml.Mark) -> tuple[Position, str]:
    """Before a value, or before the key whose colon is one too many; a semicolon there was meant as one."""
    before = text[: at.index].rstrip()
    if text[at.index] == ":":
        before = re.sub(r"[\w.@-]+$", "", before).rstrip()
    if before.endswith((";", "|")):
        return _at(text, len(before) - 1), f"a {before[-1]} separates nothing; write a comma"
    start = len(text[: at.index]) - len(text[len(before) : at.index].lstrip())
    place = _at(text, start) if text[at.index] == ":" and start < at.index else _place(at)
    return place, "a comma is missing before this; put one between any two"


def _unpaired(text: str, start: int) -> list[tuple[int, str]]:
    """The brackets behind the one at `start` that have no partner there, quotes and comments left out."""
    left: list[tuple[int, str]] = []
    pattern = r"""(?<!\w)"(?:[^"\\]|\\.)*"|(?<!\w)'(?:[^']|'')*'|(?<!\S)\#[^\n]*|[\[\]{}]"""
    for found in re.compile(pattern).finditer(text, start + 1):
        if left and _BRACKETS.get(left[-1][1]) == found[0]:
            left.pop()
        elif found[0] in "[]{}":
            left.append((found.start(), found[0]))
    return left


def _in_a_block(lines: list[str], at: Position) -> tuple[Position, str]:
    """Something stands where a line should end, or a line starts where none can."""
    line = lines[at.line]
    before = line[: at.column].rstrip()
    if not before:
        return misplaced(lines, at.line) or (at, _OTHER)
    if before[-1] in "\"'":
        double = f" ({before[-1]} in it is written twice)" if before[-1] == "'" else ""
        return at, f"the quotes end before the text does; put all of it in quotes{double}"
    if line[at.column : at.column + 1] in {"]", "}"}:
        return at, "this bracket closes nothing; delete it, or put the text in quotes"
    return at, _OTHER


def _unquoted(lines: list[str], at: Position) -> tuple[Position, str] | None:
    """A text that starts with a bracket, and goes on behind the one that closes it."""
    before = lines[at.line][: at.column].rstrip() if at.line < len(lines) else ""
    opened = re.match(r"[^\[{]*?(?:^|[:-]) +([\[{])", before)
    if (
        not opened
        or before[-1] not in "]}"
        or _unpaired(before, opened.start(1) - 1)
        or lines[at.line][at.column] in "]}"
    ):
        return None
    return Position(
        at.line, opened.start(1)
    ), f"a text that starts with {opened[1]} must be in quotes; put all of it in quotes"


def _place(mark: yaml.Mark) -> Position:
    return Position(mark.line, mark.column)


def _at(text: str, index: int) -> Position:
    before = LINE_END.split(text[:index])
    return Position(len(before) - 1, len(before[-1]))
