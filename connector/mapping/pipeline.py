"""From fields of a ticket, or from other values, through named steps, to one text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from connector.domain.same_text import same_text
from connector.forms.mistakes import printable
from connector.mapping.steps import LONGEST
from connector.mapping.steps.extract import Extract, SeveralMatches
from connector.mapping.steps.transforms import StepRefused, Transform
from connector.mapping.template import Template

FindBy = Literal["upn_or_id", "upn", "id", "mail", "employee_id"]


@dataclass(frozen=True)
class Failed:
    """A text that came to nothing: which field it stood in, the rule that it broke, and a piece of it that is
    safe to show.
    """

    field: str
    rule: str
    excerpt: str
    sentence: str
    several: bool = False  # it holds several texts that could be meant


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
    `find_by`: how the directory looks a person up."""

    source: tuple[str, ...] | Template
    steps: tuple[Transform, ...] = ()
    find_by: FindBy = "upn_or_id"

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

    def run(self, given: Given, picked: list[str] | None = None) -> str | Failed:
        """The text, which may be empty. Never raises, and never gives more than LONGEST characters.

        `picked` is told where a step took one of several matches, since the mapping says so.
        """
        if len(given.text) > LONGEST:
            return failed(given, "length", f"that is longer than {LONGEST} characters")
        return self._run(given, given.text, self.steps, [] if picked is None else picked)

    def _run(self, given: Given, text: str, steps: tuple[Transform, ...], picked: list[str]) -> str | Failed:
        for number, step in enumerate(steps, 1):
            if isinstance(step, Extract) and (words := step.picked(text)):
                picked.append(f"{given.field}: {words}")
            try:
                text = step.apply(text)
            except SeveralMatches as several:
                results = (self._run(given, each, steps[number:], picked) for each in several.texts)
                if (one := _the_same(results)) is not None:
                    return one
                return replace(failed(given, several.rule, several.sentence), several=True)
            except StepRefused as refused:
                return failed(given, refused.rule, refused.sentence)
            if len(text) > LONGEST:
                return failed(
                    given, "length", f"the step {step.name} makes it longer than {LONGEST} characters"
                )
        return text


def _the_same(results: Iterable[str | Failed]) -> str | None:
    """What several matches come to, where that is the same for all, as the directory compares names."""
    first: str | None = None
    for each in results:
        if isinstance(each, Failed) or not (first is None or same_text(first, each)):
            return None
        first = each if first is None else first
    return first


def failed(given: Given, rule: str, sentence: str) -> Failed:
    excerpt = printable(given.text[:40]) + ("…" if len(given.text) > 40 else "")
    many = " and " in given.field
    says = (
        f"The field{'s' if many else ''} {given.field} "
        f"{'give' if many else 'gives' if given.put_together else 'holds'}"
    )
    return Failed(given.field, rule, excerpt, f'{says} "{excerpt}": {sentence}.')
