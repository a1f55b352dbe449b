"""Pydantic's findings in our words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connector.forms.mistakes import NO_SPACE, no_item, no_such, printable, quote

ONE_TEXT = "this must be one text; write it without [ ] or { }, or put it in quotes"


def no_keys(given: Any, shape: str) -> str:
    if given is None:
        return f"this is empty; write {shape}"
    if isinstance(given, list):
        return "keys with values belong here; write key: value, without a dash or [ ]"
    return f"keys with values belong here; write {shape}, or lines below that are indented"


def _no_list(given: Any) -> str:
    if isinstance(given, dict):
        slip = any(no_item(str(key)) for key in given)
        return NO_SPACE if slip else "this must be a list; put a dash in front of each entry"
    return f"this must be a list; write [{printable(given) if isinstance(given, str) else '…'}]"


def sentence_of(kind: str, given: Any, context: Mapping[str, Any], noun: str, *, listed: bool = False) -> str:
    """Put one of pydantic's findings into a sentence. `listed`: about an entry of a list."""
    if given is None:
        return "this is empty; write a value, or delete the key"
    if kind in {"literal_error", "string_type"} and isinstance(given, list | dict):
        return ONE_TEXT
    match kind:
        case "literal_error":
            known = context.get("known") or re.findall(r"'([^']*)'", context["expected"])
            word = str(given).lower() if isinstance(given, bool) else given
            return no_such(noun, word, known, listed=listed)
        case "string_type":
            shown = str(given).lower() if isinstance(given, bool) else str(given)
            return f'this must be a text; write "{shown}" in quotes'
        case "bool_type" | "bool_parsing":
            return (
                f"this is {quote(given)}; write true or false"
                if isinstance(given, str | int)
                else "write true or false"
            )
        case "int_type" | "int_parsing" | "int_from_float":
            return "this must be a whole number; write one without quotes, such as 8"
        case "greater_than_equal":
            return f"this is {given}; write {context['ge']} or more"
        case "less_than_equal":
            return f"this is {given}; write {context['le']} or less"
        case "tuple_type" | "list_type":
            return _no_list(given)
        case "too_short":
            return "this list is empty; name at least one"
        case "dict_type" | "model_type" | "model_attributes_type":
            return no_keys(given, "{key: value}")
    return "this is not what belongs here; see the example that comes with passdesk"
