"""What a pipeline can do to a text, one class each. A new one is a class with a `name` and a line in TRANSFORMS.

A step is written `name` where it takes nothing, `{name: argument}` where it takes one; its class then has one field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

GUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")


class Refused(Exception):
    """A text that a rule doesn't take: the rule, and what it wants, to go behind `the field … holds "…": `."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule, self.sentence = rule, sentence


class Transform(Protocol):
    name: ClassVar[str]

    def apply(self, text: str) -> str:
        """The text after this step. Raises Refused, and nothing else, whatever the text is."""


@dataclass(frozen=True)
class Trim:
    """Takes white space off both ends."""

    name: ClassVar[str] = "trim"

    def apply(self, text: str) -> str:
        return text.strip()


@dataclass(frozen=True)
class Lower:
    """Small letters. A letter that only looks like an ASCII one (the Kelvin sign) doesn't become it."""

    name: ClassVar[str] = "lower"

    def apply(self, text: str) -> str:
        return _each(text, str.lower)


@dataclass(frozen=True)
class Upper:
    """Capital letters, under the same rule as `lower`."""

    name: ClassVar[str] = "upper"

    def apply(self, text: str) -> str:
        return _each(text, str.upper)


@dataclass(frozen=True)
class Append:
    """Adds a text at the end. Nothing is added to an empty text: it stays empty, and is noticed."""

    text: str
    name: ClassVar[str] = "append"

    def apply(self, text: str) -> str:
        return text + self.text if text else ""


@dataclass(frozen=True)
class Prepend:
    """Puts a text in front. Nothing is added to an empty text."""

    text: str
    name: ClassVar[str] = "prepend"

    def apply(self, text: str) -> str:
        return self.text + text if text else ""


@dataclass(frozen=True)
class Default:
    """Stands in for an empty text."""

    text: str
    name: ClassVar[str] = "default"

    def apply(self, text: str) -> str:
        return text or self.text


@dataclass(frozen=True)
class Require:
    """Lets a text through as it is, or refuses it."""

    rule: str
    name: ClassVar[str] = "require"

    def apply(self, text: str) -> str:
        sentence = RULES[self.rule](text)
        if sentence:
            raise Refused(f"require {self.rule}", sentence)
        return text


def upn(text: str) -> str:
    """Wide on purpose: `'`, `#`, `+`, `%`, a leading `$` and non-ASCII letters occur. Whoever sends it escapes it."""
    before, _, behind = text.partition("@")
    if not before or not behind or "@" in behind:
        return "a user principal name has one @, with a text on both sides"
    return _unbroken(text, "a user principal name")


def email(text: str) -> str:
    if not re.fullmatch(r"[^@<>()\[\],;:\\\"]{1,64}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+", text):
        return "a mail address looks like ann.lee@contoso.com"
    return _unbroken(text, "a mail address")


def guid(text: str) -> str:
    return "" if GUID.fullmatch(text) else "an object id looks like 6f1967b7-15e8-4935-ac26-d50770ed07a7"


def digits(text: str) -> str:
    return "" if re.fullmatch(r"[0-9]+", text) else "it may hold the digits 0 to 9 only"


def date_and_time(text: str) -> str:
    sentence = "a date and time looks like 2026-03-01 09:30:00 or 2026-03-01T09:30:00Z"
    if not re.fullmatch(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?", text
    ):
        return sentence
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return sentence
    return ""


def _unbroken(text: str, what: str) -> str:
    if not text.isprintable() or any(char.isspace() for char in text):
        return f"{what} has no spaces, line breaks or invisible characters in it"
    return ""


def _each(text: str, change: Callable[[str], str]) -> str:
    return "".join(_change(char, change) for char in text)


def _change(char: str, change: Callable[[str], str]) -> str:
    changed = change(char)
    return char if not char.isascii() and any(letter.isascii() for letter in changed) else changed


RULES: dict[str, Callable[[str], str]] = {"email": email, "upn": upn, "guid": guid, "digits": digits, "datetime": date_and_time}
BARE: dict[str, Callable[[], Transform]] = {step.name: step for step in (Trim, Lower, Upper)}
WITH_TEXT: dict[str, Callable[[str], Transform]] = {step.name: step for step in (Append, Prepend, Default, Require)}
