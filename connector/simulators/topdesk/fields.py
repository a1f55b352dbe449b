"""The parameter `fields`, and what it leaves of a record (topdesk.md §0.7, §2.1)."""

from collections.abc import Callable
from typing import Any

from connector.simulators.topdesk import shape
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.records import Row
from connector.simulators.topdesk.traps import Traps

_DERIVED = ("id", "number", "request", "requests", "action", "attachments", "creator", "modifier")
_STAMPS = ("creationDate", "modificationDate", "callDate")
_NAMED = {
    *shape.REFERENCES,
    "operator",
    "operatorGroup",
    "creator",
    "modifier",
    "callerBranch",
    "branch",
    "department",
}
_TEMPLATE: Row = shape.blank() | dict.fromkeys((*_DERIVED, *_STAMPS))


def known(path: str, template: Row = _TEMPLATE) -> bool:
    """Tell whether incidents have this (dotted) field."""
    head, _, rest = path.partition(".")
    if not rest or head not in template:
        return head in template
    inner = template[head]
    return (
        known(rest, inner) if isinstance(inner, dict) else head in _NAMED and rest in ("id", "name", "status")
    )


def sortable(path: str) -> bool:
    refused = ("externalLinks", "escalationStatus", "action", "attachments")
    return (
        known(path)
        and path.partition(".")[0] not in refused
        and not isinstance(_TEMPLATE.get(path), dict | list)
    )


def wanted(text: str | None, traps: Traps) -> Callable[[Row], Row]:
    """Unknown names are dropped; nothing but unknown names is a Refusal (400)."""
    if text is None:
        return lambda shown: shown
    paths = [path for path in (part.strip() for part in text.split(",")) if known(path)]
    if not paths:
        raise Refusal(400, "The value for the parameter 'fields' is not valid.")
    if traps.bare_relations == "missing":
        paths = [path for path in paths if path not in ("operator", "operatorGroup", "priority")]

    def chosen(shown: Row) -> Row:
        result: Row = {}
        for path in paths:
            if traps.dotted_fields == "nested":
                _nest(result, path, shown)
            else:
                result[path] = _leaf(path, shown)
        return result

    return chosen


def _leaf(path: str, shown: Row) -> Any:
    value: Any = shown
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _nest(result: Row, path: str, shown: Row) -> None:
    """Put one leaf where it belongs; an empty reference stays null."""
    head, _, rest = path.partition(".")
    if not rest or not isinstance(shown[head], dict):
        result[head] = shown.get(head)
    else:
        _nest(result.setdefault(head, {}), rest, shown[head])
