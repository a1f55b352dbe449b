"""Patterns of an admin, in an engine whose time is linear in text and pattern (RE2), and how much they may
work.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

# How large a pattern may be: with this much the worst that still compiles takes 80 ms on 2000 bytes.
_MEMORY = 1 << 16
# A longer text needs room for what the engine learns of it: a pattern as people write them takes a
# millisecond.
_SHORT_BYTES, _MEMORY_FOR_LONG = 2000, 1 << 20
# A match may cost a look at all the text behind it, so that many of them cost its square. The worst that was
# found takes 5 to 9 ns for each character and instruction: with this much, half a second at most, during
# which other threads go on.
_MOST_WORK = 60_000_000  # characters, times the pattern's instructions
_LEAST_WORK = 10_000  # of a search, however short the text is

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


@dataclass
class Effort:
    """The rest that may still be searched for one text, whatever the patterns: the same on each machine."""

    left: int = _MOST_WORK

    def spent(self, raw: bytes, pattern: Any) -> bool:
        """Take off a search through this text; False where too little is left."""
        characters = len(raw.decode(errors="ignore"))
        self.left -= max(_LEAST_WORK, characters * int(pattern.programsize))
        return self.left >= 0


def compiled_for(raw: bytes, pattern: str) -> Any:
    """The pattern, compiled for a text of this length."""
    return _compiled(pattern, _MEMORY if len(raw) <= _SHORT_BYTES else _MEMORY_FOR_LONG)


@lru_cache(maxsize=1024)
def _compiled(pattern: str, memory: int = _MEMORY) -> Any:
    options = re2.Options()
    options.log_errors, options.max_mem = False, memory
    return re2.compile(pattern.encode(), options)


def mistake(pattern: str) -> str | None:
    """Say what is wrong with a pattern."""
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
