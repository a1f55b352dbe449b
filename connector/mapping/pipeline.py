"""From one field of a ticket, through named steps, to one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from connector.mapping.transforms import Refused, Transform
from connector.mistakes import printable

FindBy = Literal["upn_or_id", "upn", "id", "mail", "employee_id"]
LONGEST = 1000  # characters of a field that are worth reading: a longer one is no name


@dataclass(frozen=True)
class Failed:
    """A text that came to nothing: which field it stood in, the rule that it broke, and a piece of it that is safe to show."""

    field: str
    rule: str
    excerpt: str
    sentence: str


@dataclass(frozen=True)
class Pipeline:
    """`sources`: the fields to read, the first that is not empty counts. `find_by`: how the directory looks a person up."""

    sources: tuple[str, ...]
    steps: tuple[Transform, ...] = ()
    find_by: FindBy = "upn_or_id"

    def run(self, fields: Mapping[str, str]) -> str | Failed:
        """The text, which may be empty. Never raises."""
        field = next((source for source in self.sources if fields.get(source, "").strip()), self.sources[0])
        given = fields.get(field, "")
        if len(given) > LONGEST:
            return failed(field, "length", given, f"that is longer than {LONGEST} characters")
        text = given
        for step in self.steps:
            try:
                text = step.apply(text)
            except Refused as refused:
                return failed(field, refused.rule, given, refused.sentence)
        return text

    def unreadable(self, fields: Mapping[str, str]) -> str | None:
        """The first field that is missing where it would count: missing is not empty, and a later one may be another's."""
        for source in self.sources:
            if source not in fields:
                return source
            if fields[source].strip():
                return None
        return None

    @property
    def label(self) -> str:
        """The fields as a sentence names them."""
        return " or ".join(self.sources)


def failed(field: str, rule: str, given: str, sentence: str) -> Failed:
    excerpt = printable(given[:40]) + ("…" if len(given) > 40 else "")
    return Failed(field, rule, excerpt, f'The field {field} holds "{excerpt}": {sentence}.')
