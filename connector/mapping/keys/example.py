"""An example of a mapping file: a ticket that was made up, and what must come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import Any, Literal

from pydantic import ConfigDict, Field

from connector.forms.form import Context, Form, Problem
from connector.forms.mistakes import choice, no_such
from connector.forms.values import DeskValue, Flag, text_of_value
from connector.mapping.keys.checks import checks_of
from connector.mapping.keys.fields import Property
from connector.mapping.keys.kinds import TicketFields

REFUSALS = ("subject_missing", "subject_malformed", "subject_ambiguous", "mapping_failed")
STARTS_AT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"


class ExampleForm(Form):
    """A ticket, and what must come of it: values by their names, or the reason of a refusal."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "if": {"required": ["refused"]},
            "then": {"propertyNames": {"enum": ["ticket", "refused", "watched"]}},
            "else": {"minProperties": 2},
        },
    )
    ticket: TicketFields = Field(
        description="Fields of a ticket that was made up.", examples=["{caller_id.user_name: ann.lee}"]
    )
    refused: Literal["subject_missing", "subject_malformed", "subject_ambiguous", "mapping_failed"] | None = (
        Field(default=None, description="Why it is refused.", examples=["subject_missing"])
    )

    watched: Flag | None = Field(
        default=None, description="Whether watch matches the ticket.", examples=[False]
    )

    confirm: dict[Property, DeskValue] = Field(
        default={},
        description="What is to be compared with the directory.",
        examples=['{employeeId: "104233"}'],
    )

    @property
    def expects(self) -> dict[str, str | None]:
        extra = self.model_extra or {}
        texts = {name: None if text is None else text_of_value(text) for name, text in extra.items()}
        return texts | {f"confirm.{name}": text for name, text in self.confirm.items()}

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        checks = checks_of(context)
        expected = {name: text for name, text in data.items() if name not in cls.model_fields}
        names = (
            sorted(name for name in checks.value_names if not name.startswith("confirm.")) if checks else []
        )
        for name, text in expected.items():
            if checks and name not in names:
                yield Problem(
                    (name,), no_such("value", name, [*names, "refused", "ticket", "watched"]), at_key=True
                )
            elif not isinstance(text, str | int) and not (
                text is None and name in {"requester", "starts_at"}
            ):
                yield Problem((name,), "this must be one text; write what must come of the ticket")
            elif name == "starts_at" and text is not None and not re.fullmatch(STARTS_AT, str(text)):
                yield Problem((name,), 'this is no start; write it in UTC, such as "2026-03-01T08:30:00Z"')
        confirmed = data.get("confirm")
        for name in confirmed if checks and isinstance(confirmed, dict) else ():
            if checks and f"confirm.{name}" not in checks.value_names:
                yield Problem(
                    ("confirm", name),
                    f"the mapping confirms no {name}; add it to confirm, or take it out",
                    at_key=True,
                )
        expected |= {"confirm": confirmed} if confirmed else {}
        if "refused" in data and expected:
            yield Problem((), "a refused ticket has no values; keep refused, or the values")
        if "refused" not in data and "watched" not in data and not expected:
            sentence = (
                f"nothing is expected; add subject: TEXT, watched: false, or refused: {choice(REFUSALS)}"
            )
            yield Problem((), sentence)
