"""Pins: the account behind a name, as it was when a ticket that carries the name was first judged.

A ticket keeps one for each name that it ever carried: naming somebody else for a while frees nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256

from connector.domain.same_text import folded

MOST = 40  # a ticket that has named more people than that is judged no more


@dataclass(frozen=True)
class Pin:
    """`name`: what the person was called, as a digest; it begins with "-" where that was erased. `created`:
    epoch seconds; None: it wasn't known.
    """

    name: str
    id: str  # object id
    created: int | None = None

    @property
    def erased(self) -> bool:
        return self.name.startswith("-")

    @property
    def nameless(self) -> Pin:
        """With the object id alone."""
        return replace(self, name=f"-{self.id}")

    def differs(self, id_: str, created: int | None) -> bool:
        """Tell whether this is another account."""
        both = self.created is not None and created is not None
        return id_ != self.id or (both and created != self.created)


def name_of(kind: str, value: str) -> str:
    """The digest of a name; capitals don't count. `kind`: what it is looked up by."""
    return sha256(f"{kind}\n{folded(value.strip())}".encode()).hexdigest()[:16]


def merged(known: Iterable[Pin], more: Iterable[Pin]) -> tuple[Pin, ...]:
    """The first pin of each name stays."""
    pins = {pin.name: pin for pin in reversed([*known, *more])}
    return tuple(pins[name] for name in sorted(pins))


def written(pins: Iterable[Pin]) -> str | None:
    """Pins as the ledger keeps them."""
    texts = [f"{pin.name} {pin.id} {'' if pin.created is None else pin.created}".strip() for pin in pins]
    return "\n".join(texts) or None


@lru_cache(1000)
def read(text: str | None) -> tuple[Pin, ...]:
    found = (line.split(" ") for line in (text or "").splitlines())
    return tuple(Pin(name, id_, int(rest[0]) if rest else None) for name, id_, *rest in found)
