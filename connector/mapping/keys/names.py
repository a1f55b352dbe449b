"""Problems of a mapping's values taken together, as they stand in the file: reported beside the problems
of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from connector.forms.form import Problem
from connector.forms.mistakes import no_such, quote
from connector.mapping.keys.checks import MappingContext
from connector.mapping.steps.lookup import table
from connector.mapping.template import Template, circles, made_of

MOST = 100  # values of a mapping
_NOBODY = {
    "subject": "default would give one person the pass of every ticket that names nobody; take it out",
    "requester": (
        "default would make one person the requester of every ticket that names nobody; take it out"
    ),
}


def about_values(
    values: Mapping[str, Any], confirm: Mapping[str, Any], context: MappingContext | None
) -> Iterator[Problem]:
    if len(values) > MOST:
        yield Problem(
            ("values",),
            f"these are {len(values)} values, and {MOST} is the maximum; keep those that are needed",
        )
        return
    yield from _about_finding(values, confirm)
    yield from _about_starts(values, confirm)
    yield from _unknown(values, confirm)
    templates = _templates(values)
    if rings := circles(templates):
        for circle in rings:
            way = " → ".join(circle)
            yield Problem(
                ("values", circle[0], "template"),
                f"this goes round in a circle, {way}; take one out of its template",
            )
        return
    if "subject" not in values:
        yield _without_subject(values)
    for person in ("subject", "requester"):
        if person in values:
            yield from _everybody(person, values, templates, context)


def _without_subject(values: Mapping[str, Any]) -> Problem:
    if near := get_close_matches("subject", values, n=1):
        return Problem(
            ("values", near[0]), f"whose pass is it? Write subject in place of {quote(near[0])}", at_key=True
        )
    return Problem(
        ("values",), 'the key "subject" is missing; add it, such as subject: {from: caller_id.user_name}'
    )


def _about_finding(values: Mapping[str, Any], confirm: Mapping[str, Any]) -> Iterator[Problem]:
    for section, each in (("values", values), ("confirm", confirm)):
        for name, value in each.items():
            is_person = section == "values" and name in _NOBODY
            key = (
                next((each for each in ("find_by", "only") if each in value), "")
                if isinstance(value, dict)
                else ""
            )
            if is_person or not key:
                continue
            meant = [
                person
                for person in get_close_matches(name, _NOBODY, n=1)
                if section == "values" and person not in values
            ]
            if meant:
                yield Problem(
                    (section, name),
                    f"{key} is for people; write {meant[0]} in place of {quote(name)}",
                    at_key=True,
                )
            else:
                yield Problem((section, name, key), f"{key} is for people only; delete it here", at_key=True)


def _about_starts(values: Mapping[str, Any], confirm: Mapping[str, Any]) -> Iterator[Problem]:
    for section, each in (("values", values), ("confirm", confirm)):
        for name, value in each.items():
            if (section, name) == ("values", "starts_at") or not isinstance(value, dict):
                continue
            for key in ("late", "late_at_most"):
                if key in value:
                    yield Problem(
                        (section, name, key), f"{key} is for starts_at only; delete it here", at_key=True
                    )


def _unknown(values: Mapping[str, Any], confirm: Mapping[str, Any]) -> Iterator[Problem]:
    for section, each in (("values", values), ("confirm", confirm)):
        for key, template in _templates(each).items():
            for name in dict.fromkeys(template.names):
                if name in values:
                    continue
                others = [other for other in values if other != key]
                near = get_close_matches(name, others, n=1)
                sentence = (
                    no_such("value", name, near) if near else f'there is no value "{name}"; add it to values'
                )
                yield Problem(
                    (section, key, "template"),
                    sentence if near else f"{sentence}, such as {name}: {{from: FIELD}}",
                )


def _everybody(
    person: str, values: Mapping[str, Any], templates: Mapping[str, Template], context: MappingContext | None
) -> Iterator[Problem]:
    """One person must not stand in for everybody: not by default, by a table, or by a template that nothing
    enters.
    """
    who = made_of([person], templates, who=True)
    for name in who:
        for index, step in enumerate(_steps(values.get(name))):
            if isinstance(step, dict) and "default" in step:
                yield Problem(("values", name, "then", index), _NOBODY[person])
            elif _is_same(step, context):
                yield Problem(
                    ("values", name, "then", index),
                    "every key gives the same here, whoever the ticket names; correct the table",
                )
    if all(name in templates for name in who):
        sentence = (
            f"no field of the ticket names the {person} here, so it would be the same person for every ticket"
        )
        yield Problem(
            ("values", person, "template"), f"{sentence}; put a value before the @, such as {{first}}"
        )


def _is_same(step: Any, context: MappingContext | None) -> bool:
    if not isinstance(step, dict) or "lookup" not in step:
        return False
    try:
        found = table(step["lookup"], context)
    except ValueError:
        return False
    return len(found) > 1 and len(set(found.values())) == 1


def _steps(value: Any) -> list[Any]:
    then = value.get("then") if isinstance(value, dict) else None
    return then if isinstance(then, list) else []


def _templates(values: Mapping[str, Any]) -> dict[str, Template]:
    """The templates that can be read."""
    found: dict[str, Template] = {}
    for name, value in values.items():
        text = value.get("template") if isinstance(value, dict) else None
        if isinstance(text, str):
            try:
                found[name] = Template.read(text)
            except ValueError:
                continue
    return found
