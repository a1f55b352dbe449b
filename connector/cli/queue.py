"""A ticket's place in a mapping's queue, judged by the list that a sweep polls; or why it has none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from connector.forms.mistakes import choice, printable, quote
from connector.mapping.watch import AnyOf, Condition, Empty, NoneOf, StartsWith

if TYPE_CHECKING:
    from connector.domain.ticket import Ticket
    from connector.mapping import Mapping
    from connector.wire import ReadOnly


@dataclass(frozen=True)
class ConditionResult:
    """A condition of `watch` on one ticket. `value`: the ticket's; None: it can't be read."""

    field: str
    value: str | None
    wanted: str
    matches: bool

    @property
    def sentence(self) -> str:
        if self.value is None:
            return f"{self.field} can't be read; wanted is {self.wanted}"
        value = quote(self.value) if self.value else "empty"
        return f"{self.field} is {value}; wanted is {self.wanted}"

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "value": self.value, "wanted": self.wanted, "matches": self.matches}


@dataclass(frozen=True)
class Place:
    """A ticket's place in the queue of one mapping. `polled`: the poll shows it, as a sweep's would."""

    mapping: Mapping
    ticket: Ticket
    polled: bool
    conditions: tuple[ConditionResult, ...]

    @property
    def why_not(self) -> tuple[str, ...]:
        """The reasons why a sweep isn't shown it; none where it is."""
        if self.polled:
            return ()
        unmet = [each.sentence for each in self.conditions if not each.matches]
        if not self.ticket.open:
            unmet.insert(0, "the desk says that it is closed, or doesn't say that it is open")
        return tuple(unmet) or ("it matches, but the desk's own list for this mapping doesn't show it",)


def place_of(mapping: Mapping, ticket: Ticket, queue: Iterable[Ticket]) -> Place:
    """Look for the ticket in the mapping's queue, as the desk shows it. Raises Down as the queue does."""
    shown = next((each for each in queue if each.id == ticket.id), None)
    seen = shown or ticket
    conditions = [
        ConditionResult(each.field, seen.fields.get(each.field), wanted(each), each.holds(seen.fields))
        for each in mapping.watch.conditions
    ]
    return Place(mapping, seen, shown is not None, tuple(conditions))


def places_of(eyes: ReadOnly, desk: str, number: str) -> list[Place]:
    """The ticket's place in the queue of each mapping of the desk whose table has it. Raises Down."""
    found = []
    for mapping in (each for each in eyes.config.mappings if each.desk == desk):
        ticket = eyes.find(mapping, number)
        if ticket is not None:
            found.append(place_of(mapping, ticket, eyes.desk(mapping).poll()))
    return found


def wanted(condition: Condition) -> str:
    """The values that meet a condition, in words."""
    match condition.test:
        case AnyOf(values):
            return choice([_named(each) for each in values])
        case NoneOf(values):
            return f"anything but {choice([_named(each) for each in values])}"
        case Empty(empty):
            return "empty" if empty else "any value"
        case StartsWith(text):
            return f"a value that starts with {quote(text)}"
        case never:
            assert_never(never)


def _named(value: str) -> str:
    return quote(printable(value)) if value else "empty"
