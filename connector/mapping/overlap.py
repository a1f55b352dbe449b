"""Two mappings of one table that may want the same ticket, which then gets no pass: mapping_ambiguous."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from connector.domain.finding import CheckResult
from connector.mapping import AnyOf, Condition, Empty, Mapping, StartsWith, Watch


def overlaps(mappings: Iterable[Mapping]) -> Iterator[CheckResult]:
    """Each pair, the same watch or one that leaves room for a ticket of both: a warning, since there may be
    no such ticket.
    """
    for first, second in combinations(mappings, 2):
        if (first.desk, first.table) != (second.desk, second.table) or apart(first.watch, second.watch):
            continue
        alike = set(first.watch.conditions) == set(second.watch.conditions)
        how = "have the same watch" if alike else "can both match one ticket"
        says = f"{first.name} and {second.name} {how}, and a ticket that two mappings match gets no pass"
        yield CheckResult(
            first.desk,
            None,
            says,
            "make their watch conditions exclude each other, by one field that both name",
        )


def watched_beside(mapping: Mapping, mappings: Iterable[Mapping]) -> tuple[str, ...]:
    """Every field that some mapping of the same table watches, sorted."""
    table = (mapping.desk, mapping.table)
    return tuple(
        sorted(
            {
                condition.field
                for each in mappings
                if (each.desk, each.table) == table
                for condition in each.watch.conditions
            }
        )
    )


def apart(one: Watch, other: Watch) -> bool:
    """Tell whether no ticket can match both: some field that both name would need two values."""
    return any(a.field == b.field and excluded(a, b) for a in one.conditions for b in other.conditions)


def excluded(one: Condition, other: Condition) -> bool:
    """Tell whether no value meets both conditions: if one does, one of those that are tried does."""
    tried = [*_tried(one), *_tried(other)]
    return not any(
        one.holds(fields) and other.holds(fields) for fields in ({one.field: value} for value in tried)
    )


def _tried(condition: Condition) -> Iterator[str]:
    """All values that meet it, or some that stand for them: no mapping can name one with a control character
    in it.
    """
    match condition.test:
        case AnyOf(values):
            yield from values
        case Empty(True):
            yield ""
        case StartsWith(text):
            yield from (text, f"{text}\0")
        case _:
            yield "\0"
