"""From fields of a ticket, or from other values, through named steps, to one text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from connector.domain.same_text import composed, same_text
from connector.domain.several import Several
from connector.forms.mistakes import printable
from connector.mapping.steps import LONGEST
from connector.mapping.steps.extract import MOST_CHARACTERS, Extract, SeveralMatches
from connector.mapping.steps.patterns import Effort
from connector.mapping.steps.transforms import Lower, StepRefused, Transform, Trim, Upper
from connector.mapping.template import Template

_TAKES_LONG = (Trim, Lower, Upper, Extract)  # steps that a long text may go through
SEVERAL = "there are several, and nobody can tell which is meant; leave one"
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

    def run(self, given: Given, picked: list[str] | None = None) -> str | Failed:
        """The text, which may be empty. Never raises, and never gives more than LONGEST characters.

        `picked` is told where a step took one of several matches, since the mapping says so.
        """
        if isinstance(given.text, Several):
            return replace(failed(given, "one", SEVERAL), several=True)
        if len(given.text) > self._longest:
            return failed(given, "length", f"that is longer than {self._longest} characters")
        run = _Run(given, [] if picked is None else picked)
        return run.through(given.text, self.steps)

    @property
    def _longest(self) -> int:
        """A part may be taken out of a long text, and nothing else be made of it."""
        return MOST_CHARACTERS if any(isinstance(step, Extract) for step in self.steps) else LONGEST


@dataclass
class _Run:
    """One way through the steps, and where several parts match one for each. `effort`: of all together."""

    given: Given
    picked: list[str]
    effort: Effort = field(default_factory=Effort)

    def through(self, text: str, steps: tuple[Transform, ...]) -> str | Failed:
        for number, step in enumerate(steps, 1):
            takes_long = isinstance(step, _TAKES_LONG)
            if len(text) > LONGEST and not takes_long:
                return failed(self.given, "length", f"that is longer than {LONGEST} characters")
            most = max(LONGEST, len(text)) if takes_long else LONGEST
            try:
                text = composed(self._done(step, text))
            except SeveralMatches as several:
                results = (self.through(each, steps[number:]) for each in several.texts)
                if (one := _the_same(results)) is not None:
                    return one
                return replace(failed(self.given, several.rule, several.sentence), several=True)
            except StepRefused as refused:
                return failed(self.given, refused.rule, refused.sentence)
            if len(text) > most:
                return failed(
                    self.given, "length", f"the step {step.name} makes it longer than {LONGEST} characters"
                )
        if len(text) > LONGEST:
            return failed(
                self.given, "length", f"what is taken out of it is longer than {LONGEST} characters"
            )
        return text

    def _done(self, step: Transform, text: str) -> str:
        if not isinstance(step, Extract):
            return step.apply(text)
        part, words = step.taken(text, self.effort)
        if words:
            self.picked.append(f"{self.given.field}: {words}")
        return part


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
