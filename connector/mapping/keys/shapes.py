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

from connector.forms.form import Problem, problems_error, problems_in
from connector.forms.mistakes import choice, entries_in, nearest, no_comma, no_such, printable, quote
from connector.forms.values import GUID, field_name, text_of_value
from connector.mapping.keys.checks import MappingContext, dialect_of, mapping_context
from connector.mapping.keys.dialect import Dialect
from connector.mapping.watch import AnyOf, Empty, NoneOf, StartsWith, Test

_KNOWN_TEXTS = ("reference", "subject", "expires", "reason")


def desk_text(value: object, dialect: Dialect | None = None) -> str:
    """A value as the desk holds it."""
    text = text_of_value(value)
    if dialect and (sentence := dialect.value_problem(text)):
        raise ValueError(sentence)
    if not text.isprintable():
        raise ValueError("line breaks and invisible characters aren't allowed here; write one line")
    return text


def watch_text(value: object, dialect: Dialect | None = None) -> str:
    text = desk_text(value, dialect)
    if not text:
        raise ValueError("an empty text is no value; write {empty: true}")
    return text


def as_list(value: object) -> str:
    """One value as the list that it should be."""
    return f"[{printable(str(value))}]" if isinstance(value, str | int) and value != "" else "[one, another]"


def listed(values: object, dialect: Dialect | None = None) -> tuple[str, ...]:
    """A list of values for a query."""
    if not isinstance(values, list):
        raise ValueError(f"this must be a list; write {as_list(values)}")
    if not values:
        raise ValueError("this list is empty; name at least one value")
    return each_of(values, partial(_listed, dialect=dialect))


def _listed(value: object, dialect: Dialect | None) -> str:
    text = watch_text(value, dialect)
    if dialect and (sentence := dialect.list_value_problem(text)):
        raise ValueError(sentence)
    return text


def each_of(values: list[Any], read: Callable[[object], str]) -> tuple[str, ...]:
    """Each entry as it is read; what is wrong is said at its entry."""
    texts, wrong = [], []
    for index, value in enumerate(values):
        try:
            texts.append(read(value))
        except ValueError as error:
            wrong.append(Problem((index,), str(error)))
    if wrong:
        raise problems_error(wrong)
    return tuple(texts)


def condition(value: object, info: ValidationInfo) -> Test:
    """A value, a list of values, or one of {not_in: [..]}, {empty: true|false}, {starts_with: ..}."""
    dialect = dialect_of(info)
    if isinstance(value, list):
        return AnyOf(listed(value, dialect))
    if not isinstance(value, dict):
        if value is None:
            raise ValueError("this is empty; write a value, or {empty: true} for a field that is empty")
        return AnyOf((watch_text(value, dialect),))
    words = list(_CONDITIONS)
    if len(value) != 1:
        raise ValueError(f"write exactly one of {choice(words, 'and')} in {{…}}")
    (word, given), *_ = value.items()
    if word == "in":
        raise problems_error(
            [Problem((word,), "a list alone means one of these; write [one, another]", at_key=True)]
        )
    if word not in words:
        raise problems_error([Problem((word,), no_such("condition", word, words), at_key=True)])
    try:
        return _CONDITIONS[word](given, dialect)
    except ValidationError as error:
        wrong = [each._replace(loc=(word, *each.loc)) for each in problems_in(error)]
    except ValueError as error:
        wrong = [Problem((word,), str(error))]
    raise problems_error(wrong)


def _empty(given: object, dialect: Dialect | None) -> Empty:
    if not isinstance(given, bool):
        raise ValueError(
            "this is empty; write true or false"
            if given is None
            else f"this is {quote(given)}; write true or false"
        )
    return Empty(given)


_CONDITIONS: dict[str, Callable[[object, Dialect | None], Test]] = {
    "not_in": lambda given, dialect: NoneOf(listed(given, dialect)),
    "empty": _empty,
    "starts_with": lambda given, dialect: StartsWith(watch_text(given, dialect)),
}


_REQUESTERS = ("subject", "manager", "anyone")
_MEANT = {
    **dict.fromkeys(("caller", "employee", "me", "person", "self", "user"), "subject"),
    **dict.fromkeys(("boss", "leader", "lead", "line_manager", "superior", "supervisor"), "manager"),
}


def _no_requester(text: str, context: MappingContext | None) -> str:
    """The word that was probably meant, and what config.yaml must say beside it."""
    if re.fullmatch(GUID, text):
        return f"this is an object id; for the members of a group write group:{text.lower()}"
    words = re.sub(r"[A-Za-z_]+", lambda found: _MEANT.get(found[0].lower(), found[0]), text)
    several = entries_in(re.sub(r"group:\S+", "group:OBJECT-ID", words), [*_REQUESTERS, "group:OBJECT-ID"])
    if several:
        ids = iter(re.findall(r"group:\S+", text))
        return no_comma(text, [next(ids, each) if each.startswith("group:") else each for each in several])
    near = _MEANT.get(text.lower().strip()) or nearest(text, ["anyone"])
    sentence = no_such("requester", text, [near] if near else [*_REQUESTERS[:2], "group:OBJECT-ID", "anyone"])
    if near and context and context.floor and near not in context.floor.requester_at_most:
        return f"{sentence}, which floor.requester_at_most in config.yaml must name, too"
    return sentence


def requester(value: object, info: ValidationInfo) -> str:
    """subject, manager, manager_chain:LEVELS, group:OBJECT-ID or anyone, as far as the floor allows it."""
    if isinstance(value, dict) and list(value) == ["group"]:
        raise ValueError("a space after the colon makes a key of it; write group:OBJECT-ID without the space")
    if isinstance(value, dict) and list(value) == ["manager_chain"]:
        raise ValueError("a space after the colon makes a key of it; write manager_chain:2 without the space")
    text = text_of_value(value)
    kind, colon, group = text.partition(":")
    if colon and kind == "group":
        if not re.fullmatch(GUID, group):
            raise ValueError(
                f"after group: comes an object id, and {quote(group)} is none; copy it from Entra"
            )
        text = f"group:{group.lower()}"
    elif kind == "manager_chain":
        if not re.fullmatch(r"[1-9]|10", group):
            raise ValueError("after manager_chain: comes how many levels up, 1 to 10; write manager_chain:2")
    elif text == "group":
        raise ValueError("which group? Write group:OBJECT-ID with the id from Entra")
    elif text not in _REQUESTERS:
        raise ValueError(_no_requester(text, mapping_context(info)))
    context = mapping_context(info)
    if context and context.floor and kind not in context.floor.requester_at_most:
        allowed = choice(context.floor.requester_at_most) if context.floor.requester_at_most else "nobody"
        raise ValueError(
            f"the floor doesn't allow {quote(kind)}; write {allowed}, or add it to floor.requester_at_most "
            "in config.yaml"
        )
    return text


def note_field(value: object, info: ValidationInfo) -> str:
    """A place for passes or notices that callers can't read."""
    context, dialect = mapping_context(info), dialect_of(info)
    if context is None or dialect is None:
        return field_name(value)
    return dialect.note_place(value, context.floor.note_fields if context.floor else None)


def marker_field(value: object, info: ValidationInfo) -> str | None:
    """A field of the ticket itself that keeps our reference, and nothing else."""
    dialect = dialect_of(info)
    if value is None:
        return None
    return dialect.marker(value) if dialect else field_name(value)


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
        raise ValueError("two braces mean nothing here; write {reference} and the others in single braces")
    names = tuple(re.findall(r"\{([^{}]*)\}", text))
    for name in names:
        if name not in _KNOWN_TEXTS:
            raise ValueError(no_such("text", f"{{{name}}}", [f"{{{known}}}" for known in _KNOWN_TEXTS]))
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        raise ValueError(
            f"there is a single brace; write {choice([f'{{{known}}}' for known in _KNOWN_TEXTS])}, "
            "or no brace"
        )
    return names
