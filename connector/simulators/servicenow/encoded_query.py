"""Encoded queries: parsed, freed of unknown columns, and held against rows (servicenow.md §2.1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

_CARET = "\0"  # stands for an escaped `^` while the query is taken apart
_TERM = re.compile(
    r"(?P<field>[a-z0-9_.]+)"
    r"(?P<op>NOT IN|NOT LIKE|ISNOTEMPTY|ISEMPTY|EMPTYSTRING|ANYTHING|STARTSWITH|ENDSWITH|BETWEEN|LIKE|IN"
    r"|!=|<=|>=|=|<|>)(?P<value>.*)",
    re.DOTALL,
)
MATCHES = frozenset(
    {"=", "!=", "IN", "NOT IN", "ISEMPTY", "ISNOTEMPTY"}
)  # what `query_match` is enough for (§2.3)
_INTEGER = re.compile(r"-?\d{1,18}")

Read = Callable[[str], str]
"""The value of a (dotted) field of the row at hand."""


@dataclass(frozen=True)
class Condition:
    field: str
    op: str
    value: str

    def holds(self, read: Read) -> bool:
        return _OPERATORS[self.op](read(self.field), self.value)


Alternatives = tuple[Condition, ...]  # joined by ^OR
Group = tuple[Alternatives, ...]  # joined by ^; groups are joined by ^NQ


@dataclass(frozen=True)
class Query:
    """An encoded query. A group without conditions holds for every row: so a dropped field widens the
    query.
    """

    groups: tuple[Group, ...] = ((),)
    order: tuple[tuple[str, bool], ...] = ()  # field, descending
    unreadable: bool = False  # some term was no condition at all

    def fields(self) -> set[str]:
        return {c.field for group in self.groups for alternatives in group for c in alternatives} | {
            field for field, _ in self.order
        }

    def values(self) -> list[str]:
        return [c.value for group in self.groups for alternatives in group for c in alternatives]

    def ranged(self) -> set[str]:
        """Fields that are ordered by, or compared in a way that takes `query_range`."""
        conditions = [c for group in self.groups for alternatives in group for c in alternatives]
        return {c.field for c in conditions if c.op not in MATCHES} | {field for field, _ in self.order}

    def without(self, fields: set[str], but: frozenset[str] = frozenset()) -> "Query":
        """The query as if nobody had ever written the conditions on these fields, but for those with these
        operators.
        """

        def kept(group: Group) -> Group:
            slim = (
                tuple(c for c in alternatives if c.field not in fields or c.op in but)
                for alternatives in group
            )
            return tuple(alternatives for alternatives in slim if alternatives)

        order = tuple((field, descending) for field, descending in self.order if field not in fields)
        return replace(self, groups=tuple(kept(group) for group in self.groups), order=order)

    def holds(self, read: Read) -> bool:
        def one_of(alternatives: Alternatives) -> bool:
            return any(condition.holds(read) for condition in alternatives)

        return any(all(map(one_of, group)) for group in self.groups)

    def sort(self, rows: list[dict[str, str]], read: Callable[[dict[str, str], str], str]) -> None:
        """Sort in place: integers as numbers, all else as text."""

        def by(field: str) -> Callable[[dict[str, str]], tuple[bool, int, str]]:
            return lambda row: _sort_key(read(row, field))

        for field, descending in reversed(self.order):
            rows.sort(key=by(field), reverse=descending)


def parse(text: str, *, escaped_caret: bool = True) -> Query:
    """Take an encoded query apart. What is no condition is left out, as the platform does."""
    if escaped_caret:
        text = text.replace("^^", _CARET)
    groups: list[list[list[Condition]]] = [[]]
    order: list[tuple[str, bool]] = []
    unreadable = False
    for term in filter(None, text.split("^")):
        if term.startswith("ORDERBY"):
            descending = term.startswith("ORDERBYDESC")
            order.append((term.removeprefix("ORDERBYDESC" if descending else "ORDERBY"), descending))
            continue
        if term == "EQ":  # the mark that ends a query
            continue
        rest = term
        if term.startswith("NQ"):
            groups.append([])
            rest = term.removeprefix("NQ")
        if not (rest.startswith("OR") and groups[-1]):
            groups[-1].append([])
        found = _TERM.fullmatch(rest.removeprefix("OR"))
        if found:
            value = found["value"].replace(_CARET, "^")
            groups[-1][-1].append(Condition(found["field"], found["op"], value))
        else:
            unreadable = True
    kept = (tuple(tuple(alternatives) for alternatives in group if alternatives) for group in groups)
    return Query(tuple(kept), tuple(order), unreadable)


def _sort_key(value: str) -> tuple[bool, int, str]:
    number = int(value) if _INTEGER.fullmatch(value) else 0
    return (not _INTEGER.fullmatch(value), number, value)


def _compare(value: str, other: str) -> int | None:
    """Below, equal or above; None where there is nothing to compare."""
    if not value or not other:
        return None
    if _INTEGER.fullmatch(value) and _INTEGER.fullmatch(other):
        return (int(value) > int(other)) - (int(value) < int(other))
    return (value > other) - (value < other)


def _between(value: str, bounds: str) -> bool:
    low, _, high = bounds.partition("@")
    return _compare(value, low) in (0, 1) and _compare(value, high) in (-1, 0)


def _listed(value: str, values: str) -> bool:
    return value in values.split(",")


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, other: value == other,
    "!=": lambda value, other: value != other,
    "IN": _listed,
    "NOT IN": lambda value, values: not _listed(value, values),
    "LIKE": lambda value, part: part in value,
    "NOT LIKE": lambda value, part: part not in value,
    "STARTSWITH": str.startswith,
    "ENDSWITH": str.endswith,
    "ISEMPTY": lambda value, _: value == "",
    "ISNOTEMPTY": lambda value, _: value != "",
    "EMPTYSTRING": lambda value, _: value == "",
    "ANYTHING": lambda _value, _other: True,
    "BETWEEN": _between,
    "<": lambda value, other: _compare(value, other) == -1,
    "<=": lambda value, other: _compare(value, other) in (-1, 0),
    ">": lambda value, other: _compare(value, other) == 1,
    ">=": lambda value, other: _compare(value, other) in (0, 1),
}
