"""Several texts where a field should have one: a variable that stands there twice, or a set with two rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Several(str):
    """All of the texts, for people. Nobody can tell which is meant, so that no rule reads it as one."""

    __slots__ = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Several:
        return cls(", ".join(sorted(texts)))


def one(fields: Mapping[str, str], name: str) -> str | None:
    """The text of a field; None where it can't be read, or holds several."""
    text = fields.get(name)
    return None if isinstance(text, Several) else text
