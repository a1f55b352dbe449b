"""The step `require` and its rules: each answers "" for a text that it lets through, else what it wants."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from connector.forms.mistakes import no_such
from connector.forms.values import GUID, text_of_value
from connector.mapping.steps.context import StepContext
from connector.mapping.steps.transforms import Shown, StepRefused


def upn(text: str) -> str:
    """Wide on purpose: `'`, `#`, `+`, `%`, a leading `$` and non-ASCII letters occur. Whoever sends it
    escapes it.
    """
    before, _, behind = text.partition("@")
    if not before or not behind or "@" in behind:
        return "a user principal name has one @, with a text on both sides"
    return _unbroken(text, "a user principal name")


def email(text: str) -> str:
    if not re.fullmatch(
        r"[^@<>()\[\],;:\\\"]{1,64}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+", text
    ):
        return "a mail address looks like ann.lee@contoso.com"
    return _unbroken(text, "a mail address")


def guid(text: str) -> str:
    return "" if re.fullmatch(GUID, text) else "an object id looks like 6f1967b7-15e8-4935-ac26-d50770ed07a7"


def digits(text: str) -> str:
    return "" if re.fullmatch(r"[0-9]+", text) else "it may hold the digits 0 to 9 only"


def date_and_time(text: str) -> str:
    sentence = "a date and time looks like 2026-03-01 09:30:00 or 2026-03-01T09:30:00Z"
    if not re.fullmatch(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
        r"(Z|[+-][0-9]{2}:?[0-9]{2})?",
        text,
    ):
        return sentence
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return sentence
    return ""


RULES: dict[str, Callable[[str], str]] = {
    "email": email,
    "upn": upn,
    "guid": guid,
    "digits": digits,
    "datetime": date_and_time,
}


@dataclass(frozen=True)
class Require:
    """Lets a text through as it is, or refuses the ticket. The rules are email, upn, guid, digits and
    datetime.
    """

    rule: str
    name: ClassVar[str] = "require"
    takes: ClassVar[dict[str, Any] | None] = {"enum": list(RULES)}
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown("{require: upn}", "ann.lee@contoso.com", "ann.lee@contoso.com"),
        Shown("{require: upn}", "Ann Lee", None),
    )

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        rule = "" if given is None else text_of_value(given)
        if rule not in RULES:
            raise ValueError(no_such("rule", rule, RULES))
        return cls(rule)

    def apply(self, text: str) -> str:
        sentence = RULES[self.rule](text)
        if sentence:
            raise StepRefused(f"require {self.rule}", sentence)
        return text


def _unbroken(text: str, what: str) -> str:
    if not text.isprintable() or any(char.isspace() for char in text):
        return f"{what} has no spaces, line breaks or invisible characters in it"
    return ""
