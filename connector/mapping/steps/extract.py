"""The step `extract`: an admin's pattern on a ticket's text, by an engine whose time is linear in both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Self

import re2

from connector.forms.form import Problem, problems_error
from connector.forms.mistakes import quote
from connector.mapping.steps.context import StepContext
from connector.mapping.steps.transforms import Shown, StepRefused, text_argument

MOST_CHARACTERS = 32_000  # of a text: what a desk's largest fields hold
# How large a pattern may be: with this much the worst that still compiles takes 80 ms on 2000 bytes.
_MEMORY = 1 << 16
# A longer text needs room for what the engine learns of it, and a pattern that isn't one of the worst.
# Measured: half a second for the worst on the longest text, during which other threads go on; a pattern as
# people write them takes a millisecond.
_SHORT_BYTES, _MEMORY_FOR_LONG, _LARGEST_FOR_LONG = 2000, 1 << 20, 1500
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


@dataclass(frozen=True)
class Extract:
    r"""Takes a part out by a regular expression (RE2): what the first ( ) holds, or else all of the match.

    No match refuses the ticket."""

    pattern: str
    name: ClassVar[str] = "extract"
    takes: ClassVar[dict[str, Any] | None] = {"type": "string", "minLength": 1}
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown("{extract: '[0-9]{6}'}", "Employee 104233, Ede", "104233"),
        Shown(r"{extract: '^CONTOSO\\(.+)$'}", "CONTOSO\\ann.lee", "ann.lee"),
        Shown("{extract: '[0-9]{6}'}", "no number", None),
    )

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        pattern = text_argument(cls.name, given)
        if sentence := _mistake(pattern):
            raise problems_error([Problem((cls.name,), f"{quote(pattern)}: {sentence}")])
        return cls(pattern)

    def apply(self, text: str) -> str:
        try:
            raw = text.encode()
            if len(text) > MOST_CHARACTERS:
                raise StepRefused(self.name, "that is too long to look through")
            found = self._for(raw).search(raw)
            part = found and found.group(1 if found.re.groups else 0)
            if part:
                return str(part, "utf-8")
        except UnicodeError:  # half a character in the text, or taken out of it with \C
            raise StepRefused(self.name, "a character in it is broken") from None
        raise StepRefused(self.name, f"nothing in it matches {quote(self.pattern)}")

    def _for(self, raw: bytes) -> Any:
        """The pattern, compiled for a text of this length."""
        compiled = _compiled(self.pattern)
        if len(raw) <= _SHORT_BYTES:
            return compiled
        if compiled.programsize > _LARGEST_FOR_LONG:
            raise StepRefused(self.name, "that is too long to look through by so large a pattern")
        return _compiled(self.pattern, _MEMORY_FOR_LONG)


@lru_cache(maxsize=1024)
def _compiled(pattern: str, memory: int = _MEMORY) -> Any:
    options = re2.Options()
    options.log_errors, options.max_mem = False, memory
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
