"""Fields of a ticket, and properties of a person, as a mapping names them."""

from __future__ import annotations

from typing import Annotated

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from connector.forms.mistakes import no_such, quote
from connector.forms.values import FIELD, field_name, one_text
from connector.mapping.keys.checks import dialect_of
from connector.mapping.keys.dialect import Use

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


def source(value: object, info: ValidationInfo) -> str:
    """A field to read, with @display for what people see of it."""
    text = one_text(value)
    name, at, display = text.partition("@")
    if at and display != "display":
        raise ValueError(
            f"{quote(text)} can't be a field; after the @ comes display and nothing else, or write "
            f"{name or 'one'}"
        )
    _check(name, "read", info)
    field_name(name)
    return text


def _asked(value: object, info: ValidationInfo) -> str:
    """A column that a query can name."""
    _no_display(value, "what is asked for is the stored value")
    _check(value, "watch", info)
    return field_name(value)


def _written(value: object, info: ValidationInfo) -> str:
    """A column that a ticket can be given."""
    _no_display(value, "what is written is the stored value")
    _check(value, "settle", info)
    return field_name(value)


def _check(value: object, use: Use, info: ValidationInfo) -> None:
    dialect = dialect_of(info)
    if dialect and isinstance(value, str) and (sentence := dialect.field_problem(value, use)):
        raise ValueError(sentence)


def _property(value: object) -> str:
    if value not in PROPERTIES:
        near = _MEANT.get(str(value))
        raise ValueError(no_such("property", value, [near] if near else PROPERTIES))
    return str(value)


def _no_display(value: object, why: str) -> None:
    if isinstance(value, str) and value.endswith("@display"):
        raise ValueError(f"@display is for reading, and {why}; write {value.removesuffix('@display')}")


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
