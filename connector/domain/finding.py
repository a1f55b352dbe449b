"""One line of the doctor, and the doctor of a desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from connector.domain.errors import Down, SignInRefused
from connector.domain.reasons import waiting_for

SKEW = 30  # seconds: beyond it a start may lie behind before it is asked for


@dataclass(frozen=True)
class CheckResult:
    """`fine`: None where it can't be told. `down`: because a service could not be reached. `cure`: the next
    step, if any. `code`: the reason code for which tickets would wait, where there is one.

    `kind` and `about` of what can't be told: one line tells it for all that it is said about.
    """

    what: str
    fine: bool | None
    says: str
    cure: str = ""
    down: bool = False
    code: str = ""
    kind: str = field(default="", compare=False)
    about: str = field(default="", compare=False)

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
            **({"code": self.code} if self.code else {}),
        }


UNREACHED = "see that this machine reaches its address (name, firewall, proxy), then check again"


def unanswered(name: str, down: Down) -> CheckResult:
    """A service that could not be asked: a refused sign-in is a person's matter, and no outage."""
    reason = waiting_for(down)
    if not isinstance(down, SignInRefused):
        says = f"can't be reached: {down.sentence}"
        return CheckResult(name, False, says, UNREACHED, down=True, code=reason.value)
    return CheckResult(name, False, f"{reason.value}: {down.sentence}", code=reason.value)


def clock(name: str, ahead: float) -> CheckResult:
    """The clock of a service, so many seconds ahead of ours."""
    apart = abs(ahead)
    cure = "" if apart <= SKEW else "set this machine's clock from a time server (NTP)"
    return CheckResult(name, apart <= SKEW, f"clocks are {apart:.0f} s apart", cure)


def one_line(open_: Sequence[CheckResult]) -> CheckResult:
    """Several results of one kind as one."""
    first, others = open_[0], [each for each in open_[1:] if each.says != open_[0].says]
    named = dict.fromkeys(each.about for each in others if each.about not in ("", first.about))
    says = f"{first.says}; likewise {', '.join(named)}" if named else first.says
    return replace(first, what=", ".join(dict.fromkeys(each.what for each in open_)), says=says)


class DeskDoctor(Protocol):
    """One mapping at its desk."""

    @property
    def ahead(self) -> float | None:
        """Seconds that the desk's clock is ahead of ours, once it was looked at; None: its replies don't
        say.
        """

    def results(self) -> Iterator[CheckResult]:
        """Raises Down."""
