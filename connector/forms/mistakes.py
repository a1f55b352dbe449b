"""Mistakes that a person must correct before anything starts: one sentence each, with the key, the cure
and the place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

# A secret typed into a file is a mistake that we report; the line that we show must not carry it on.
_TYPED_SECRET = re.compile(
    r"""((?:password|secret|key|token)["']?[ \t]*:[ \t]*)(?!["']?(?:env|file|keyvault):)\S.*"""
    r"""|(?<=://)[^/\s@]+(?=@)"""
    r"""|(^[ \t]*[\w-]*(?:password|secret|key|token)[ \t]+)\S.*""",
    re.IGNORECASE,
)
_SECRET_ABOVE = re.compile(r"""(password|secret|key|token)["']?[ \t]*:[^{}]*$""", re.IGNORECASE)
NO_SPACE = "a space is missing after the dash; write - text"
_DASHES = "–—−‒•·‣◦*"  # what a text processor makes of a hyphen
_JOINTS = re.compile(r"(?:\s|[;,|/+&→]|->)+")  # what people put between two entries
_EVERYBODY = frozenset({"all", "any", "anybody", "everybody", "everyone", "iedereen", "jeder", "*"})
_JOINERS = frozenset({"and", "or", "then", "en", "of", "und", "oder"})
_SHOWN = 110  # characters of a line around its mistake


@dataclass(frozen=True)
class Mistake:
    """One thing to change. `line` and `column` count from 1, in characters; `key` is dotted, "" for the file
    itself.
    """

    path: Path
    line: int
    column: int
    key: str
    sentence: str
    source: str = ""  # the line itself; "" where it must not be shown
    width: int = 1  # characters to mark

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{nearby(self.path)}:{self.line}:{self.column}: {key}{self.sentence}"

    def shown(self) -> str:
        """The sentence, and below it the line with the place marked."""
        if not self.source:
            return str(self)
        first = max(0, min(self.column - _SHOWN // 2, len(self.source) - _SHOWN))
        line = printable(_without_secrets(self.source))[first : first + _SHOWN].rstrip()
        start = self.column - 1 - first
        width = max(1, min(self.width, len(line) - start))
        below = " " * _cells(line[:start]) + "^" * max(1, _cells(line[start : start + width]))
        return f"{self}\n    {self.line:>5} | {line}\n          | {below}"


class Mistakes(Exception):
    """Everything that is wrong, at once. `mistakes` are sorted by file (in the order read) and place."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        found = list(dict.fromkeys(mistakes))
        files = list(dict.fromkeys(mistake.path for mistake in found))
        self.mistakes: tuple[Mistake, ...] = tuple(
            sorted(found, key=lambda mistake: (files.index(mistake.path), mistake.line, mistake.column))
        )
        super().__init__(self.render(show_lines=False))

    def render(self, show_lines: bool, closing: str = "Nothing was started.") -> str:
        """One line a mistake (on a terminal with `show_lines`: and its place), then how many there are."""
        lines = [mistake.shown() if show_lines else str(mistake) for mistake in self.mistakes]
        count = len(self.mistakes)
        return "\n".join([*lines, f"{number_of(count, 'mistake')}. {closing}"])


def quote(text: object) -> str:
    """A value as a sentence may repeat it: short, in quotes, and unable to steer a terminal."""
    shown = printable(str(text))
    return f'"{shown[:59]}…"' if len(shown) > 60 else f'"{shown}"'


def printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def number_of(count: int, noun: str) -> str:
    """`1 ticket`, `2 tickets`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def choice(words: Sequence[str], joiner: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    return f" {joiner} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def no_such(noun: str, word: object, known: Iterable[str], example: str = "", *, listed: bool = False) -> str:
    """The sentence for a word that is none of `known`: it names the nearest one, or else `example`, or all of
    them. `listed`: it is an entry of a list, so that several words in one lack a comma.
    """
    words = list(known)
    if several := entries_in(str(word), words):
        if listed:
            return no_comma(word, several)
        return f"{quote(word)} are {len(several)} words for one {noun}; keep {choice(several)}"
    near = nearest(word, words)
    cure = near or (f"one such as {example}" if example else choice(words))
    return f"there is no {noun} {quote(word)}; write {cure}"


def entries_in(text: str, known: Iterable[str]) -> list[str]:
    """The words of `known` that stand in one text, as they are written there or with a slip in some; [] where
    it isn't made of at least two.
    """
    words = list(known)
    pieces = [piece for piece in _JOINTS.split(text) if piece and piece.lower() not in _JOINERS]
    if len(pieces) < 2 or not any(piece in words for piece in pieces):
        return []
    meant = [piece if piece in words else nearest(piece, words) for piece in pieces]
    return [each for each in meant if each] if all(meant) else []


def no_item(text: str) -> str:
    """The sentence for a text that was meant as an entry of a list; "" for another."""
    if re.match(r"-[^\W\d]|-\{", text):
        return NO_SPACE
    if text[:1] and text[0] in _DASHES and text[1:2] in {" ", "\t"}:
        return f"{text[0]} starts no entry; type a hyphen and a space, such as - text"
    return ""


def no_comma(text: object, entries: Sequence[str]) -> str:
    return f"a comma is missing in {quote(text)}; write [{', '.join(entries)}], or each on a line of its own"


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The one that was probably meant, whatever its case; where there are few, they are as well named all."""
    words = {each.lower(): each for each in known}
    text = str(word).lower()
    if text in _EVERYBODY and "anyone" in words:
        return words["anyone"]
    within = [each for each in words if min(len(each), len(text)) > 3 and (each in text or text in each)]
    near = get_close_matches(
        text, within or words, n=1, cutoff=0.0 if within else 0.6 if len(words) > 3 else 0.7
    )
    return words[near[0]] if near else None


def nearby(path: Path) -> Path:
    """As it is named from the folder that people are in."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def may_be_shown(line: str, above: str) -> bool:
    """Not what goes on below the key of a secret."""
    return not _SECRET_ABOVE.search(above) or bool(re.match(r"""[ \t-]*["']?[\w.@-]+["']?:([ \t]|$)""", line))


def _without_secrets(line: str) -> str:
    def masked(found: re.Match[str]) -> str:
        kept = found[1] or found[2] or ""
        return kept + "•" * (len(found[0]) - len(kept))

    return _TYPED_SECRET.sub(masked, line)


def _cells(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
