"""Steps of a pipeline, one class each: catalogue.py lists them all, and makes the docs and the schema from
them.

A step is written `name` where it takes nothing, `{name: argument}` where it takes something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from connector.domain.same_text import composed
from connector.forms.values import text_of_value
from connector.mapping.steps import LONGEST
from connector.mapping.steps.context import StepContext

TEXT: dict[str, Any] = {"type": ["string", "integer"], "maxLength": LONGEST}
TWICE = "two keys here are one text, with its accents written in two ways; keep one"


class StepRefused(Exception):
    """A text that a rule doesn't take: the rule, and what it wants, to go behind `the field … holds "…":
    `.
    """

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule, self.sentence = rule, sentence


class Shown(NamedTuple):
    """A step as it is written, a text, and what becomes of it; None: it is refused."""

    step: str
    text: str
    result: str | None


class Transform(Protocol):
    """The class's docstring is what the docs say of it. `takes`: the schema of its argument; None: it takes
    nothing.
    """

    name: ClassVar[str]
    takes: ClassVar[dict[str, Any] | None]
    shown: ClassVar[tuple[Shown, ...]]

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Transform:
        """The step with the argument that stands in the file. Raises ValueError with the sentence for the
        admin.
        """

    def apply(self, text: str) -> str:
        """The text after this step. Raises Refused, and nothing else, whatever the text is."""


class Bare:
    """A step that takes nothing."""

    takes: ClassVar[dict[str, Any] | None] = None

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        return cls()


@dataclass(frozen=True)
class WithText:
    """A step that takes a text."""

    text: str
    name: ClassVar[str] = ""
    takes: ClassVar[dict[str, Any] | None] = {**TEXT, "minLength": 1}

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        return cls(text_argument(cls.name, given))


def text_argument(name: str, given: Any) -> str:
    text = "" if given is None else text_of_value(given)
    if not text:
        raise ValueError(f"the text after {name} is empty; write one, or delete the step")
    return capped(composed(text))


def capped(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(
            f"this is longer than {LONGEST} characters, and so would be what comes of it; shorten it"
        )
    return text


@dataclass(frozen=True)
class Trim(Bare):
    """Takes white space off both ends."""

    name: ClassVar[str] = "trim"
    shown: ClassVar[tuple[Shown, ...]] = (Shown("trim", " Ann Lee ", "Ann Lee"),)

    def apply(self, text: str) -> str:
        return text.strip()


@dataclass(frozen=True)
class Lower(Bare):
    """Small letters. A letter that only looks like an ASCII one (the Kelvin sign) doesn't become it."""

    name: ClassVar[str] = "lower"
    shown: ClassVar[tuple[Shown, ...]] = (Shown("lower", "Zoë.LEE", "zoë.lee"),)

    def apply(self, text: str) -> str:
        return _each(text, str.lower)


@dataclass(frozen=True)
class Upper(Bare):
    """Capital letters, under the same rule as `lower`."""

    name: ClassVar[str] = "upper"
    shown: ClassVar[tuple[Shown, ...]] = (Shown("upper", "nl-ams", "NL-AMS"),)

    def apply(self, text: str) -> str:
        return _each(text, str.upper)


@dataclass(frozen=True)
class Append(WithText):
    """Adds a text at the end. Nothing is added to an empty text: it stays empty, and is noticed."""

    name: ClassVar[str] = "append"
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown('{append: "@contoso.com"}', "ann.lee", "ann.lee@contoso.com"),
        Shown('{append: "@contoso.com"}', "", ""),
    )

    def apply(self, text: str) -> str:
        return text + self.text if text else ""


@dataclass(frozen=True)
class Prepend(WithText):
    """Puts a text in front. Nothing is added to an empty text."""

    name: ClassVar[str] = "prepend"
    shown: ClassVar[tuple[Shown, ...]] = (Shown("{prepend: ext.}", "ann.lee", "ext.ann.lee"),)

    def apply(self, text: str) -> str:
        return self.text + text if text else ""


@dataclass(frozen=True)
class Default(WithText):
    """Stands in for an empty text. Not for who a person is: one person would stand in for everybody."""

    name: ClassVar[str] = "default"
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown("{default: Amsterdam}", "", "Amsterdam"),
        Shown("{default: Amsterdam}", "Ede", "Ede"),
    )

    def apply(self, text: str) -> str:
        return text or self.text


def _each(text: str, change: Callable[[str], str]) -> str:
    if text.isascii():
        return change(text)
    return "".join(_change(char, change) for char in text)


def _change(char: str, change: Callable[[str], str]) -> str:
    changed = change(char)
    return char if not char.isascii() and any(letter.isascii() for letter in changed) else changed
