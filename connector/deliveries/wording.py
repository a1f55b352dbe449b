"""Words of a language about reasons: what each says on the ticket, its next step, and what rules found.

    reasons.nl.yaml   by the reason's code: its sentence, and the agent's next step
    details.nl.yaml   by the English sentence that the ledger keeps, with its values as {names}; one that
                      isn't told in the other language is a {_name}

English has no file: its words stand where the rules are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from connector.domain.reasons import MEANINGS, Reason

TABLES = Path(__file__).parent / "templates"
ENGLISH = "en"
LANGUAGES = (ENGLISH, "nl", "de")
NAME = re.compile(r"\{(\w+)\}")
NESTED = frozenset({"rule", "links"})  # values that are sentences themselves


@dataclass(frozen=True)
class ReasonWords:
    """`sentence` says what the reason means, `step` what the agent does next."""

    sentence: str
    step: str


@dataclass(frozen=True)
class Phrase:
    """A sentence that a rule says, as a pattern, and its text in a language."""

    pattern: re.Pattern[str]
    text: str


@dataclass(frozen=True)
class Wording:
    """The words of one language."""

    language: str
    reasons: Mapping[Reason, ReasonWords]
    phrases: tuple[Phrase, ...]

    def detail(self, said: str, shown: Callable[[str, str], str]) -> str | None:
        """The words of a rule, in this language; `shown` makes a value, by its name, fit for people. None: it
        is no sentence of a rule's.
        """
        for phrase in self.phrases:
            found = phrase.pattern.fullmatch(said)
            if found and (values := self._values(found, shown)) is not None:
                return filled(phrase.text, values)
        return None

    def _values(self, found: re.Match[str], shown: Callable[[str, str], str]) -> dict[str, str] | None:
        """The values of a sentence, fit for people; None: one is a sentence that this language hasn't."""
        values: dict[str, str] = {}
        for name, value in found.groupdict().items():
            told = self.detail(value, shown) if name in NESTED else shown(name, value)
            if told is None:
                return None
            values[name] = told
        return values


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its values put in, once."""
    return NAME.sub(lambda place: values[place[1]], text)


@cache
def wording(language: str) -> Wording:
    """The words of a language; English where there are none."""
    if language not in LANGUAGES:
        return wording(ENGLISH)
    if language == ENGLISH:
        reasons = {code: ReasonWords(each.sentence, each.on_ticket) for code, each in MEANINGS.items()}
        return Wording(language, reasons, _phrases({said: said for said in table("details", LANGUAGES[1])}))
    told = table("reasons", language)
    known = {code: ReasonWords(told[code]["sentence"], told[code]["next"]) for code in Reason if code in told}
    return Wording(language, known, _phrases(table("details", language)))


def table(kind: str, language: str) -> dict[str, Any]:
    """One of the files: `reasons` or `details`."""
    found: dict[str, Any] = yaml.safe_load((TABLES / f"{kind}.{language}.yaml").read_text("utf-8"))
    return found


def pattern(said: str) -> re.Pattern[str]:
    """The pattern that finds a sentence with any values in it."""
    parts = NAME.split(said)
    texts = (f"(?P<{part}>.*?)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return re.compile("".join(texts))


def _phrases(texts: Mapping[str, str]) -> tuple[Phrase, ...]:
    """The sentences with the most words of their own come first: a value could hold another one's."""
    ordered = sorted(texts, key=lambda said: -len(NAME.sub("", said)))
    return tuple(Phrase(pattern(said), texts[said]) for said in ordered)
