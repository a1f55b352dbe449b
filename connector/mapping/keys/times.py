"""Days of the week and times of the day, as a mapping file writes them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from connector.forms.mistakes import no_such, quote
from connector.mapping.hours import DAYS, TIME


def _day(value: object) -> str:
    if value not in DAYS:
        text = str(value).strip().lower()[:3]
        raise ValueError(no_such("day", value, [text] if text in DAYS else DAYS, listed=True))
    return str(value)


def _time_of_day(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(TIME, value):
        raise ValueError(f'{quote(value)} is no time of the day; write one such as "07:00" or "19:30"')
    return value


Day = Annotated[str, PlainValidator(_day), WithJsonSchema({"type": "string", "enum": list(DAYS)})]
TimeOfDay = Annotated[
    str,
    PlainValidator(_time_of_day),
    WithJsonSchema({"type": "string", "pattern": f"^({TIME})$", "examples": ["07:00"]}),
]
