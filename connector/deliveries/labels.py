"""Fields and values as people see them at their desk. Whoever reads a note knows no column names."""

from __future__ import annotations

import re
from typing import Final

from connector.deliveries.sanitize import sanitize
from connector.mapping.model import Mapping
from connector.mapping.watch import AnyOf

OR: Final = {"en": "or", "nl": "of", "de": "oder"}
AND: Final = {"en": "and", "nl": "en", "de": "und"}


def labelled(field: str, mapping: Mapping) -> str:
    """`Caller › User ID (caller_id.user_name)`, or `State`, whose name is the same; its name alone where a
    part of it has no known label.
    """
    known = mapping.traits.labels
    parts = [known[field]] if field in known else [known.get(each, "") for each in field.split(".")]
    label = " › ".join(parts)
    if not all(parts):
        return field
    return label if label.replace(" ", "_").lower() == field else f"{label} ({field})"


def labelled_all(fields: str, mapping: Mapping, language: str) -> str:
    """Every field of `a and b or c`, as the sentences of a mapping name them."""
    joiners = {"and": AND.get(language, "and"), "or": OR.get(language, "or")}
    words = re.split(r" (and|or) ", fields)
    return " ".join(
        joiners[word] if number % 2 else labelled(word, mapping) for number, word in enumerate(words)
    )


def value_of(field: str, value: str, mapping: Mapping) -> str:
    """`New (1)`; the value alone where its label isn't known, or is the same."""
    label = mapping.traits.choices.get((mapping.table, field), {}).get(value)
    return f"{label} ({value})" if label and label != value else sanitize(value) or '""'


def setting(field: str, values: tuple[str, ...], mapping: Mapping, language: str) -> str:
    """`State: New (1) or In Progress (2)`"""
    shown = f" {OR.get(language, 'or')} ".join(value_of(field, each, mapping) for each in values)
    return f"{labelled(field, mapping)}: {shown}"


def way_back(mapping: Mapping, language: str) -> str:
    """The value to set on a refused ticket so that it is in the queue again; "" where our refusal left it
    there, or where no list of values says it.
    """
    ours = mapping.settle.get("refused", {})
    left = [each for each in mapping.watch.conditions if each.field in ours and not each.holds(ours)]
    told = [
        setting(each.field, each.test.values, mapping, language)
        for each in left
        if isinstance(each.test, AnyOf)
    ]
    return "; ".join(told) if len(told) == len(left) else ""
