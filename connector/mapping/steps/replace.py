"""The step `replace`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

from connector.domain.same_text import composed
from connector.forms.form import Problem, problems_error
from connector.forms.values import text_of_value
from connector.mapping.steps.context import StepContext
from connector.mapping.steps.transforms import TEXT, TWICE, Shown, capped

MOST = 200  # pairs: each is looked for at every place of a text


@dataclass(frozen=True)
class Replace:
    """Puts one text in place of another, to the letter, all pairs in one go; where two fit, the longer one
    counts.
    """

    pairs: Mapping[str, str] = field(repr=False)
    name: ClassVar[str] = "replace"
    takes: ClassVar[dict[str, Any] | None] = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST,
        "propertyNames": {"minLength": 1},
        "additionalProperties": TEXT,
    }
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown('{replace: {" ": ".", "\'": ""}}', "Pat O'Brien", "Pat.OBrien"),
        Shown("{replace: {a: b, b: a, ab: c}}", "a b ab", "b a c"),
    )

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        if not isinstance(given, dict) or not given:
            raise ValueError(
                'replace needs pairs; write {replace: {OLD: NEW}}, such as {replace: {" ": "."}}'
            )
        if len(given) > MOST:
            raise ValueError(
                f"these are {len(given)} pairs, and {MOST} is the maximum; use lookup for whole texts"
            )
        wrong = [said for old, new in given.items() if (said := _wrong(old, new))]
        if wrong:
            raise problems_error(Problem((cls.name, *said.loc), *said[1:]) for said in wrong)
        if len({composed(old) for old in given}) < len(given):
            raise ValueError(TWICE)
        return cls({composed(old): text_of_value(new) for old, new in given.items()})

    def apply(self, text: str) -> str:
        return self._any.sub(lambda found: self.pairs[found[0]], text)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """Literal texts only, so that Python's own engine takes no longer than there are pairs."""
        return re.compile("|".join(re.escape(old) for old in sorted(self.pairs, key=len, reverse=True)))


def _wrong(old: str, new: Any) -> Problem | None:
    if not old:
        return Problem(
            (old,), "an empty text can't be replaced; write the text that is to be replaced", at_key=True
        )
    try:
        capped(text_of_value(new))
    except ValueError as error:
        empty = new is None
        return Problem((old,), 'the replacement is missing; write "" to take it out' if empty else str(error))
    return None
