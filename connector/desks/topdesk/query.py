"""TOPdesk's query language. Only what the configuration says gets in, never a ticket's text. topdesk.md §2.3

Every row is checked again, so a query may say less than `watch`. Whatever a version may refuse, drop, or
answer with nothing is left out: fields that nobody was seen to query, memos, and "empty", which is null here
and "" there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from connector.mapping.watch import AnyOf, Condition, Empty, NoneOf, StartsWith, Watch

OPEN = ("closed==false", "completed==false")  # closed calls are listed unless a query says otherwise (§0.4)
_REFERENCES = (
    "category",
    "subcategory",
    "processingStatus",
    "operator",
    "operatorGroup",
    "impact",
    "priority",
)
_TEXTS = frozenset({"number", "briefDescription", *(f"{each}.name" for each in _REFERENCES)})
_EXACT = frozenset({"id", "status", "caller.id", *(f"{each}.id" for each in _REFERENCES)})
_PLAIN = re.compile(r"(?!null$)[A-Za-z0-9_-]+")


def fiql(watch: Watch) -> str:
    """The query whose rows hold all open calls that `watch` matches, and maybe more. Raises ValueError with
    key and cure.
    """
    return ";".join([*OPEN, *(term for each in watch.conditions if (term := _term(each)))])


def among_ids(ids: Iterable[str]) -> str:
    """The query for calls by their ids, closed ones too."""
    return f"id=in=({','.join(_each('id', ids))})"


def _term(condition: Condition) -> str:
    """The condition as it is asked; "" where it can't be asked surely."""
    name, test = condition.field, condition.test
    if not getattr(test, "values", True):
        raise ValueError(f"watch.{name}: the list is empty; name at least one value")
    if name not in _TEXTS | _EXACT:
        return ""
    match test:
        case AnyOf(values) if "" in values:
            return ""
        case AnyOf((value,)):
            return f"{name}=={_value(name, value)}"
        case AnyOf(values):
            return f"{name}=in=({','.join(_each(name, values))})"
        case NoneOf(values):
            differs = ";".join(f"{name}!={each}" for each in _each(name, filter(None, values)))
            return f"({differs},{name}==null)" if differs else ""
        case Empty(is_empty):
            return "" if is_empty else f"{name}!=null"
        case StartsWith(text):
            return f"{name}=sw={_value(name, text)}" if text and name in _TEXTS else ""
        case never:
            assert_never(never)


def _each(field: str, values: Iterable[str]) -> Iterator[str]:
    return (_value(field, value) for value in values)


def _value(field: str, text: str) -> str:
    """A word as it is, the rest in quotes, inside which a backslash escapes."""
    for what, found in {
        '"*"': "*" in text,
        "a line break or an invisible character": not text.isprintable(),
    }.items():
        if found:
            raise ValueError(
                f"watch.{field}: TOPdesk can't be asked for a value with {what} in it; choose another value"
            )
    if _PLAIN.fullmatch(text):
        return text
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
