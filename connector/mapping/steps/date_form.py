"""A form of dates, such as `D.M.YYYY H:mm`, and what it makes of a text. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import pairwise

from babel import Locale

from connector.domain.same_text import composed
from connector.forms.mistakes import quote

_TOKEN = re.compile(r"\[(?P<literal>[^\[\]]*)\]|(?P<token>([A-Za-z])\3*)|(?P<sign>.)", re.DOTALL)
_DIGITS = {
    "D": "1,2",
    "DD": "2",
    "M": "1,2",
    "MM": "2",
    "YYYY": "4",
    "H": "1,2",
    "HH": "2",
    "h": "1,2",
    "hh": "2",
}
_PATTERNS = {
    **{token: f"[0-9]{{{count}}}" for token, count in _DIGITS.items()},
    "mm": "[0-9]{2}",
    "ss": "[0-9]{2}",
    "MMM": r"[^\W\d_]{1,20}\.?",
    "MMMM": r"[^\W\d_]{1,20}\.?",
    "ddd": r"[^\W\d_]{1,20}\.?",
    "dddd": r"[^\W\d_]{1,20}\.?",
    "A": r"[AaPp]\.?[Mm]\.?",
    "Z": r"(?:Z|[+-][0-9]{2}:?[0-9]{2})",
}
_PARTS = {
    **dict.fromkeys(("D", "DD"), "day"),
    **dict.fromkeys(("M", "MM", "MMM", "MMMM"), "month"),
    "YYYY": "year",
    **dict.fromkeys(("H", "HH", "h", "hh"), "hour"),
    "mm": "minute",
    "ss": "second",
    **dict.fromkeys(("ddd", "dddd"), "weekday"),
    "A": "half",
    "Z": "zone",
}
_MEANT = {
    "YY": "write YYYY, since two digits don't tell the century",
    "yy": "write YYYY, since two digits don't tell the century",
    "JJ": "write YYYY, since two digits don't tell the century",
    "yyyy": "write YYYY",
    "JJJJ": "write YYYY",
    "jjjj": "write YYYY",
    "d": "write D",
    "dd": "write DD",
    "TT": "write DD",
    "T": "write D for the day, or [T] for the letter",
    "m": "write M for the month, or mm for the minute",
    "a": "write A",
    "S": "write ss",
    "SS": "write ss",
}
LANGUAGES = ("en", "nl", "de")


@dataclass(frozen=True)
class DateForm:
    """`pieces`: tokens, and the texts between them as patterns."""

    text: str
    pieces: tuple[tuple[str, str], ...]  # (token or "", pattern)

    @classmethod
    def read(cls, text: str) -> DateForm:
        """Raises ValueError with the sentence for the admin."""
        pieces = tuple(_pieces(composed(text)))
        tokens = [token for token, _ in pieces if token]
        for part, names in (("day", "D"), ("month", "M or MM (mm is the minute)"), ("year", "YYYY")):
            count = sum(_PARTS[token] == part for token in tokens)
            if count != 1:
                raise ValueError(f"a form has one {part}; write {names} once in {quote(text)}")
        parts = [_PARTS[token] for token in tokens]
        if len(set(parts)) < len(parts):
            raise ValueError(f"{quote(text)} names something twice; keep one")
        if ("minute" in parts) is not ("hour" in parts) or ("second" in parts and "minute" not in parts):
            raise ValueError("an hour and its minute go together; write H:mm, or leave both out")
        if ("half" in parts) is not bool({"h", "hh"} & set(tokens)):
            raise ValueError("h is the hour up to 12 and goes with A for AM or PM; write h:mm A, or H:mm")
        if "zone" in parts and "hour" not in parts:
            raise ValueError("a Z goes with an hour; take it out, or add H:mm")
        for (one, _), (other, _) in pairwise(pieces):
            if one in {"D", "M", "H", "h"} and other in _DIGITS | {"mm": "", "ss": ""}:
                raise ValueError(
                    f"nothing stands between {one} and {other}; put a sign there, or write {one * 2}"
                )
        return cls(text, pieces)

    def has(self, *tokens: str) -> bool:
        return any(token[:1] in tokens for token, _ in self.pieces if token)

    def parse(self, text: str) -> str:
        """`2026-03-02`, or `2026-03-02 09:30` and its zone; "" where the text is none so written."""
        found = self._pattern.fullmatch(text)
        return _iso(found.groupdict()) if found else ""

    def with_short_year(self, text: str) -> bool:
        return bool(self._short.fullmatch(text))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return self._made({})

    @cached_property
    def _short(self) -> re.Pattern[str]:
        return self._made({"YYYY": "'?[0-9]{2}"})

    def _made(self, instead: dict[str, str]) -> re.Pattern[str]:
        return re.compile(
            "".join(
                f"(?P<{_PARTS[token]}>{instead.get(token, pattern)})" if token else pattern
                for token, pattern in self.pieces
            )
        )


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        token = found["token"]
        if token is None:
            literal = found["literal"] if found["literal"] is not None else found["sign"]
            if literal in ("[", "]"):
                raise ValueError("a bracket stands alone; write words in [ ], such as [at]")
            yield "", r"[^\S\r\n]+" if literal.isspace() else re.escape(literal)
        elif token in _PATTERNS:
            yield token, _PATTERNS[token]
        else:
            cure = _MEANT.get(token) or "put other words in [ ], such as [at]"
            raise ValueError(f"{quote(token)} means nothing in a form; {cure}")


def _iso(parts: dict[str, str]) -> str:
    month = parts["month"]
    number = int(month) if month.isdigit() else month_names().get(month.casefold().rstrip("."), 0)
    hour = int(parts.get("hour") or 0)
    if half := (parts.get("half") or "").lower():
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        at = datetime(  # its zone is the mapping's, or follows
            int(parts["year"]),
            number,
            int(parts["day"]),
            hour,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
        )
    except ValueError:
        return ""
    weekday = parts.get("weekday")
    if weekday and at.weekday() != weekday_names().get(weekday.casefold().rstrip(".")):
        return ""  # one of the two is wrong, and nobody knows which
    if "hour" not in parts:
        return at.date().isoformat()
    clock = at.isoformat(" ", "seconds" if "second" in parts else "minutes")
    return clock + (parts.get("zone") or "")


@cache
def month_names() -> dict[str, int]:
    """Every name and short name of a month."""
    return {"sept": 9, "maerz": 3, **_names("months")}


@cache
def weekday_names() -> dict[str, int]:
    """Every name and short name of a day of the week; Monday is 0."""
    return _names("days")


def _names(kind: str) -> dict[str, int]:
    """Names in our languages that mean the same in each language that has them."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        words = getattr(Locale(language), kind)
        for use in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, word in words[use][width].items():
                    found.setdefault(composed(word).casefold().rstrip("."), set()).add(number)
    return {word: min(numbers) for word, numbers in found.items() if len(numbers) == 1}
