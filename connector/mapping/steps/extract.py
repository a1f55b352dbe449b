"""The step `extract`: an admin's pattern on a ticket's text, by an engine whose time is linear in both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar, Self

import re2

from connector.forms.form import Problem, problems_error
from connector.forms.mistakes import choice, no_such, printable, quote
from connector.mapping.steps.context import StepContext
from connector.mapping.steps.transforms import Shown, StepRefused, text_argument

MOST_BYTES = 2000  # of a text, as UTF-8
MOST_MATCHES = 100  # of one text: each is a search of its own
SHOWN = 40  # characters of a match
# Measured: with this much the worst pattern that still compiles takes 30 ms on the longest text; with 256 KB
# it is 110 ms.
_MEMORY = 1 << 16
_UNSUPPORTED = "; match more than you need, and put ( ) around the part that you want"
_ERRORS = (  # RE2's words, ours
    (
        ("(?=", "(?!", "(?<"),
        f"looking ahead or behind, (?=…) and the like, isn't supported here{_UNSUPPORTED}",
    ),
    (
        ("(?P",),
        (
            "a named part is written (?P<name>…), and can't be referred to; write ( ) around the part that "
            "you want"
        ),
    ),
    (
        ("perl operator",),
        "this (?…) isn't supported here; write ( ) around the part that you want, (?: ) around others",
    ),
    (("missing )",), r"a ( is not closed; close it, or write \( for the character"),
    (("unexpected )",), r"a ) closes nothing; delete it, or write \) for the character"),
    (("missing ]",), r"a [ is not closed; close it, or write \[ for the character"),
    (
        ("no argument for repetition",),
        r"a *, + or ? has nothing before it to repeat; write \* for the character",
    ),
    (("bad repetition operator",), "two of *, + and ? follow each other; keep one"),
    (
        ("invalid repetition size",),
        "a number in { } is too large, or the first is larger than the second; 1000 is the maximum",
    ),
    (("pattern too large",), "the pattern is too large; shorten it, or write smaller numbers in { }"),
    (("trailing \\",), r"a \ at the end means nothing; write \\ for the character"),
    (
        ("character class range",),
        "what is in [ ] or after \\p is no set of characters; write it like [a-z0-9]",
    ),
)


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
        found = self._found(text)
        if not found:
            raise StepRefused(self.name, f"nothing in it matches {quote(self.pattern)}")
        if self.pick != "only":
            return found[0 if self.pick == "first" else -1]
        different = tuple(dict.fromkeys(found))
        if len(different) > 1:
            which = " and ".join(quote(printable(each[:SHOWN])) for each in different[:2])
            sentence = (
                f"{len(different)} different parts of it match {quote(self.pattern)}, such as {which}, and "
                "it must be one"
            )
            raise SeveralMatches(self.name, sentence, different)
        return found[0]

    def picked(self, text: str) -> str:
        """Say which of several different matches counts; "" where there is nothing to pick."""
        if self.pick == "only":
            return ""
        try:
            found = self._found(text)
        except StepRefused:
            return ""
        if len({*found}) < 2:
            return ""
        taken = quote(printable(self.apply(text)[:SHOWN]))
        return f"of {len({*found})} different parts the {self.pick} counts, {taken}"

    def _found(self, text: str) -> list[str]:
        """Each match that isn't empty, in the order of the text. Raises StepRefused."""
        try:
            raw = text.encode()
            if len(raw) > MOST_BYTES:
                raise StepRefused(self.name, "that is too long to look through")
            compiled = _compiled(self.pattern)
            matches = [*islice(compiled.finditer(raw), MOST_MATCHES + 1)]
            if len(matches) > MOST_MATCHES:
                raise StepRefused(
                    self.name, f"it matches {quote(self.pattern)} more than {MOST_MATCHES} times"
                )
            parts = (each.group(1 if compiled.groups else 0) for each in matches)
            return [str(part, "utf-8") for part in parts if part]
        except UnicodeError:  # half a character in the text, or taken out of it with \C
            raise StepRefused(self.name, "a character in it is broken") from None


def _pattern(given: Any, place: tuple[str, ...]) -> str:
    try:
        pattern = text_argument(Extract.name, given)
    except ValueError as error:
        if not place:
            raise
        sentence = str(error)
    else:
        found = _mistake(pattern)
        if not found:
            return pattern
        sentence = f"{quote(pattern)}: {found}"
    raise problems_error([Problem((Extract.name, *place), sentence)])


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors, options.max_mem = False, _MEMORY
    return re2.compile(pattern.encode(), options)


def _mistake(pattern: str) -> str | None:
    if not pattern.isprintable():
        return "line breaks and invisible characters aren't allowed here; write one line"
    try:
        _compiled(pattern)
    except re2.error as error:
        words = error.args[0].decode("utf-8", "replace")
    else:
        return None
    for signs, sentence in _ERRORS:
        if any(sign in words for sign in signs):
            return sentence
    if "escape sequence" in words and words[-1:].isdigit():
        return "a reference back to an earlier part isn't supported here; write the part out"
    if "escape sequence" in words:
        return (
            r"a \ stands before a letter that it gives no meaning; delete it, or write \\ for the character"
        )
    return "this is no regular expression that RE2 knows; try a smaller piece of it"
