"""Conditions on a ticket's fields. A field that is missing (which is not an empty one), or holds several
texts, never meets a condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from connector.domain.same_text import composed
from connector.domain.several import one


@dataclass(frozen=True)
class AnyOf:
    """One of these values, to the letter, however its accents are written (NFC)."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class NoneOf:
    """Another value than these; an empty one, too."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Empty:
    """Empty (True) or filled (False)."""

    empty: bool


@dataclass(frozen=True)
class StartsWith:
    text: str


Test = AnyOf | NoneOf | Empty | StartsWith


@dataclass(frozen=True)
class Condition:
    """A condition on one field."""

    field: str
    test: Test

    def holds(self, fields: Mapping[str, str]) -> bool:
        given = one(fields, self.field)
        if given is None:
            return False
        value = composed(given)
        match self.test:
            case AnyOf(values):
                return value in map(composed, values)
            case NoneOf(values):
                return value not in map(composed, values)
            case Empty(empty):
                return (value == "") is empty
            case StartsWith(text):
                return value.startswith(composed(text))
            case never:
                assert_never(never)


@dataclass(frozen=True)
class Watch:
    """The conditions that make a ticket the mapping's: all of them must match."""

    conditions: tuple[Condition, ...]

    def matches(self, fields: Mapping[str, str]) -> bool:
        return bool(self.conditions) and all(condition.holds(fields) for condition in self.conditions)
