"""The key `alerts`: a list of addresses, or the section that has it, with whether people are named."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from pydantic import Field, TypeAdapter, ValidationError, ValidationInfo

from connector.forms.form import Form, Problem, SecretValueError, problems_error
from connector.forms.values import Flag, SecretRef

_REFERENCE: Final[TypeAdapter[Any]] = TypeAdapter(SecretRef)


class Alerts(Form):
    """The addresses that alerts go to, and what alerts may name."""

    shape: ClassVar = "{to: [env:TEAMS_URL], names: false}"
    to: tuple[SecretRef, ...] = Field(
        default=(),
        description="Addresses of apprise, such as https://… of a Teams workflow or mailto://…: each a "
        "reference, for it holds a secret.",
        examples=["[env:TEAMS_URL]"],
    )
    names: Flag = Field(
        default=False,
        description="Whether alerts name tickets by their number, and the people that their passes are for.",
    )


def addressed(value: object, info: ValidationInfo) -> Alerts:
    """The section, also where the list alone is written."""
    if isinstance(value, Alerts):
        return value
    if isinstance(value, dict):
        return Alerts.model_validate(value, context=info.context)
    if not isinstance(value, list | tuple):
        raise SecretValueError("write a list of references, such as [env:TEAMS_URL]")
    found, wrong = [], []
    for place, each in enumerate(value):
        try:
            found.append(_REFERENCE.validate_python(each, context=info.context))
        except ValidationError as error:
            said = error.errors(include_url=False)[0]["ctx"]["error"]
            wrong.append(Problem((place,), str(said), show=not isinstance(said, SecretValueError)))
    if wrong:
        raise problems_error(wrong)
    return Alerts(to=tuple(found))
