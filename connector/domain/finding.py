"""One line of the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Finding:
    """`fine`: None where it can't be told. `down`: because a service could not be reached. `cure`: the next
    step, if any.
    """

    what: str
    fine: bool | None
    says: str
    cure: str = ""
    down: bool = False

    @property
    def sentence(self) -> str:
        """What is, and what to do about it."""
        return f"{self.says}; {self.cure}" if self.cure else self.says

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "fine": self.fine,
            "sentence": self.sentence,
            "cure": self.cure,
            "down": self.down,
        }


class Examination(Protocol):
    """One mapping at its desk."""

    @property
    def ahead(self) -> float | None:
        """Seconds that the desk's clock is ahead of ours, once it was looked at; None: its replies don't
        say.
        """

    def findings(self) -> Iterator[Finding]:
        """Raises Down."""
