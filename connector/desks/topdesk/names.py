"""Names of an incident's fields in a mapping, and the fields that may be set. topdesk.md §3.1, 4

`category.name`, `operatorGroup.id`     an incident's own
`optionalFields1.text1`                 the environment's own fields
`caller.email`, `caller.manager.id`     of the person card behind `caller.id`
"""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

from connector.desks.topdesk.fields import ID, as_text, moment, when
from connector.mapping.model import Mapping
from connector.mapping.watch import AnyOf, Condition, NoneOf

ACTION = "action"  # where every note goes, invisible to the caller
CALLER, CALLER_ID = "caller.", "caller.id"
_FLAGS = ("closed", "completed", "onHold", "responded")
_TEXTS = {"briefDescription": 80, "externalNumber": 60}  # and the longest that fits
_NAMED = (
    "processingStatus", "closureCode", "category", "subcategory", "callType", "entryType", "impact",
    "urgency", "priority",
    "duration",
)  # fmt: skip
_BY_ID = ("operator", "operatorGroup", "supplier")  # ids only (§4)
_OPTIONAL = re.compile(r"optionalFields[12]\.(boolean|number|date|text|searchlist)[1-5](\.id)?")
_KINDS = ("boolean", "number", "date", "text")
_LISTS = frozenset(
    {"requests", "attachments", "partialIncidents", "externalLinks"}
)  # addresses and lists, no texts (§3.1)
_OBJECTS = frozenset(
    {*_NAMED, *_BY_ID, "caller", "callerBranch", "optionalFields1", "optionalFields2", "caller.manager",
    "caller.branch",
     "caller.department"}
)  # fmt: skip
_WITHIN = {"caller": "email", "optionalFields1": "text1", "optionalFields2": "text1"}
_LISTED = frozenset({"firstLine", "secondLine"})  # all that a list shows (§0.4)


def of_card(name: str) -> bool:
    """Tell whether the caller's card says it, and nothing else does."""
    return name.startswith(CALLER) and name != CALLER_ID


def check(mapping: Mapping) -> None:
    """Raises ValueError with the key and the cure where TOPdesk can't be asked for a name, or can't be told
    to set it.
    """
    if mapping.table != "incidents":
        raise ValueError(f"table: TOPdesk has no table {mapping.table!r} for passdesk; write incidents")
    for name in mapping.columns:
        if name != ACTION and (sentence := _unreadable(name)):
            raise ValueError(f"{name}: {sentence}")
    for condition in mapping.watch.conditions:
        if sentence := _unwatched(condition):
            raise ValueError(f"watch.{condition.field}: {sentence}")
    for key, name in {"note.field": mapping.note.field, "note.plain": mapping.note.plain}.items():
        if name != ACTION:
            raise ValueError(
                f"{key}: TOPdesk keeps notes in actions that callers can't see; write {ACTION}, or leave it "
                "out"
            )
    marker = mapping.note.marker
    if marker and not re.fullmatch(r"externalNumber|optionalFields[12]\.text[1-5]", marker):
        raise ValueError(
            f"note.marker: {marker} can't hold a reference; write optionalFields1.text1, for "
            "example, or externalNumber"
        )
    for outcome, fields in mapping.settle.items():
        for name, text in fields.items():
            if sentence := _unsettable(name, text, fields):
                raise ValueError(f"settle.{outcome}.{name}: {sentence}")


def instead(name: str, mapping: str) -> str:
    """The field that was probably meant; a suggestion, since the environment's version may have others."""
    known = [f"{head}.{leaf}" for head in (*_NAMED, *_BY_ID) for leaf in ("name", "id")]
    known += [*_FLAGS, *_TEXTS, "number", "request", "status", "creationDate", "targetDate", "callDate"]
    known += [
        f"optionalFields{tab}.{kind}{number}" for tab in "12" for kind in _KINDS for number in range(1, 6)
    ]
    near = get_close_matches(name, known, n=1, cutoff=0.7)
    return f"write {near[0]}?" if near else f"correct {mapping}: names are those of TOPdesk's API"


def value_of(name: str, text: str) -> object:
    """A field's text as it is sent: flags and numbers as such, and null for an empty one that is no text."""
    leaf = name.rpartition(".")[2]
    if name in _FLAGS or leaf.startswith("boolean"):
        return text == "true"
    if text == "" and name not in _TEXTS and not leaf.startswith("text"):
        return None
    return float(text) if leaf.startswith("number") else text


def as_shown(name: str, text: str) -> str:
    """A field's text as it is read back."""
    leaf = name.rpartition(".")[2]
    if text and leaf.startswith("number"):
        return as_text(float(text)) or ""
    return moment(text) if leaf.startswith("date") else text


def _unreadable(name: str) -> str | None:
    head, _, rest = name.partition(".")
    if name.endswith("@display"):
        return f"TOPdesk has no display values; write {name.removesuffix('@display')}, such as category.name"
    if head in ("variables", "variable_sets"):
        return "TOPdesk has no variables; write optionalFields1.text1, for example"
    if head in _LISTS or head == ACTION:
        return (
            f"{head} is a list of its own, and not read; name another field, such as request or "
            "briefDescription"
        )
    if name in _OBJECTS:
        return f"this is not one text; write {name}.{_WITHIN.get(name, 'name')}"
    if name.startswith("caller.manager.") and rest not in ("manager.id", "manager.name"):
        return (
            "a card shows only the id and name of a manager, and nothing is read through it; write "
            "caller.manager.name"
        )
    return None


def _unwatched(condition: Condition) -> str | None:
    name, test = condition.field, condition.test
    if name in ("closed", "completed") and not condition.holds({name: "false"}):
        return "passdesk works on calls that are neither completed nor closed; take it out"
    values = test.values if isinstance(test, AnyOf | NoneOf) else ()
    if name == "status" and isinstance(test, AnyOf) and not _LISTED.issuperset(values):
        return (
            "only firstLine and secondLine are listed; write one of them, or processingStatus.name for the "
            "state of the work"
        )
    return next((found for each in values if (found := _no_id(name, each))), None)


def _unsettable(name: str, text: str, beside: Collection[str]) -> str | None:
    head, _, leaf = name.partition(".")
    if name == ACTION:
        return None
    if head in _BY_ID and leaf == "name":
        return f"TOPdesk sets it by its id only; write {head}.id"
    if (head in _NAMED and leaf in ("id", "name")) or (head in _BY_ID and leaf == "id"):
        both = leaf == "name" and f"{head}.id" in beside
        return "its id is set, too; write one of the two" if both else _no_id(name, text)
    if name in _TEXTS:
        return f"it takes {_TEXTS[name]} characters; shorten it" if len(text) > _TEXTS[name] else None
    optional = _OPTIONAL.fullmatch(name)
    if name in _FLAGS or (optional and optional[1] == "boolean" and not optional[2]):
        return None if text in ("true", "false") else "it is yes or no; write true or false"
    if optional and (optional[1] == "searchlist") is bool(optional[2]):
        return _misfit(optional[1], name, text)
    return (
        "passdesk doesn't set it; write processingStatus.name, completed, operatorGroup.id or "
        "optionalFields1.text1, for example"
    )


def _misfit(kind: str, name: str, text: str) -> str | None:
    if kind == "searchlist":
        return _no_id(name, text)
    if kind == "number" and text and not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text, re.ASCII):
        return "it is a number; write one, such as 1"
    if kind == "date" and text and when(text) is None:
        return "it is a date with its time and zone; write one, such as 2026-03-01T09:30:00Z"
    return None


def _no_id(name: str, text: str) -> str | None:
    """Find values that are no id in a place for ids, which passdesk reads in small letters."""
    if name.rpartition(".")[2] != "id" or text == "" or ID.fullmatch(text):
        return None
    small = text.lower()
    return (
        f"write it in small letters: {small}"
        if ID.fullmatch(small)
        else "an id looks like 6f1967b7-15e8-4935-ac26-d50770ed07a7"
    )
