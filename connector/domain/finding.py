"""One line of the doctor, and the doctor of a desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

SKEW = 30  # seconds: beyond it a start may lie behind before it is asked for


@dataclass(frozen=True)
class CheckResult:
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
        """The state of things, and the next step."""
        return f"{self.says}; {self.cure}" if self.cure else self.says

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "fine": self.fine,
            "sentence": self.sentence,
            "cure": self.cure,
            "down": self.down,
        }


def clock(name: str, ahead: float) -> CheckResult:
    """The clock of a service, so many seconds ahead of ours."""
    apart = abs(ahead)
    cure = "" if apart <= SKEW else "set this machine's clock from a time server (NTP)"
    return CheckResult(name, apart <= SKEW, f"clocks are {apart:.0f} s apart", cure)


class DeskDoctor(Protocol):
    """One mapping at its desk."""

    @property
    def ahead(self) -> float | None:
        """Seconds that the desk's clock is ahead of ours, once it was looked at; None: its replies don't
        say.
        """

    def results(self) -> Iterator[CheckResult]:
        """Raises Down."""
