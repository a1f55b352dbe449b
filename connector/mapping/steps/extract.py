"""The step `extract`: an admin's pattern on a ticket's text, by an engine whose time is linear in both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from connector.domain.same_text import composed
from connector.forms.form import Problem, problems_error
from connector.forms.mistakes import choice, no_such, printable, quote
from connector.mapping.steps.context import StepContext
from connector.mapping.steps.patterns import Effort, compiled_for, mistake
from connector.mapping.steps.transforms import Shown, StepRefused, text_argument

MOST_CHARACTERS = 32_000  # of a text: what a desk's largest fields hold
MOST_MATCHES = 100  # of one text
SHOWN = 40  # characters of a match
PICKS = ("only", "first", "last")
_LONGER = "{extract: {pattern: REGEX, pick: first}}"


class SeveralMatches(StepRefused):
    """Different parts of a text match, and the mapping doesn't say which counts. `texts`: each once."""

    def __init__(self, rule: str, sentence: str, texts: tuple[str, ...]) -> None:
        super().__init__(rule, sentence)
        self.texts = texts


@dataclass(frozen=True)
class Extract:
    r"""Takes a part out by a regular expression (RE2): what the first ( ) holds, or else all of the match.

    No match refuses the ticket, and so do different ones, unless `pick` says first or last. The same part
    several times is one."""

    pattern: str
    pick: str = "only"
    name: ClassVar[str] = "extract"
    takes: ClassVar[dict[str, Any] | None] = {
        "anyOf": [
            {"type": "string", "minLength": 1},
            {
                "type": "object",
                "required": ["pattern"],
                "properties": {
                    "pattern": {
                        "type": "string",
                        "minLength": 1,
                        "description": "The regular expression.",
                        "examples": ["[0-9]{6}"],
                    },
                    "pick": {
                        "enum": list(PICKS),
                        "default": "only",
                        "description": "Which of several different matches counts; only: none of them.",
                    },
                },
                "additionalProperties": False,
            },
        ]
    }
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown("{extract: '[0-9]{6}'}", "Employee 104233, Ede", "104233"),
        Shown(r"{extract: '^CONTOSO\\(.+)$'}", "CONTOSO\\ann.lee", "ann.lee"),
        Shown("{extract: '[0-9]{6}'}", "no number", None),
        Shown("{extract: '[0-9]{6}'}", "104233, not 104234", None),
        Shown("{extract: {pattern: '[0-9]{6}', pick: first}}", "104233, not 104234", "104233"),
    )

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        if not isinstance(given, dict):
            return cls(_pattern(given, ()))
        for key in given:
            if key not in ("pattern", "pick"):
                sentence = no_such("key", str(key), ["pattern", "pick"])
                raise problems_error([Problem((cls.name, key), sentence, at_key=True)])
        if "pattern" not in given:
            raise ValueError(f"extract needs a pattern; write {_LONGER}")
        pattern, pick = _pattern(given["pattern"], ("pattern",)), given.get("pick", "only")
        if pick not in PICKS:
            told = "this is empty" if pick is None else f"there is no pick {quote(str(pick))}"
            raise problems_error([Problem((cls.name, "pick"), f"{told}; write {choice(PICKS)}")])
        return cls(pattern, pick)

    def apply(self, text: str) -> str:
        return self.taken(text, Effort())[0]

    def taken(self, text: str, effort: Effort) -> tuple[str, str]:
        """The part, and in words which of several different ones it is; "" where there is nothing to pick.

        Raises StepRefused.
        """
        found = self._found(text, effort)
        if not found:
            raise StepRefused(self.name, f"nothing in it matches {quote(self.pattern)}")
        different = tuple(dict.fromkeys(composed(each) for each in found))
        if len(different) == 1:
            return found[0], ""
        if self.pick == "only":
            which = " and ".join(quote(printable(each[:SHOWN])) for each in different[:2])
            sentence = (
                f"{len(different)} different parts of it match {quote(self.pattern)}, such as {which}, and "
                "it must be one"
            )
            raise SeveralMatches(self.name, sentence, different)
        part = found[0 if self.pick == "first" else -1]
        which = quote(printable(part[:SHOWN]))
        return part, f"of {len(different)} different parts the {self.pick} counts, {which}"

    def _found(self, text: str, effort: Effort) -> list[str]:
        """Each match that isn't empty, in the order of the text. Raises StepRefused."""
        if len(text) > MOST_CHARACTERS:
            raise StepRefused(self.name, "that is too long to look through")
        try:
            parts = list(self._parts(text.encode(), effort))
            return [str(part, "utf-8") for part in parts if part]
        except UnicodeError:  # half a character in the text, or taken out of it with \C
            raise StepRefused(self.name, "a character in it is broken") from None

    def _parts(self, raw: bytes, effort: Effort) -> Iterator[bytes]:
        compiled = compiled_for(raw, self.pattern)
        matches, number, end = compiled.finditer(raw), 0, 0
        while effort.spent(raw[end:], compiled):
            match = next(matches, None)
            if match is None:
                return
            number, end = number + 1, match.end()
            if number > MOST_MATCHES:
                raise StepRefused(
                    self.name, f"it matches {quote(self.pattern)} more than {MOST_MATCHES} times"
                )
            yield match.group(1 if compiled.groups else 0)
        raise StepRefused(self.name, "that is too long to look through by so large a pattern")


def _pattern(given: Any, place: tuple[str, ...]) -> str:
    try:
        pattern = text_argument(Extract.name, given)
    except ValueError as error:
        if not place:
            raise
        sentence = str(error)
    else:
        found = mistake(pattern)
        if not found:
            return pattern
        sentence = f"{quote(pattern)}: {found}"
    raise problems_error([Problem((Extract.name, *place), sentence)])
