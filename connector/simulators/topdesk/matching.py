"""FIQL, held against rows: what a value means for a field of its kind (topdesk.md §2.3)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from connector.simulators.topdesk.fiql import Group, Node, Unreadable, Value

Kind = Literal["text", "memo", "id", "flag", "date", "number", "status"]
Read = Callable[[str], object]
"""The value of a (dotted) field of the row at hand: a text, a flag, a number, a moment, or None."""

STATUSES = (
    "firstLine",
    "secondLine",
    "partial",
    "firstLineArchived",
    "secondLineArchived",
    "partialArchived",
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)")


@dataclass(frozen=True)
class Manner:
    """The manner in which texts are compared here."""

    wildcards: bool = True
    ignores_case: bool = False
    unequal_matches_empty: bool = True
    ordered_text: bool = False  # persons v2 order texts, too


def compiled(node: Node, kinds: Mapping[str, Kind], manner: Manner) -> Callable[[Read], bool]:
    """A test of rows. Every value is read here, before any row is. Raises Unreadable."""
    if isinstance(node, Group):
        tests = [compiled(part, kinds, manner) for part in node.parts]
        how = all if node.every else any
        return lambda read: how(test(read) for test in tests)
    field, op, kind = node.field, node.op, kinds[node.field]
    if op in ("=in=", "=out="):
        each = [_equal(field, kind, value, manner) for value in node.values]
        listed = op == "=in="
        return lambda read: any(test(read(field)) for test in each) == listed
    (value,) = node.values
    if op in ("==", "!="):
        equal = _equal(field, kind, value, manner)
        if op == "==":
            return lambda read: equal(read(field))
        blank = manner.unequal_matches_empty or value.null
        return lambda read: not equal(read(field)) and (blank or read(field) is not None)
    if op == "=sw=":
        if kind not in ("text", "memo"):
            raise Unreadable(f"The operator =sw= is not supported for the field '{field}'")
        return lambda read: _cased(str(read(field) or ""), manner).startswith(_cased(value.text, manner))
    return _compared(field, op, kind, value, manner)


def _compared(field: str, op: str, kind: Kind, value: Value, manner: Manner) -> Callable[[Read], bool]:
    if kind not in ("date", "number") and not (manner.ordered_text and kind == "text"):
        raise Unreadable(f"The operator {op} is not supported for the field '{field}'")
    bound = _typed(field, kind, value)

    def holds(read: Read) -> bool:
        found: Any = read(field)
        if found is None:
            return False
        return bool(
            {"=gt=": found > bound, "=ge=": found >= bound, "=lt=": found < bound, "=le=": found <= bound}[op]
        )

    return holds


def _equal(field: str, kind: Kind, value: Value, manner: Manner) -> Callable[[object], bool]:
    if value.null:
        return lambda found: found is None or found == ""
    wanted = _typed(field, kind, value)
    if kind == "memo":
        raise Unreadable(f"The field '{field}' can only be compared with null")
    if kind == "id":
        return lambda found: found is not None and str(found).lower() == value.text.lower()
    if kind != "text":
        return lambda found: found == wanted
    if manner.wildcards and "*" in value.text:
        pattern = re.compile(".*".join(map(re.escape, _cased(value.text, manner).split("*"))), re.DOTALL)
        return lambda found: found is not None and pattern.fullmatch(_cased(str(found), manner)) is not None
    return lambda found: found is not None and _cased(str(found), manner) == _cased(value.text, manner)


def _typed(field: str, kind: Kind, value: Value) -> Any:
    """The value as one of the field's kind. Raises Unreadable."""
    unreadable = Unreadable(f"The value for the field '{field}' cannot be parsed.")
    if kind == "flag" and value.text in ("true", "false"):
        return value.text == "true"
    if kind == "date" and _MOMENT.fullmatch(value.text):  # a date without a time is none
        try:
            return datetime.fromisoformat(value.text).astimezone(UTC)
        except ValueError:
            raise unreadable from None
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value.text):
        return float(value.text)
    if kind in ("text", "memo", "id") or (kind == "status" and value.text in STATUSES):
        return value.text
    raise unreadable


def _cased(text: str, manner: Manner) -> str:
    return text.casefold() if manner.ignores_case else text
