"""What befalls the ticket while the process is killed and started again: faults, and what people and time do
to a live pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from connector.domain.outcome import Ending, State
from connector.domain.reasons import Reason
from tests.kill.truth import NOTE, Truth, end


def nothing(truth: Truth) -> None:
    """A live pass is looked after once."""
    truth.pass_on(truth.time + 60)


def used(truth: Truth) -> None:
    truth.pass_on(truth.noted().start + 5)
    truth.noted().used_at = truth.time


def late(truth: Truth) -> None:
    """A POST that was given up long ago lands, and replaces what stands."""
    truth.pass_on(truth.time + 500)


def cancelled(truth: Truth) -> None:
    truth.open = False


def expired(truth: Truth) -> None:
    truth.pass_on(end(truth.noted()))


def forbidden(truth: Truth) -> None:
    truth.verdict = "no"


def taken_away(truth: Truth) -> None:
    """By an administrator."""
    truth.noted().deleted_at = truth.time


def overwritten(truth: Truth) -> None:
    """The note of the first attempt arrives after that of the last."""
    truth.journal = True
    truth.notes.append(truth.notes[0])


@dataclass(frozen=True)
class Scenario:
    """`comes` is what happens to a pass once it is live; `ends` is what becomes of the ticket, killed or not,
    and `spared` what becomes of it where a kill kept the fault from it.
    """

    name: str
    says: str
    ends: tuple[State, Reason | Ending | None]
    faults: Mapping[str, list[str]] = field(default_factory=dict)
    comes: Callable[[Truth], None] = nothing
    journal: bool = True
    desk: str = ""  # with the real deliveries: journal, topdesk
    places: tuple[str, ...] = (NOTE,)  # where a pass may go, in the order in which it is tried
    verdict: str = "yes"
    strangers: tuple[str, ...] = ()
    starts: int | None = None
    keeps: bool = False  # whether the account can take no note away
    spared: tuple[State, Reason | Ending | None] | None = None
    patience: float = 86400.0  # s that it waits for what is its own
    tells: float | None = None  # s after which it says why it waits
    asks: bool = False  # whether the ticket asks for one more pass when the first has ended
    notifies: bool = False  # whether the person is told of their pass
    pace: int = 1  # s between two rounds in which nothing is due

    def truth(self) -> Truth:
        faults = {effect: list(met) for effect, met in self.faults.items()}
        said = Truth(
            faults=faults,
            journal=self.journal,
            verdict=self.verdict,
            strangers=self.strangers,
            places=self.places,
        )
        said.fields = {"journal": {"state": "new"}, "topdesk": {"processingStatus.name": "new"}}.get(
            self.desk, {}
        )
        return replace(said, starts_at=said.time + self.starts if self.starts else None)


LIVE = (State.LIVE, None)
ALWAYS = ["counted"] * 40
