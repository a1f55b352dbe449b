"""The kinds of values that only a mapping file has: how each is read, and how an editor's schema describes
it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from connector.domain.durations import DURATION, duration, written
from connector.forms.form import Problem, problems_error
from connector.forms.mistakes import no_such, quote
from connector.forms.values import (
    FIELD,
    GUID,
    DeskValue,
    Seconds,
    between,
    no_fields_in_one,
    one_text,
    text_of_value,
)
from connector.mapping.keys import shapes
from connector.mapping.keys.checks import mapping_context
from connector.mapping.keys.fields import AskedName, SourceName
from connector.mapping.keys.floor import RESTRICTED, SHORTEST
from connector.mapping.steps.catalogue import step, step_schema
from connector.mapping.template import VALUE_NAME, Template
from connector.mapping.watch import Test

TAKEN = frozenset({"ticket", "refused", "confirm", "watched"})  # these mean something else in examples
NEVER = "never"
TABLE = "[A-Za-z][A-Za-z0-9_]*"
DESK_VALUE: dict[str, Any] = {"type": ["string", "integer", "boolean"]}
_VALUES = {"type": "array", "items": DESK_VALUE, "minItems": 1}
# An editor does not know the kind of a desk: it warns of what the strictest one can't be asked for.
_ASKED = {**DESK_VALUE, "minLength": 1, "pattern": r"^[^^\n\r\t]*$"}
_ASKED_LIST = {"type": "array", "items": {**_ASKED, "pattern": r"^[^^,\n\r\t]*$"}, "minItems": 1}
_CONDITION = {
    "anyOf": [
        _ASKED,
        _ASKED_LIST,
        {
            "type": "object",
            "required": ["not_in"],
            "properties": {"not_in": _ASKED_LIST},
            "additionalProperties": False,
        },
        {
            "type": "object",
            "required": ["empty"],
            "properties": {"empty": {"type": "boolean"}},
            "additionalProperties": False,
        },
        {
            "type": "object",
            "required": ["starts_with"],
            "properties": {"starts_with": _ASKED},
            "additionalProperties": False,
        },
    ]
}


def _desk(value: object, info: ValidationInfo) -> str:
    context = mapping_context(info)
    name = value if isinstance(value, str) else text_of_value(value)
    desks = context.desks if context else None
    if desks is not None and name not in desks and all(desks.values()):
        raise ValueError(
            f"{no_such('desk', name, desks)}, add it to desks in config.yaml, or take this file away"
        )
    return name


def _table(value: object) -> str:
    if isinstance(value, list):
        raise ValueError("a mapping is for one table; write one here, and a file for each other")
    if isinstance(value, bool | int) or not re.fullmatch(TABLE, one_text(value)):
        raise ValueError(
            f"{quote(value)} can't be a table; its name is letters, digits and _, such as incident"
        )
    return str(value)


def _deliver(value: object) -> tuple[str, ...]:
    """One way, or two of them: the second where the first is certain to have given nobody anything."""
    ways = tuple(value) if isinstance(value, list | tuple) else (value,)
    for index, each in enumerate(ways):
        if each not in ("note", "manager_mail"):
            sentence = no_such("way to deliver", each, ["note", "manager_mail"], listed=True)
            raise problems_error([Problem((index,) if isinstance(value, list | tuple) else (), sentence)])
    if not 1 <= len(ways) <= 2 or len(set(ways)) < len(ways):
        raise ValueError("write one way to deliver, or two different ones, such as [manager_mail, note]")
    return tuple(str(each) for each in ways)


def _template_name(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", value):
        raise ValueError("this names no template or language; write one such as default, or en")
    return value


def _people(rules: tuple[str, ...]) -> tuple[str, ...]:
    if not rules:
        raise ValueError("nobody may ask; name at least one of subject, manager, group:OBJECT-ID and anyone")
    return rules


def _watch(fields: dict[str, Test]) -> dict[str, Test]:
    if not fields:
        raise ValueError("this is empty, so every ticket would match; name at least one field and its value")
    return fields


def _value_name(value: object) -> str:
    name = text_of_value(value)
    if name in TAKEN:
        raise ValueError(
            f"{quote(name)} can't name a value, since it means something else in examples; write another name"
        )
    if not re.fullmatch(VALUE_NAME, name):
        raise ValueError(f"{quote(name)} can't name a value; write letters, digits and _")
    return name


def _template(value: object) -> Template:
    return Template.read(one_text(value))


def _lifetime(seconds: int, info: ValidationInfo) -> int:
    context = mapping_context(info)
    if seconds % 60:
        raise ValueError("Entra counts in minutes; write whole ones, such as 60m")
    if context and context.floor and seconds > context.floor.lifetime_at_most:
        most = written(context.floor.lifetime_at_most)
        raise ValueError(
            f"{written(seconds)} is longer than floor.lifetime_at_most allows; write {most} or less"
        )
    return seconds


def _source(value: object) -> object:
    if isinstance(value, str):
        no_fields_in_one(value)
    return value


def _patience(value: object) -> int | str:
    try:
        return NEVER if value == NEVER else duration(value)
    except ValueError:
        raise ValueError(f"{quote(value)} is no time to wait; write {NEVER}, or one such as 30m") from None


def _listed(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"this must be a list of values; write {shapes.as_list(value)}")
    return shapes.each_of(value, text_of_value)


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("this list is empty; name at least one value")
    return values


NAMES = {"type": "object", "propertyNames": {"pattern": rf"^(?!variable(s|_sets)(\.|$)){FIELD}$"}}

DeskName = Annotated[str, PlainValidator(_desk), WithJsonSchema({"type": "string"})]
TableName = Annotated[
    str, PlainValidator(_table), WithJsonSchema({"type": "string", "pattern": f"^{TABLE}$"})
]
WatchFields = Annotated[
    dict[AskedName, Annotated[Any, PlainValidator(shapes.condition)]],
    AfterValidator(_watch),
    WithJsonSchema({**NAMES, "minProperties": 1, "additionalProperties": _CONDITION}),
]
Steps = tuple[Annotated[Any, PlainValidator(step), WithJsonSchema(step_schema())], ...]
Sources = Annotated[tuple[Annotated[SourceName, BeforeValidator(_source)], ...], Field(min_length=1)]
TemplateText = Annotated[
    Template | None,
    PlainValidator(_template),
    WithJsonSchema({"type": "string", "minLength": 1, "pattern": rf"^([^{{}}]|\{{{VALUE_NAME}\}})*$"}),
]
ValueName = Annotated[
    str, PlainValidator(_value_name), WithJsonSchema({"type": "string", "pattern": f"^{VALUE_NAME}$"})
]
Lifetime = Annotated[Seconds, between(SHORTEST), AfterValidator(_lifetime)]
Patience = Annotated[
    int | str,
    PlainValidator(_patience),
    WithJsonSchema(
        {
            "anyOf": [{"const": NEVER}, {"type": "string", "pattern": f"^({DURATION})$"}],
            "examples": [NEVER, "30m"],
        }
    ),
]
Zone = Annotated[
    str, PlainValidator(shapes.zone), WithJsonSchema({"type": "string", "examples": ["Europe/Amsterdam"]})
]
AnyValues = Annotated[
    tuple[str, ...], PlainValidator(_listed), WithJsonSchema({"type": "array", "items": DESK_VALUE})
]
Values = Annotated[tuple[str, ...], PlainValidator(_listed), AfterValidator(_some), WithJsonSchema(_VALUES)]
Requesters = Annotated[
    tuple[
        Annotated[
            str,
            PlainValidator(shapes.requester),
            WithJsonSchema(
                {
                    "anyOf": [
                        {"enum": ["subject", "manager", "anyone"]},
                        {"type": "string", "pattern": f"^group:{GUID}$"},
                        {"type": "string", "pattern": "^manager_chain:([1-9]|10)$"},
                    ]
                }
            ),
        ],
        ...,
    ],
    AfterValidator(_people),
    Field(json_schema_extra={"minItems": 1}),
]
_WAY = {"enum": ["note", "manager_mail"]}
Ways = Annotated[
    tuple[str, ...],
    PlainValidator(_deliver),
    WithJsonSchema(
        {"anyOf": [_WAY, {"type": "array", "items": _WAY, "minItems": 1, "maxItems": 2, "uniqueItems": True}]}
    ),
]
TemplateName = Annotated[
    str,
    PlainValidator(_template_name),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"}),
]
NoteField = Annotated[str, PlainValidator(shapes.note_field), WithJsonSchema(RESTRICTED)]
MarkerField = Annotated[
    str | None,
    PlainValidator(shapes.marker_field),
    WithJsonSchema(
        {
            "type": ["string", "null"],
            "pattern": r"^([A-Za-z0-9_]+|optionalFields[12]\.text[1-5])$",
            "not": {"enum": [*RESTRICTED["not"]["enum"], "work_notes"]},
        }
    ),
]
TicketFields = Annotated[
    dict[SourceName, DeskValue], WithJsonSchema({"type": "object", "additionalProperties": DESK_VALUE})
]
