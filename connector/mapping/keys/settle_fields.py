"""Values for the fields that passdesk sets on a ticket, by what became of the pass."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, PlainValidator, ValidationInfo, WithJsonSchema

from connector.forms.form import Problem, problems_error
from connector.forms.mistakes import quote
from connector.mapping.keys import shapes
from connector.mapping.keys.checks import MappingContext, dialect_of, mapping_context
from connector.mapping.keys.fields import WrittenName
from connector.mapping.keys.kinds import DESK_VALUE, NAMES

_PLACEHOLDERS = r"^([^{}^\n\r\t]|\{(reference|subject|expires|reason)\})*$"


def _settle_text(value: object, info: ValidationInfo) -> str:
    text = shapes.desk_text(value, dialect_of(info))
    shapes.placeholders(text)
    return text


def _settle(fields: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    """{reason} only where callers can't read it: in the place for notes and what the floor names."""
    context, dialect = mapping_context(info), dialect_of(info)
    for_callers = [
        name
        for name, text in fields.items()
        if "reason" in shapes.placeholders(text) and not _is_restricted(name, context)
    ]
    if for_callers and dialect:
        sentence = "callers may read {}, and {{reason}} isn't meant for them; take it out, or write it to {}"
        raise problems_error(
            Problem((name,), sentence.format(quote(name), dialect.note_field)) for name in for_callers
        )
    return fields


def _is_restricted(name: str, context: MappingContext | None) -> bool:
    """Tell whether a field is restricted. If the floor is unknown, all are but those that callers surely
    see.
    """
    if context is None or context.dialect is None:
        return True
    if context.floor is None or context.dialect.callers_see(name):
        return not context.dialect.callers_see(name)
    return name in {context.dialect.note_field, *context.floor.note_fields}


SettleFields = Annotated[
    dict[WrittenName, Annotated[str, PlainValidator(_settle_text)]],
    AfterValidator(_settle),
    WithJsonSchema({**NAMES, "additionalProperties": {**DESK_VALUE, "pattern": _PLACEHOLDERS}}),
]
