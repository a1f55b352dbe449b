"""Values of a mapping file that come in several shapes: conditions, rules about people, texts for the
ticket.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError, ValidationInfo

from connector.forms.form import Said, around, kind_of, said_in, several
from connector.forms.mistakes import choice, nearest, no_such, quote
from connector.forms.values import GUID, field_name, text_of_value
from connector.mapping.keys.visible import is_caller_visible
from connector.mapping.watch import AnyOf, Empty, NoneOf, StartsWith, Test

_KNOWN_TEXTS = ("reference", "subject", "expires", "reason")


def desk_text(value: object, kind: str | None = None) -> str:
    """A value as the desk holds it. What could leave its place in a query is refused: servicenow.md §2.2.

    TOPdesk's queries quote their values; what they can't be asked for, desks/fiql.py says.
    """
    text = text_of_value(value)
    if "^" in text and kind != "topdesk":
        raise ValueError(
            f"{quote(text)} holds a ^, which ends a condition in ServiceNow's queries; choose a value "
            "without it"
        )
    if re.search(r"javascript\s*:", text, re.IGNORECASE) and kind != "topdesk":
        raise ValueError("ServiceNow would run javascript: as a script; choose a value without it")
    if not text.isprintable():
        raise ValueError("line breaks and invisible characters can't stand here; write one line")
    return text


def watch_text(value: object, kind: str | None = None) -> str:
    text = desk_text(value, kind)
    if not text:
        raise ValueError("an empty text is no value; write {empty: true}")
    return text


def listed(values: object, kind: str | None = None) -> tuple[str, ...]:
    """A list of values for a query. ServiceNow's lists split at commas: servicenow.md §2.2."""
    if not isinstance(values, list):
        raise ValueError("this must be a list; write [one, another]")
    if not values:
        raise ValueError("this list is empty; name at least one value")
    return each_of(values, partial(_listed, kind=kind))


def _listed(value: object, kind: str | None) -> str:
    text = watch_text(value, kind)
    if "," in text and kind != "topdesk":
        raise ValueError(
            f"{quote(text)} holds a comma, at which ServiceNow splits lists; choose a value without it"
        )
    return text


def each_of(values: list[Any], read: Callable[[object], str]) -> tuple[str, ...]:
    """Each entry as it is read; what is wrong is said at its entry."""
    texts, wrong = [], []
    for index, value in enumerate(values):
        try:
            texts.append(read(value))
        except ValueError as error:
            wrong.append(Said((index,), str(error)))
    if wrong:
        raise several(wrong)
    return tuple(texts)


def condition(value: object, info: ValidationInfo) -> Test:
    """A value, a list of values, or one of {not_in: [..]}, {empty: true|false}, {starts_with: ..}."""
    kind = kind_of(info)
    if isinstance(value, list):
        return AnyOf(listed(value, kind))
    if not isinstance(value, dict):
        if value is None:
            raise ValueError("this is empty; write a value, or {empty: true} for a field that is empty")
        return AnyOf((watch_text(value, kind),))
    words = list(_CONDITIONS)
    if len(value) != 1:
        raise ValueError(f"write exactly one of {choice(words, 'and')} in {{…}}")
    (word, given), *_ = value.items()
    if word == "in":
        raise several([Said((word,), "a list alone means one of these; write [one, another]", at_key=True)])
    if word not in words:
        raise several([Said((word,), no_such("condition", word, words), at_key=True)])
    try:
        return _CONDITIONS[word](given, kind)
    except ValidationError as error:
        wrong = [each._replace(loc=(word, *each.loc)) for each in said_in(error)]
    except ValueError as error:
        wrong = [Said((word,), str(error))]
    raise several(wrong)


def _empty(given: object, kind: str | None) -> Empty:
    if not isinstance(given, bool):
        raise ValueError(
            "this is empty; write true or false"
            if given is None
            else f"this is {quote(given)}; write true or false"
        )
    return Empty(given)


_CONDITIONS: dict[str, Callable[[object, str | None], Test]] = {
    "not_in": lambda given, kind: NoneOf(listed(given, kind)),
    "empty": _empty,
    "starts_with": lambda given, kind: StartsWith(watch_text(given, kind)),
}


def requester(value: object, info: ValidationInfo) -> str:
    """subject, manager, group:OBJECT-ID or anyone, as far as the floor allows it."""
    if isinstance(value, dict) and list(value) == ["group"]:
        raise ValueError(
            "a space behind the colon makes a key of it; write group:OBJECT-ID without the space"
        )
    text = text_of_value(value)
    kind, colon, group = text.partition(":")
    if colon and kind == "group":
        if not re.fullmatch(GUID, group):
            raise ValueError(f"behind group: stands an object id; {quote(group)} is none. Copy it from Entra")
        text = f"group:{group.lower()}"
    elif text == "group":
        raise ValueError("which group? Write group:OBJECT-ID with the id from Entra")
    elif text not in {"subject", "manager", "anyone"}:
        raise ValueError(no_such("requester", text, ["subject", "manager", "group:OBJECT-ID", "anyone"]))
    checks = around(info)
    if checks and checks.floor and kind not in checks.floor.requester_at_most:
        allowed = choice(checks.floor.requester_at_most) if checks.floor.requester_at_most else "nobody"
        raise ValueError(
            f"the floor doesn't allow {quote(kind)}; write {allowed}, or add it to floor.requester_at_most "
            "in config.yaml"
        )
    return text


def note_field(value: object, info: ValidationInfo) -> str:
    """Where a pass or a notice may go: work_notes, or what the floor names. TOPdesk has one place, whatever
    it is called.
    """
    if kind_of(info) == "topdesk":
        if value not in ("work_notes", "action"):
            raise ValueError(
                "TOPdesk keeps notes as actions that callers can't see, and nowhere else; take this out"
            )
        return "action"
    if isinstance(value, str) and is_caller_visible(value):
        raise ValueError(
            f"callers can read {quote(value)}; write work_notes, or a restricted field that "
            "floor.note_fields names"
        )
    name = field_name(value)
    checks = around(info)
    permitted = {"work_notes", *(checks.floor.note_fields if checks and checks.floor else [name])}
    if name not in permitted or "." in name:
        cure = (
            nearest(name, permitted - {"work_notes"})
            or "work_notes, or add it to floor.note_fields in config.yaml"
        )
        raise ValueError(f"{quote(name)} is not known to be restricted; write {cure}")
    return name


def marker_field(value: object, info: ValidationInfo) -> str | None:
    """A field of the ticket itself that keeps our reference, and nothing else."""
    if value is None:
        return None
    if kind_of(info) == "topdesk":
        if not re.fullmatch(r"externalNumber|optionalFields[12]\.text[1-5]", str(value)):
            raise ValueError(
                f"{quote(value)} can't keep a reference; write one such as optionalFields2.text5"
            )
        return str(value)
    if isinstance(value, str) and is_caller_visible(value):
        raise ValueError(
            f"callers can read {quote(value)}; write a field of your own, such as u_passdesk_reference"
        )
    name = field_name(value)
    if name == "work_notes" or "." in name:
        raise ValueError(
            f"{quote(name)} can't be read back as a field of the ticket; write one of its own, such as "
            "u_passdesk_reference"
        )
    return name


def zone(value: object) -> str:
    name = text_of_value(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, no name of a zone at all, a folder of zones
        places = ["UTC", *sorted(each for each in available_timezones() if "/" in each)]
        sentence = no_such("time zone", name, places, "Europe/Amsterdam")
    else:
        return name
    raise ValueError(sentence)


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces. Raises ValueError where a brace means nothing."""
    if "{{" in text or "}}" in text:
        raise ValueError("two braces mean nothing here; write {reference} and its like in single ones")
    names = tuple(re.findall(r"\{([^{}]*)\}", text))
    for name in names:
        if name not in _KNOWN_TEXTS:
            raise ValueError(no_such("text", f"{{{name}}}", [f"{{{known}}}" for known in _KNOWN_TEXTS]))
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        raise ValueError(
            f"a brace stands alone; write {choice([f'{{{known}}}' for known in _KNOWN_TEXTS])}, or no brace"
        )
    return names
