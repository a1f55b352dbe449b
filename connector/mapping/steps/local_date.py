"""The step `date`: a date or time as people write it, made into the one form that `starts_at` reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from connector.forms.mistakes import no_such, quote
from connector.mapping.keys.shapes import zone as zone_of
from connector.mapping.starts import moment, shown
from connector.mapping.steps.context import StepContext
from connector.mapping.steps.date_form import DateForm
from connector.mapping.steps.transforms import Shown, StepRefused, text_argument

_KEYS = ("form", "zone")
MOST = 10  # forms
_SCHEMA = {"type": "string", "minLength": 1, "maxLength": 100}
_LIST = {"type": "array", "items": _SCHEMA, "minItems": 1, "maxItems": MOST}


@dataclass(frozen=True)
class Date:
    """Reads a date or a time by its form: D, DD day; M, MM month; MMM its name and dddd the weekday's (in
    English, Dutch or German); YYYY year; H, HH hour; mm minute; ss second; h and A with AM or PM; Z zone;
    words in [ ]. A text that two forms of a list read otherwise is refused. {form: …, zone: Europe/Amsterdam}
    tells it in UTC.
    """

    forms: tuple[DateForm, ...]
    zone: str = ""
    name: ClassVar[str] = "date"
    takes: ClassVar[dict[str, Any] | None] = {
        "anyOf": [
            _SCHEMA,
            _LIST,
            {
                "type": "object",
                "required": ["form"],
                "properties": {
                    "form": {
                        "anyOf": [
                            _SCHEMA,
                            _LIST,
                        ],
                        "description": "The form, or several in a list.",
                        "examples": ["D.M.YYYY H:mm"],
                    },
                    "zone": {
                        "type": "string",
                        "description": "The zone in which the time is told.",
                        "examples": ["Europe/Amsterdam"],
                    },
                },
                "additionalProperties": False,
            },
        ]
    }
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown('{date: "D.M.YYYY"}', "2.3.2026", "2026-03-02"),
        Shown('{date: "D MMM YYYY [om] H:mm [uur]"}', "2 maart 2026 om 9:30 uur", "2026-03-02 09:30"),
        Shown('{date: ["D.M.YYYY", "M/D/YYYY h:mm A"]}', "3/2/2026 9:30 PM", "2026-03-02 21:30"),
        Shown(
            "{date: {form: D.M.YYYY H:mm, zone: Europe/Amsterdam}}", "2.3.2026 9:30", "2026-03-02T08:30:00Z"
        ),
        Shown('{date: "D.M.YYYY"}', "2.3.26", None),
        Shown('{date: ["D/M/YYYY", "M/D/YYYY"]}', "2/3/2026", None),
    )

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        zone = ""
        if isinstance(given, dict):
            for key in given:
                if key not in _KEYS:
                    raise ValueError(no_such("key", key, _KEYS))
            zone = zone_of(given["zone"]) if "zone" in given else ""
            given = given.get("form")
        forms = given if isinstance(given, list) and given else [given]
        if len(forms) > MOST:
            raise ValueError(f"these are {len(forms)} forms, and {MOST} is the maximum")
        read = tuple(DateForm.read(text_argument(cls.name, form)) for form in forms)
        if zone and any(form.has("Z") or not form.has("H", "h") for form in read):
            raise ValueError("a zone goes with a form that has an hour and no Z; take the zone out")
        return cls(read, zone)

    def apply(self, text: str) -> str:
        found = {each for form in self.forms if (each := form.parse(text.strip()))}
        if len(found) > 1:
            raise StepRefused(self.name, f"it can be read as {' and as '.join(sorted(found))}")
        if not found:
            forms = " or ".join(quote(form.text) for form in self.forms)
            raise StepRefused(self.name, f"it is no date in the form {forms}{self._two_digits(text)}")
        (only,) = found
        if not self.zone:
            return only
        try:
            return shown(moment(only, self.zone))
        except ValueError as error:
            raise StepRefused(self.name, str(error)) from None

    def _two_digits(self, text: str) -> str:
        """A year in two digits is told apart from another slip."""
        short = any(form.with_short_year(text.strip()) for form in self.forms)
        return "; its year must have four digits" if short else ""
