"""Fields of a ticket, and properties of a person, as a mapping names them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from connector.forms.mistakes import no_such, quote
from connector.forms.values import FIELD, field_name, one_text

SOURCE = rf"{FIELD}(@display)?"
# Texts of a user that User.Read.All shows where $select asks for them: graph.md §4.1. In Graph's
# spelling.
PROPERTIES = (
    "city",
    "companyName",
    "country",
    "department",
    "displayName",
    "employeeId",
    "employeeType",
    "givenName",
    "jobTitle",
    "mail",
    "mailNickname",
    "mobilePhone",
    "officeLocation",
    "onPremisesSamAccountName",
    "onPremisesUserPrincipalName",
    "postalCode",
    "preferredLanguage",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
    "userPrincipalName",
)

_MEANT = {
    "email": "mail",
    "employee_number": "employeeId",
    "employeeNumber": "employeeId",
    "name": "displayName",
    "upn": "userPrincipalName",
    "user_name": "userPrincipalName",
}


def source(value: object) -> str:
    """A field to read: a column, a catalogue variable, or one of them with @display for what people see."""
    text = one_text(value)
    name, at, display = text.partition("@")
    if at and display != "display":
        raise ValueError(
            f"{quote(text)} can't be a field; behind the @ stands display and nothing else, or write "
            f"{name or 'one'}"
        )
    if name == "variables":
        raise ValueError(
            "which variable? Write variables.NAME, with the variable's name and not its question"
        )
    field_name(name)
    return text


def _asked(value: object) -> str:
    """A column that a query can name."""
    _no_display(value, "what is asked for is the stored value")
    if _is_variable(value):
        raise ValueError(
            f"ServiceNow can't be asked for {quote(value)}, a catalogue variable; write cat_item to name "
            "the form that holds it, "
            "and let a lookup in values, or allow.channel, look at the variable"
        )
    return field_name(value)


def _written(value: object) -> str:
    """A column that a ticket can be given."""
    _no_display(value, "what is written is the stored value")
    if _is_variable(value):
        raise ValueError(
            f"passdesk doesn't change {quote(value)}, a catalogue variable; write a column of the ticket"
        )
    return field_name(value)


def _property(value: object) -> str:
    if value not in PROPERTIES:
        near = _MEANT.get(str(value))
        raise ValueError(no_such("property", value, [near] if near else PROPERTIES))
    return str(value)


def _no_display(value: object, why: str) -> None:
    if isinstance(value, str) and value.endswith("@display"):
        raise ValueError(f"@display is for reading, and {why}; write {value.removesuffix('@display')}")


def _is_variable(value: object) -> bool:
    return isinstance(value, str) and re.match(r"variable(s|_sets)(\.|$)", value) is not None


def _schema(pattern: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": f"^(?!variables$)({pattern})$", "examples": ["caller_id.user_name"]}
    )


SourceName = Annotated[str, PlainValidator(source), _schema(SOURCE)]
AskedName = Annotated[str, PlainValidator(_asked), _schema(FIELD)]
WrittenName = Annotated[str, PlainValidator(_written), _schema(FIELD)]
Property = Annotated[
    str, PlainValidator(_property), WithJsonSchema({"type": "string", "enum": list(PROPERTIES)})
]
