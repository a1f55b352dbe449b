"""Values that a mapping names, against those that stand at the desk: a label in place of a value never
matches, and nothing looks wrong.

Pure. A kind of desk says what stands there: on its tickets, or in its lists where it shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from connector.domain.same_text import composed
from connector.forms.mistakes import quote
from connector.mapping import AnyOf, Condition, NoneOf, StartsWith
from connector.mapping.model import Mapping as MappingFile
from connector.mapping.places import place_of

SHOWN = 10  # values that a sentence names
ENOUGH = 5  # tickets without a value: then it is no chance
_SEVERAL = re.compile(r"\s*[,;|]\s*|\s+or\s+")


@dataclass(frozen=True)
class Stored:
    """The values of one field: each with the label that people see, most frequent first.

    `tickets`: how many were looked at. `complete`: these are all that there can be. `ids`: of those that
    are names.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    tickets: int = 0
    complete: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)

    def means(self, text: str) -> str | None:
        """The value that somebody means who writes its label, or its letters in another case."""
        folded = text.strip().casefold()
        for same in (lambda value: value, lambda value: self.labels[value]):
            if found := next((each for each in self.labels if same(each).casefold() == folded), None):
                return found
        return self.ids.get(folded)

    def shown(self) -> str:
        named = [
            quote(value) if label in ("", value) else f"{quote(value)} ({label})"
            for value, label in self.labels.items()
            if value
        ]
        return ", ".join(named[:SHOWN]) + (", …" if len(named) > SHOWN else "")


@dataclass(frozen=True)
class Named:
    """Values that a mapping names for a field, below the keys `keys`."""

    keys: tuple[str, ...]
    field: str
    values: tuple[str, ...]
    begins: bool = False  # each is how a value begins
    wanted: bool = False  # a ticket with one of these is what the mapping waits for
    set_: bool = False  # the desk is to take them


@dataclass(frozen=True)
class Misfit:
    """A value that doesn't fit; `fine`: None for what may yet be right."""

    fine: bool | None
    says: str
    cure: str


def named_values(mapping: MappingFile) -> Iterator[Named]:
    for condition in mapping.watch.conditions:
        yield from _condition(("watch",), condition)
    if approval := mapping.allow.approval:
        yield Named(("allow", "approval", "in"), approval.field, approval.approved)
        yield Named(("allow", "approval", "refused_in"), approval.field, approval.rejected)
    if mapping.allow.channel:
        yield from _condition(("allow", "channel"), mapping.allow.channel)
    if mapping.again:
        yield Named(("again", "in"), mapping.again.field, mapping.again.values)
    for outcome, fields in mapping.settle.items():
        for name, text in fields.items():
            if "{" not in text:
                yield Named(("settle", outcome), name, (text,), set_=True)


def _condition(keys: tuple[str, ...], condition: Condition) -> Iterator[Named]:
    match condition.test:
        case AnyOf(values):
            yield Named(keys, condition.field, values, wanted=keys == ("watch",))
        case NoneOf(values):
            yield Named(keys, condition.field, values)
        case StartsWith(text):
            yield Named(keys, condition.field, (text,), begins=True, wanted=keys == ("watch",))


def misfits(mapping: MappingFile, named: Named, stored: Stored) -> Iterator[Misfit]:
    """The mistakes in the values of one field."""
    told = False
    for value in named.values:
        if _fits(value, named, stored):
            continue
        if found := _slip(value, named, stored):
            told = True
            why, write = found
            yield Misfit(
                None if named.set_ else False, f"{_place(mapping, named, value)}{why}", f"write {write}"
            )
    strange = not any(_fits(value, named, stored) for value in named.values)
    if not told and strange and stored.labels and (named.wanted or (named.set_ and stored.complete)):
        yield _unknown(mapping, named, stored)


def _slip(value: str, named: Named, stored: Stored) -> tuple[str, str] | None:
    """The mistake in a value that somebody probably means otherwise, and what to write."""
    none = f"no stored value; stored are {stored.shown()}"
    meant = stored.means(value)
    if meant is not None:
        return _meant(value, meant, stored, none), _written(meant)
    parts = [each for each in _SEVERAL.split(value) if each]
    known = [each if each in stored.labels else stored.means(each) for each in parts]
    if len(parts) > 1 and all(each is not None for each in known):
        return f"{quote(value)} is one text, and {none}", f"a list: [{', '.join(map(str, known))}]"
    if _are_numbers(stored) and not value.lstrip("-").isdecimal():
        return f"{quote(value)} is {none}", "one of these"
    if named.set_ and not stored.complete:
        return None  # the desk may take what no ticket has yet
    near = get_close_matches(value, [each for each in stored.labels if len(each) > 3], n=1, cutoff=0.8)
    return (f"{quote(value)} is {none}", _written(near[0])) if near else None


def _meant(value: str, meant: str, stored: Stored, none: str) -> str:
    if meant.casefold() == value.strip().casefold():
        return f"{quote(value)} is stored as {quote(meant)}, and values are compared letter by letter"
    if stored.ids:
        return f"{quote(value)} is the id of {quote(meant)}"
    return f"{quote(value)} is what people see, and {none}"


def _are_numbers(stored: Stored) -> bool:
    """Tell whether the values are numbers with a label each: those of a choice list."""
    filled = {value: label for value, label in stored.labels.items() if value}
    return bool(filled) and all(
        value.lstrip("-").isdecimal() and label != value for value, label in filled.items()
    )


def _fits(value: str, named: Named, stored: Stored) -> bool:
    """What the desk itself compares or takes must be stored as it is written, its accents included."""
    same = str if named.set_ or named.keys == ("watch",) else composed
    return value == "" or any(
        same(each) == same(value) or (named.begins and same(each).startswith(same(value)))
        for each in stored.labels
    )


def _unknown(mapping: MappingFile, named: Named, stored: Stored) -> Misfit:
    value = named.values[0]
    fine = False if (stored.complete or stored.tickets >= ENOUGH) and not named.set_ else None
    listed = ", ".join(map(quote, named.values))
    if stored.complete:
        says = f"{named.field} can't be {listed}; stored are {stored.shown()}"
        return Misfit(fine, _place(mapping, named, value) + says, "write one of these")
    says = f"none of the {stored.tickets} tickets looked at has {listed}; stored are {stored.shown()}"
    return Misfit(fine, _place(mapping, named, value) + says, "write one of these, or make a test ticket")


def _place(mapping: MappingFile, named: Named, value: str) -> str:
    within = (
        named.keys if named.keys[0] == "allow" or named.keys[0] == "again" else (*named.keys, named.field)
    )
    place = place_of(mapping.path, value, *within, version=mapping.version)
    return f"{place}: {'.'.join(within)}: "


def _written(value: str) -> str:
    return value if re.fullmatch(r"[\w.-]+", value) else quote(value)
