"""From fields of a ticket, or from other values, through named steps, to one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from connector.domain.same_text import composed
from connector.forms.mistakes import printable
from connector.mapping.steps import LONGEST
from connector.mapping.steps.extract import MOST_CHARACTERS, Extract
from connector.mapping.steps.transforms import Lower, StepRefused, Transform, Trim, Upper
from connector.mapping.template import Template

_TAKES_LONG = (Trim, Lower, Upper, Extract)  # steps that a long text may go through
FindBy = Literal["upn_or_id", "upn", "id", "mail", "employee_id", "sam_account_name", "alias"]


@dataclass(frozen=True)
class Failed:
    """A text that came to nothing: which field it stood in, the rule that it broke, and a piece of it that is
    safe to show.
    """

    field: str
    rule: str
    excerpt: str
    sentence: str


@dataclass(frozen=True)
class Given:
    """A text before its steps, and the fields that it comes from, as a sentence names them."""

    field: str
    text: str
    put_together: bool = False  # by a template

    @property
    def blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True)
class Pipeline:
    """`source`: fields to read, of which the first that is not empty counts; or a template over other values.
    `find_by`: how the directory looks a person up; `only_enabled`: of several accounts, the one that is
    enabled.
    """

    source: tuple[str, ...] | Template
    steps: tuple[Transform, ...] = ()
    find_by: FindBy = "upn_or_id"
    only_enabled: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return () if isinstance(self.source, Template) else self.source

    def unreadable(self, fields: Mapping[str, str]) -> str | None:
        """The first field that is missing where it would count: missing is not empty, and a later one may be
        another's.
        """
        for source in self.fields:
            if source not in fields:
                return source
            if fields[source].strip():
                return None
        return None

    def run(self, given: Given) -> str | Failed:
        """The text, which may be empty. Never raises, and never gives more than LONGEST characters."""
        text = given.text
        if len(text) > self._longest:
            return failed(given, "length", f"that is longer than {self._longest} characters")
        for step in self.steps:
            takes_long = isinstance(step, _TAKES_LONG)
            if len(text) > LONGEST and not takes_long:
                return failed(given, "length", f"that is longer than {LONGEST} characters")
            most = max(LONGEST, len(text)) if takes_long else LONGEST
            try:
                text = composed(step.apply(text))
            except StepRefused as refused:
                return failed(given, refused.rule, refused.sentence)
            if len(text) > most:
                return failed(
                    given, "length", f"the step {step.name} makes it longer than {LONGEST} characters"
                )
        if len(text) > LONGEST:
            return failed(given, "length", f"what is taken out of it is longer than {LONGEST} characters")
        return text

    @property
    def _longest(self) -> int:
        """A part may be taken out of a long text, and nothing else be made of it."""
        return MOST_CHARACTERS if any(isinstance(step, Extract) for step in self.steps) else LONGEST


def failed(given: Given, rule: str, sentence: str) -> Failed:
    excerpt = printable(given.text[:40]) + ("…" if len(given.text) > 40 else "")
    many = " and " in given.field
    says = (
        f"The field{'s' if many else ''} {given.field} "
        f"{'give' if many else 'gives' if given.put_together else 'holds'}"
    )
    return Failed(given.field, rule, excerpt, f'{says} "{excerpt}": {sentence}.')
