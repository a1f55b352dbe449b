"""The pass is a type. It can be woven into a longer secret and revealed to a request; nothing else comes out
of it.
"""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from typing import Any, NoReturn

MASK = "•••••••"


class Secret:
    """A text that never shows itself: str, format and repr mask it; pickle, copy and json refuse it.

    `.reveal()` belongs into an outgoing request and nowhere else; a test counts its calls.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        return self.__value

    def within(self, before: str, after: str, escape: Callable[[str], str] = str) -> Secret:
        """A longer secret: this one, escaped for its sink, between two texts that may be known."""
        return Secret(before + escape(self.__value) + after)

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
