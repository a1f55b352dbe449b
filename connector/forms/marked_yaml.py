"""YAML files with the place of every key and value, and none of YAML's surprises.

What YAML 1.1 would read in a way that nobody means (`022`, `no`, `12:30`) is a mistake; so are duplicate
keys, tabs, anchors, aliases, merge keys, tags, and texts that go on on the next line without quotes. Files
may start with a byte-order mark and end their lines with CRLF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from connector.forms.mistakes import Mistake, may_be_shown, no_item, quote
from connector.forms.yaml_layout import Position, continued, following, misplaced
from connector.forms.yaml_scalars import CURLY, in_a_list, no_quote, scalar
from connector.forms.yaml_scalars import key as key_text
from connector.forms.yaml_syntax import LINE_END, Scanned, diagnose

MOST_BYTES = 256_000  # of this much, PyYAML reads the worst in five seconds
MOST_MISTAKES = 100  # of one file: beyond them it is the wrong file
MISSING = " is missing; add "  # a sentence about a key that is not there
_DEEPEST = 20

Loc = tuple[str | int, ...]
# Sections in which a word that YAML 1.1 takes for a truth value is a word of their own.
OWN_WORDS: dict[Loc, str] = {("floor", "pause_on"): "off"}


class Span(NamedTuple):
    """A place: line and column count from 1, width in characters."""

    line: int
    column: int
    width: int


@dataclass
class Document:
    """A file as read: plain data (None where it can't be read at all), every place, and what was found
    wrong.
    """

    path: Path
    data: Any = None
    version: str = ""  # the first 12 hex digits of the SHA-256 of the file's bytes
    lines: list[str] = field(default_factory=list)
    keys: dict[Loc, Span] = field(default_factory=dict)
    values: dict[Loc, Span] = field(default_factory=dict)
    found: dict[tuple[int, int, str], Mistake] = field(default_factory=dict)  # by place and key
    hopeless: set[Loc] = field(
        default_factory=set
    )  # values that YAML makes something else of: nothing more is said of them

    incomplete: set[Loc] = field(
        default_factory=set
    )  # sections with a key or a text that can't be read: what they lack is not said

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return tuple(self.found.values())

    def wrong(self, loc: Loc, sentence: str, *, at_key: bool = False, show: bool = True) -> None:
        """Add a mistake at a value, or at its key; where `loc` is not in the file, at what holds it."""
        if not at_key and any(loc[:length] in self.hopeless for length in range(1, len(loc) + 1)):
            return
        if not at_key and loc in self.incomplete:
            return
        key = ".".join(part for part in (loc[:-1] if at_key else loc) if isinstance(part, str))
        places = self.keys if at_key else self.values
        while loc and loc not in places:
            loc, places = loc[:-1], self.values
        self.wrong_at(places.get(loc, Span(1, 1, 1)), sentence, key, show=show)

    def wrong_at(self, span: Span, sentence: str, key: str = "", *, show: bool = True) -> None:
        """One mistake a value: what its key wants (found later) says more than what YAML makes of it (found
        first).
        """
        if len(self.found) == MOST_MISTAKES:
            span, key = Span(1, 1, 1), ""
            sentence = f"this file has more than {MOST_MISTAKES} mistakes; see that it is the right one"
        source, above = (
            self.lines[at] if 0 <= at < len(self.lines) else "" for at in (span.line - 1, span.line - 2)
        )
        source = source if show and may_be_shown(source, above) else ""
        if len(self.found) <= MOST_MISTAKES:
            # several keys may be missing in one place
            which = f"{key}\n{sentence}" if MISSING in sentence else key
            self.found[span.line, span.column, which] = Mistake(
                self.path, span.line, span.column, key, sentence, source, span.width
            )


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
        sentence = (
            "the file is larger than 256 KB; name the right one, or put its large tables into CSV files"
        )
        document.wrong_at(Span(1, 1, 1), sentence)
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = LINE_END.split(raw[: error.start].decode("utf-8-sig"))
        document.lines = LINE_END.split(raw.decode("utf-8-sig", "replace"))
        document.wrong_at(
            Span(len(before), len(before[-1]) + 1, 1), "the file is not UTF-8; save it as UTF-8 and try again"
        )
        return document
    document.lines = LINE_END.split(text)
    if "\0" in text[:2]:
        document.wrong_at(Span(1, 1, 1), "the file is UTF-16; save it as UTF-8 and try again")
        return document
    _fill(document, text)
    return document


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; write one, or name another"
    if isinstance(error, IsADirectoryError):
        return "this is a folder; name a file in it"
    return f"the file can't be read ({error.strerror}); see who owns it and who may read it"


def _fill(document: Document, text: str) -> None:
    composer = None
    try:
        composer = _Composer(text, document)
        root = composer.get_single_node()
    except yaml.reader.ReaderError as error:
        before = LINE_END.split(text[: error.position])
        span = Span(len(before), len(before[-1]) + 1, 1)
        document.wrong_at(span, "there is a character here that no text editor shows; delete it")
        return
    except yaml.MarkedYAMLError as error:
        place, sentence = diagnose(error, text, document.lines, composer.scanned if composer else Scanned())
        document.wrong_at(_from_zero(place), sentence)
        return
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
        document.wrong_at(
            Span(1, 1, 1), "the file is empty; copy the example that comes with passdesk into it"
        )
    elif not isinstance(root, yaml.MappingNode):
        document.wrong_at(_span(root), "the file must hold keys with values, such as key: value")
    else:
        document.data = _Reader(document, composer.spoiled).plain(root, ())


class _Composer(yaml.SafeLoader):
    """Composes nodes, and notes what we don't take: anchors, aliases, tags, towers of brackets."""

    def __init__(self, text: str, document: Document) -> None:
        super().__init__(text)
        self.scanned = Scanned()
        self.spoiled: set[int] = set()  # where values begin of which nothing more is to be said
        self._document, self._depth = document, 0

    def scan_plain(self) -> Any:
        self.scanned.plain = super().scan_plain()
        return self.scanned.plain

    def scan_flow_scalar(self, style: str) -> Any:
        found = super().scan_flow_scalar(style)
        self.scanned.met(found)
        return found

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        place = Span(event.start_mark.line + 1, event.start_mark.column + 1, 1)
        if self.check_event(yaml.AliasEvent):
            sentence = (
                "a * starts an alias here, which isn't allowed; write the value out, or put a text with * in "
                "quotes"
            )
            self._document.wrong_at(place, sentence)
            self.spoiled.add(event.start_mark.index)
            self.get_event()  # type: ignore[no-untyped-call]
            return yaml.ScalarNode("tag:yaml.org,2002:null", "", event.start_mark, event.end_mark)
        if getattr(event, "anchor", None):
            sentence = (
                "an & starts an anchor here, which isn't allowed; delete it, or put a text with & in quotes"
            )
            self._document.wrong_at(place, sentence)
            event.anchor = None
        if getattr(event, "tag", None):
            sentence = "a ! starts a tag here, which isn't allowed; delete it, or put a text with ! in quotes"
            self._document.wrong_at(place, sentence)
            self.spoiled.add(event.start_mark.index)
            event.tag = None
        if self._depth == _DEEPEST:
            raise yaml.composer.ComposerError(None, None, "nested too deep", event.start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


@dataclass(frozen=True)
class _Reader:
    """From nodes to plain data."""

    document: Document
    spoiled: set[int]

    def plain(self, node: Any, loc: Loc) -> Any:
        self.document.values[loc] = _span(node)
        if node.start_mark.index in self.spoiled:
            self.document.hopeless.add(loc)
        if isinstance(node, yaml.MappingNode):
            if node.flow_style and node.value and isinstance(node.value[0][0], yaml.MappingNode):
                return self._hopeless(
                    loc, "two braces mean nothing here; write the name alone, or put the text in quotes"
                )
            return {key: self.plain(value, (*loc, key)) for key, value in self._entries(node, loc)}
        if isinstance(node, yaml.SequenceNode):
            return [self._entry(item, (*loc, index), node) for index, item in enumerate(node.value)]
        return self._scalar(node, loc)

    def _entry(self, node: Any, loc: Loc, of: yaml.SequenceNode) -> Any:
        """An entry of a list. What its key wants says more where several words stand in one."""
        value = self.plain(node, loc)
        if isinstance(node, yaml.ScalarNode) and (sentence := in_a_list(node, flow=bool(of.flow_style))):
            self.document.wrong(loc, sentence)
        return value

    def _scalar(self, node: yaml.ScalarNode, loc: Loc) -> Any:
        if not node.style and node.start_mark.line != node.end_mark.line:
            lines, line = self.document.lines, node.start_mark.line
            if sentence := no_item(node.value) or no_quote(node.value):
                return self._hopeless(loc, sentence, _span(node))
            place, sentence = misplaced(lines, following(lines, line)) or continued(lines, line)
            return self._hopeless(loc, sentence, _from_zero(place))
        found, span = scalar(node), _span(node)
        if found.hopeless:
            self.document.incomplete.add(loc[:-1])
            return self._hopeless(
                loc, found.sentence, span._replace(column=span.column + found.offset, width=1)
            )
        if node.value == OWN_WORDS.get(loc[:-1]):
            return node.value
        if found.sentence:
            self.document.wrong(loc, found.sentence)
        return found.value

    def _hopeless(self, loc: Loc, sentence: str, span: Span | None = None) -> None:
        key = ".".join(part for part in loc if isinstance(part, str))
        self.document.wrong_at(span or self.document.values[loc], sentence, key)
        self.document.hopeless.add(loc)

    def _entries(self, node: yaml.MappingNode, loc: Loc) -> Iterator[tuple[str, yaml.Node]]:
        seen: dict[str, int] = {}
        path = ".".join(part for part in loc if isinstance(part, str))
        before: tuple[str, yaml.Node] | None = None
        for key_node, value_node in node.value:
            place = _span(key_node)
            key, sentence = key_text(key_node)
            if key is None:
                self.document.wrong_at(place, _list_meant(before, key_node, value_node) or sentence, path)
                self.document.incomplete.add(loc)
            elif not key_node.style and key[-1:] in CURLY and loc in self.document.incomplete:
                continue  # the rest of a text in quotes that are none, behind a comma in it
            elif key in seen:
                sentence = f"the key {quote(key)} is here twice, first on line {seen[key]}; keep one"
                self.document.wrong_at(place, sentence, path)
            else:
                seen[key] = place.line
                self.document.keys[*loc, key] = place
                before = key, value_node
                yield key, value_node


def _list_meant(before: tuple[str, yaml.Node] | None, key: yaml.Node, value: yaml.Node) -> str:
    """The sentence for `{state: 1, 2}`, where 2 is read as a key; "" where it is something else."""
    empty = isinstance(value, yaml.ScalarNode) and not value.value and not value.style
    if before is None or not empty or not all(isinstance(each, yaml.ScalarNode) for each in (before[1], key)):
        return ""
    return f"a list goes into brackets; write {before[0]}: [{before[1].value}, {key.value}]"


def _from_zero(place: Position) -> Span:
    return Span(place.line + 1, place.column + 1, 1)


def _span(node: yaml.Node) -> Span:
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Span(start.line + 1, start.column + 1, max(1, width))
