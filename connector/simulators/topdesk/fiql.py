"""FIQL, taken apart (topdesk.md §2.3)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_OPERATOR = re.compile(r"!=|=[A-Za-z]*=")
_WORD = re.compile(r"[^\"'();,=!~<>\s]+")
_KNOWN = frozenset({"==", "!=", "=gt=", "=ge=", "=lt=", "=le=", "=sw=", "=in=", "=out="})


class Unreadable(ValueError):
    """The query can't be understood; the text says why, in TOPdesk's words where they are known."""


@dataclass(frozen=True)
class Value:
    text: str
    quoted: bool

    @property
    def null(self) -> bool:
        return not self.quoted and self.text == "null"


@dataclass(frozen=True)
class Comparison:
    field: str
    op: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Group:
    """All of the parts, or any of them. All of no parts holds for every row."""

    every: bool
    parts: "tuple[Node, ...]"


Node = Comparison | Group


def parse(text: str) -> Node:
    """Raises Unreadable."""
    reader = _Reader(text)
    node = reader.alternatives()
    reader.end()
    return node


def fields(node: Node) -> Iterator[str]:
    if isinstance(node, Comparison):
        yield node.field
    else:
        for part in node.parts:
            yield from fields(part)


def without(node: Node, unknown: set[str]) -> Node:
    """The query as if nobody had ever written the conditions on these fields."""
    if isinstance(node, Comparison):
        return Group(True, ()) if node.field in unknown else node
    kept = tuple(part for part in (without(part, unknown) for part in node.parts) if part != Group(True, ()))
    return Group(node.every, kept) if kept else Group(True, ())


class _Reader:
    """A query, from left to right. `;` binds tighter than `,`."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def alternatives(self) -> Node:
        return self._joined(",", False, lambda: self._joined(";", True, self._condition))

    def end(self) -> None:
        if self._blank().at < len(self.text):
            word = _WORD.match(self.text, self.at) or re.compile("[\"']").match(self.text, self.at)
            raise Unreadable(
                "ParseException: Encountered UNRESERVED_STR" if word else "ParseException: Encountered <EOF>"
            )

    def _joined(self, sign: str, every: bool, read: Callable[[], Node]) -> Node:
        parts = [read()]
        while self._took(sign):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Group(every, tuple(parts))

    def _condition(self) -> Node:
        if self._took("("):
            inner = self.alternatives()
            self._must(")")
            return inner
        field = self._word()
        found = _OPERATOR.match(self.text, self._blank().at)
        if not found:
            raise Unreadable("ParseException: an operator is missing")
        self.at = found.end()
        if found[0] not in _KNOWN:
            raise Unreadable(f"Unknown operator: {found[0]}")
        if found[0] not in ("=in=", "=out="):
            return Comparison(field, found[0], (self._value(),))
        self._must("(")
        values = [self._value()]
        while self._took(","):
            values.append(self._value())
        self._must(")")
        return Comparison(field, found[0], tuple(values))

    def _value(self) -> Value:
        quote = self._blank().text[self.at : self.at + 1]
        if quote != "'" and quote != '"':
            return Value(self._word(), quoted=False)
        found = re.compile(rf"{quote}((?:\\.|[^\\{quote}])*){quote}", re.DOTALL).match(self.text, self.at)
        if not found:
            raise Unreadable("ParseException: a quote is not closed")
        self.at = found.end()
        return Value(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL), quoted=True)

    def _word(self) -> str:
        found = _WORD.match(self.text, self._blank().at)
        if not found:
            raise Unreadable(
                "ParseException: Encountered <EOF>" if self.at >= len(self.text) else "ParseException"
            )
        self.at = found.end()
        return found[0]

    def _blank(self) -> "_Reader":
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        return self

    def _took(self, sign: str) -> bool:
        taken = self._blank().text.startswith(sign, self.at)
        self.at += len(sign) if taken else 0
        return taken

    def _must(self, sign: str) -> None:
        if not self._took(sign):
            self.end()
            raise Unreadable(f"ParseException: '{sign}' is missing")
