"""The pass as a type. It is woven into a longer secret for a named sink, asked named questions, and revealed
to a request; nothing else comes out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto
from hmac import compare_digest, digest
from html import escape
from typing import Any, NoReturn, assert_never

from connector.domain.reference import find_all

MASK = "•••••••"


class Sink(Enum):
    """A kind of text that a secret is woven into. The set is closed: no callable is handed the value."""

    PLAIN = auto()  # a note that shows every character as it is
    HTML = auto()  # a mail
    HTML_LINE = auto()  # one line of HTML, with a <br> for each line end


class Secret:
    """A text that never shows itself: str, format and repr mask it; pickle, copy and json refuse it.

    `.reveal()` belongs into an outgoing request and nowhere else. A test counts the calls of each door.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        return self.__value

    def within(self, before: str, after: str, sink: Sink = Sink.PLAIN) -> Secret:
        """A longer secret: this one, escaped for its sink, between two texts that may be known."""
        if not isinstance(sink, Sink):
            raise TypeError("a secret is woven for a Sink")
        return Secret("".join((before, _escaped(self.__value, sink), after)))

    def renders_intact(self) -> bool:
        """Say whether a journal shows it as it is: one line, and no markup."""
        text = self.__value
        markup = re.search(r"(?i)\[\s*/?\s*code", text)
        return text.isprintable() and text == text.strip() != "" and not markup

    def shown_in(self, texts: Iterable[str]) -> bool:
        """Say whether one of the texts shows it line by line."""
        return any(_lines(self.__value) in _lines(text) for text in texts)

    def names_any(self, references: Iterable[str]) -> bool:
        """Say whether one of these references stands in it."""
        return not frozenset(find_all(self.__value)).isdisjoint(references)

    def at_least(self, characters: int) -> bool:
        """Say whether it is so long that nobody guesses it."""
        return len(self.__value) >= characters

    def signs(self, message: bytes, signature: bytes) -> bool:
        """Say whether this is the message's HMAC-SHA-256 under it. Compared in constant time."""
        return compare_digest(digest(self.__value.encode(), message, "sha256"), signature)

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and compare_digest(self.__value.encode(), other.__value.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash of a short secret is a way to guess it

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __refuse(self, *_: Any) -> NoReturn:
        raise TypeError("a secret is not copied, pickled or written down")

    __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = __getstate__ = __refuse


def _escaped(text: str, sink: Sink) -> str:
    match sink:
        case Sink.PLAIN:
            return text
        case Sink.HTML:
            return escape(text)
        case Sink.HTML_LINE:
            return "<br>".join(escape(text, quote=False).replace('"', "&quot;").splitlines())
        case never:
            assert_never(never)


def _lines(text: str) -> str:
    """Lines with something in them, each between line ends; blanks in a line count once."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n" + "".join(f"{line}\n" for line in lines if line)
