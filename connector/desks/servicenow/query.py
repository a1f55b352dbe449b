"""ServiceNow's encoded queries. Only what the configuration says gets in, never a ticket's text.
servicenow.md §2.1, §2.2
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from connector.mapping.watch import AnyOf, Condition, Empty, NoneOf, StartsWith, Watch

LONGEST = 8192 - 64  # bytes of a URL: 8182 passed and 8347 got 414 (§1.4)
SYS_ID = re.compile(r"[0-9a-f]{32}")
_FIELD = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")


def encoded(watch: Watch) -> str:
    """The query whose rows hold all that `watch` matches, and maybe more. Raises ValueError with the key and
    the cure.
    """
    return "^".join(_term(condition) for condition in watch.conditions)


def among(field: str, values: Iterable[str]) -> str:
    """Any of these. Raises ValueError where a value can't be put into a query."""
    return f"{_name(field)}IN{_list(field, tuple(values))}"


def is_one(field: str, value: str) -> str:
    """Exactly this. Raises ValueError where the value can't be put into a query."""
    return f"{_name(field)}={_value(field, value)}"


def after(query: str, sys_id: str) -> str:
    """The same rows in the order of their sys_ids, behind the one given; "" begins. servicenow.md §2.4"""
    if sys_id and not SYS_ID.fullmatch(sys_id):
        raise ValueError("a page can only begin behind a sys_id")
    return query + (f"^sys_id>{sys_id}" if sys_id else "") + "^ORDERBYsys_id"


def _term(condition: Condition) -> str:
    """Empty fields are asked for by name: whether `!=` and `NOT IN` bring them is not documented, and we
    check every row.
    """
    name = _name(condition.field)
    match condition.test:
        case AnyOf(values):
            return "^OR".join(
                [*_filled(name, "=", "IN", values), *([f"{name}ISEMPTY"] if "" in values else [])]
            )
        case NoneOf(values) if "" in values:
            return "^".join([*_filled(name, "!=", "NOT IN", values), f"{name}ISNOTEMPTY"])
        case NoneOf(values):
            return "^OR".join([*_filled(name, "!=", "NOT IN", values), f"{name}ISEMPTY"])
        case Empty(is_empty):
            return f"{name}ISEMPTY" if is_empty else f"{name}ISNOTEMPTY"
        case StartsWith(text):
            return f"{name}STARTSWITH{_value(name, text)}"
        case never:
            assert_never(never)


def _filled(name: str, one: str, several: str, values: tuple[str, ...]) -> list[str]:
    if not values:
        raise ValueError(f"watch.{name}: the list is empty; name at least one value")
    filled = tuple(filter(None, values))
    if len(filled) > 1:
        return [f"{name}{several}{_list(name, filled)}"]
    return [f"{name}{one}{_value(name, each)}" for each in filled]


def _list(field: str, values: tuple[str, ...]) -> str:
    if any("," in value for value in values):
        raise ValueError(
            f"watch.{field}: ServiceNow can't be asked for a list with a comma in a value; write "
            "starts_with, or one value"
        )
    return ",".join(_value(field, value) for value in values)


def _value(field: str, text: str) -> str:
    refused = {
        '"^"': "^" in text,
        '"javascript:"': re.search(r"(?i)javascript\s*:", text),
        "a line break or an invisible character": not text.isprintable(),
    }
    for what, found in refused.items():
        if found:
            raise ValueError(
                f"watch.{field}: ServiceNow can't be asked for a value with {what} in it; choose another "
                "value"
            )
    return text


def _name(field: str) -> str:
    if not _FIELD.fullmatch(field):
        raise ValueError(f"watch: {field!r} can't be a field; its name is letters, digits, _ and dots")
    return field
