"""YAML files with the place of every key and value, and none of YAML's surprises.

What YAML 1.1 would read in a way that nobody means (`022`, `no`, `12:30`) is a mistake; so are duplicate keys, tabs,
anchors, aliases, merge keys and tags. Files may start with a byte-order mark and end their lines with CRLF.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from connector.mistakes import Mistake, quote

MOST_BYTES = 1_000_000
_DEEPEST = 20
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # what PyYAML counts as one

Loc = tuple[str | int, ...]


class Span(NamedTuple):
    """A place: line and column count from 1, width in characters."""

    line: int
    column: int
    width: int


@dataclass
class Document:
    """A file as read: plain data (None where it can't be read at all), every place, and what was found wrong."""

    path: Path
    data: Any = None
    version: str = ""  # the first 12 hex digits of the SHA-256 of the file's bytes
    lines: list[str] = field(default_factory=list)
    keys: dict[Loc, Span] = field(default_factory=dict)
    values: dict[Loc, Span] = field(default_factory=dict)
    found: dict[tuple[int, int, str], Mistake] = field(default_factory=dict)  # by place and key

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return tuple(self.found.values())

    def wrong(self, loc: Loc, sentence: str, *, at_key: bool = False, show: bool = True) -> None:
        """Add a mistake at a value, or at its key; where `loc` is not in the file, at what holds it."""
        key = ".".join(part for part in (loc[:-1] if at_key else loc) if isinstance(part, str))
        places = self.keys if at_key else self.values
        while loc and loc not in places:
            loc, places = loc[:-1], self.values
        self.wrong_at(places.get(loc, Span(1, 1, 1)), sentence, key, show=show)

    def wrong_at(self, span: Span, sentence: str, key: str = "", *, show: bool = True) -> None:
        """One mistake a value: what its key wants (found later) says more than what YAML makes of it (found first)."""
        source = self.lines[span.line - 1] if show and span.line <= len(self.lines) else ""
        self.found[span.line, span.column, key] = Mistake(self.path, span.line, span.column, key, sentence, source, span.width)


def read(path: Path) -> Document:
    """Never raises: what is wrong stands in `mistakes`."""
    document = Document(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        document.wrong_at(Span(1, 1, 1), _unreadable(error))
        return document
    document.version = hashlib.sha256(raw).hexdigest()[:12]
    if len(raw) > MOST_BYTES:
        document.wrong_at(Span(1, 1, 1), "the file is larger than 1 MB; is it the right one? Split it, or name another")
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = _LINE_END.split(raw[: error.start].decode("utf-8-sig"))
        document.wrong_at(Span(len(before), len(before[-1]) + 1, 1), "the file is not UTF-8; save it as UTF-8 and try again")
        return document
    document.lines = _LINE_END.split(text)
    _fill(document, text)
    return document


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; write one, or name another"
    if isinstance(error, IsADirectoryError):
        return "this is a folder; name a file in it"
    return f"the file can't be read ({error.strerror}); see who owns it and who may read it"


def _fill(document: Document, text: str) -> None:
    try:
        composer = _Composer(text, document)
        root = composer.get_single_node()
    except yaml.reader.ReaderError as error:
        before = _LINE_END.split(text[: error.position])
        place = Span(len(before), len(before[-1]) + 1, 1)
        document.wrong_at(place, "a character stands here that no text editor shows; delete it")
        return
    except yaml.MarkedYAMLError as error:
        mark, sentence = _syntax(error)
        document.wrong_at(_span(mark, mark) if mark else Span(1, 1, 1), sentence)
        return
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
        document.wrong_at(Span(1, 1, 1), "the file is empty; see the example that comes with passdesk")
    elif not isinstance(root, yaml.MappingNode):
        document.wrong_at(_span(root.start_mark, root.end_mark), "the file must hold keys with values, such as key: value")
    else:
        document.data = _plain(document, root, ())


class _Composer(yaml.SafeLoader):
    """Composes nodes, and notes what we don't take: anchors, aliases, tags, towers of brackets."""

    def __init__(self, text: str, document: Document) -> None:
        super().__init__(text)
        self._document, self._depth = document, 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        place = _span(event.start_mark, event.start_mark)
        if self.check_event(yaml.AliasEvent):
            self._document.wrong_at(place, "aliases (*name) are not taken here; write the value out")
            self.get_event()  # type: ignore[no-untyped-call]
            return yaml.ScalarNode("tag:yaml.org,2002:null", "", event.start_mark, event.end_mark)
        if getattr(event, "anchor", None):
            self._document.wrong_at(
                place, "anchors (&name) are not taken here; delete it, and write values out where they belong"
            )
            event.anchor = None
        if getattr(event, "tag", None):
            self._document.wrong_at(place, "tags (!name) are not taken here; delete it, and put texts in quotes")
            event.tag = None
        if self._depth == _DEEPEST:
            raise yaml.composer.ComposerError(None, None, "nested too deep", event.start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def _plain(document: Document, node: yaml.Node, loc: Loc) -> Any:
    document.values[loc] = _span(node.start_mark, node.end_mark)
    if isinstance(node, yaml.MappingNode):
        return {key: _plain(document, value, (*loc, key)) for key, value in _entries(document, node, loc)}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(document, item, (*loc, index)) for index, item in enumerate(node.value)]
    value, sentence = _scalar(node)
    if sentence:
        document.wrong(loc, sentence)
    return value


def _entries(document: Document, node: yaml.MappingNode, loc: Loc) -> Iterator[tuple[str, yaml.Node]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        place = _span(key_node.start_mark, key_node.end_mark)
        path = ".".join(part for part in loc if isinstance(part, str))
        key, sentence = _scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else (None, "")
        if not isinstance(key_node, yaml.ScalarNode):
            document.wrong_at(place, "a key must be a text; put a list or {…} behind a key, not in place of one", path)
        elif key_node.value == "<<" and not key_node.style:
            document.wrong_at(place, "merge keys (<<) are not taken here; write the keys out", path)
        elif sentence or not isinstance(key, str):
            document.wrong_at(place, sentence or f"a key must be a text; write {quote(key_node.value)} in quotes", path)
        elif key in seen:
            document.wrong_at(place, f"the key {quote(key)} stands here twice, first on line {seen[key]}; keep one", path)
        else:
            seen[key] = place.line
            document.keys[*loc, key] = place
            yield key, value_node


def _scalar(node: Any) -> tuple[str | int | bool | None, str]:
    """The value, and what is wrong with how it is written. Texts in quotes are texts; plain ones mean what they look like."""
    text: str = node.value
    kind = node.tag.rpartition(":")[2]
    if node.style or (kind not in {"null", "bool", "int", "float", "timestamp"} and not re.fullmatch(r"[-+]?0[0-9_]+", text)):
        return text, ""
    if kind == "null":
        return None, ""
    if kind == "bool":
        if text.lower() in {"true", "false"}:
            return text.lower() == "true", ""
        truth = "true" if text.lower() in {"yes", "on"} else "false"
        return text, f'YAML reads {text} without quotes as {truth}; write {truth}, or "{text}" in quotes for the word'
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", text):
        return int(text), ""
    noun = "date" if kind == "timestamp" else "number"
    return text, f'YAML reads {text} without quotes as a {noun}, and not everywhere as the same; write "{text}" in quotes'


_SYNTAX = (  # PyYAML's words (and whether the place is where it began), and ours
    (r"'\\t'", False, "a tab stands here; use spaces"),
    (
        r"mapping values are not allowed",
        False,
        "a colon with a space starts a new key; put the text in quotes, or mend the indentation",
    ),
    (r"unknown escape|escape sequence", False, "in double quotes a backslash starts a code; put the text in single quotes"),
    (r"cannot start any token", False, "a text can't start with this character; put the text in quotes"),
    (r"quoted scalar", True, "a quote is opened here and not closed; close it"),
    (
        r"expected ',' or",
        True,
        "a bracket is opened here and not closed, or a comma is missing in it; close it, and put commas between",
    ),
    (r"found another document", False, "a second document starts here; keep one a file, and delete the line with ---"),
    (r"nested too deep", False, "brackets or lists are nested too deep here; no key needs that"),
    (r"could not find expected ':'", True, "a colon is missing here; write key: value"),
)


def _syntax(error: yaml.MarkedYAMLError) -> tuple[yaml.Mark | None, str]:
    words = f"{error.context} {error.problem}"
    for pattern, at_start, sentence in _SYNTAX:
        if re.search(pattern, words):
            return (error.context_mark if at_start and error.context_mark else error.problem_mark), sentence
    return (
        error.problem_mark or error.context_mark,
        "this can't be read; look at the indentation, colons, brackets and quotes here and on the line before",
    )


def _span(start: yaml.Mark, end: yaml.Mark) -> Span:
    width = end.column - start.column if end.line == start.line else 1
    return Span(start.line + 1, start.column + 1, max(1, width))
