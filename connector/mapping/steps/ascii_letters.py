"""The step `ascii`: letters with accents as login names write them, by a language's own habit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from unicodedata import category, name, normalize

from anyascii import anyascii

from connector.domain.confusable import UNSEEN
from connector.forms.mistakes import no_such, quote
from connector.forms.values import text_of_value
from connector.mapping.steps.context import StepContext
from connector.mapping.steps.transforms import Shown, StepRefused

_NORDIC = {"æ": "ae", "ø": "oe", "å": "aa"}
# Where a language writes a letter otherwise than without its accent. Others follow anyascii.
TABLES: Mapping[str, Mapping[str, str]] = {
    "cs": {},
    "da": {**_NORDIC, "ä": "ae", "ö": "oe"},
    "de": {"ä": "ae", "ö": "oe", "ü": "ue"},
    "en": {},
    "es": {},
    "fi": {"å": "a"},
    "fr": {},
    "is": {"æ": "ae", "ð": "d", "þ": "th"},
    "it": {},
    "nb": {**_NORDIC, "ä": "ae", "ö": "oe"},
    "nl": {},
    "nn": {**_NORDIC, "ä": "ae", "ö": "oe"},
    "no": {**_NORDIC, "ä": "ae", "ö": "oe"},  # in quotes: YAML takes it for false
    "pl": {},
    "pt": {},
    "sv": {"å": "a", "ä": "a", "ö": "o"},
}
_SIGNS = {"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "\u00a0": " ", "Ĳ": "IJ", "ĳ": "ij"}


@dataclass(frozen=True)
class Ascii:
    """Letters with accents as a language's login names have them: `de` makes ue of ü and ss of ß, `da` and
    `nb` oe of ø, `nl` and `fr` take the accent off. Tables: cs, da, de, en, es, fi, fr, is, it, nb, nl, nn,
    "no", pl, pt and sv. A letter of another script refuses the ticket. Two names may become one.
    """

    table: str
    name: ClassVar[str] = "ascii"
    takes: ClassVar[dict[str, Any] | None] = {"enum": list(TABLES)}
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown("{ascii: de}", "Jürgen Weiß", "Juergen Weiss"),
        Shown("{ascii: nl}", "Zoë Ĳssel", "Zoe IJssel"),
        Shown("{ascii: da}", "Søren Ågård", "Soeren Aagaard"),
        Shown("{ascii: en}", "Анна", None),
    )

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        table = "" if given is None else text_of_value(given)
        if table not in TABLES:
            raise ValueError(no_such("table", table, TABLES))
        return cls(table)

    def apply(self, text: str) -> str:
        if text.isascii():
            return text
        table = TABLES[self.table]
        return "".join(self._letter(text, at, table) for at in range(len(text)))

    def _letter(self, text: str, at: int, table: Mapping[str, str]) -> str:
        char = text[at]
        if char.isascii() or char in _SIGNS:
            return _SIGNS.get(char, char)
        if category(char) == "Mn" and not UNSEEN.match(char) and at and _is_latin(text[at - 1]):
            return ""  # an accent that no letter has on it
        found = table.get(char.lower()) or (anyascii(char) if _is_latin(char) else "")
        if not found.isalpha() or not found.isascii():
            raise StepRefused(self.name, f"{quote(char)} has no place in the table {self.table}")
        return _as_written(found, char, text[at + 1 : at + 2], text[at - 1 : at] if at else "")


def _as_written(found: str, char: str, after: str, before: str) -> str:
    """Capitals as in the text: Übel is Uebel, and ÜBEL is UEBEL."""
    if not char.isupper():
        return found.lower() if char.islower() else found
    loud = after.isupper() or (before.isupper() and not after.islower())
    return found.upper() if loud or len(found) == 1 else found[0].upper() + found[1:].lower()


def _is_latin(char: str) -> bool:
    """A letter of the Latin script, and none that is drawn like one or like several, such as the Kelvin sign,
    a wide A or a ligature.
    """
    latin = char.isalpha() and name(char, "").startswith("LATIN ")
    return char.isascii() or (latin and normalize("NFKC", char) == char)
