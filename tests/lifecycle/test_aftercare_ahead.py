"""What was asked ahead about a delivered pass counts while it is young; the rest is asked alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from connector.domain.methods import Method
from connector.domain.outcome import Ending, No, State
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.domain.ticket import ExistingPass, Ticket
from connector.lifecycle.aftercare import AHEAD, SELDOM, Look, Seen
from connector.lifecycle.recovery import resume
from tests.lifecycle.world import ANN, World


@dataclass
class Holding:
    """Who holds a pass; `no`: why they may not use it. `asked` keeps who was asked about, and if they were
    said to be enabled.
    """

    no: No | None = None
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def passes(self, people: Sequence[str]) -> Mapping[str, Sequence[ExistingPass]]:
        raise NotImplementedError

    def enabled(self, people: Sequence[str]) -> Mapping[str, bool]:
        raise NotImplementedError

    def sees_methods(self) -> bool:
        raise NotImplementedError

    def methods(self, people: Sequence[str]) -> Mapping[str, Sequence[Method]]:
        raise NotImplementedError

    def forbidden(self, holder: Subject, enabled: bool) -> No | None:
        self.asked.append((holder.id, enabled))
        return self.no


@dataclass
class Delivered(World):
    """A ticket whose pass was delivered. `alone` keeps what was asked alone since then."""

    alone: list[str] = field(default_factory=list)
    holding: Holding = field(default_factory=Holding)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.see()
        self.roles = replace(self.roles, holders=self.holding)
        self.alone.clear()

    def read(self, ticket: str) -> Ticket | None:
        self.alone.append("ticket")
        return super().read(ticket)

    def look(self, subject: str, *, urgent: bool = False) -> Sequence[ExistingPass]:
        self.alone.append("passes")
        return super().look(subject)

    @property
    def start(self) -> int:
        return self.row().current_attempt.start

    def seen_ahead(self, age: float = 1.0, *, enabled: bool = True) -> Seen:
        """All there is to be seen, asked so many seconds ago."""
        return Seen(Look(super().look(ANN.id), lambda: age), self.ticket(), enabled, lambda: age)

    def round(self, seen: Seen) -> State:
        self.alone.clear()
        for claim in self.ledger.take_up([State.LIVE]):
            resume(claim, self.roles, seen)
        return self.row().state


def begun(after: int = 60) -> Delivered:
    """Its start lies so many seconds behind."""
    world = Delivered()
    world.time = world.start + after
    return world


@pytest.mark.parametrize(
    ("age", "alone"),
    [(0.0, []), (AHEAD, []), (AHEAD + 0.1, ["passes", "ticket"]), (300.0, ["passes", "ticket"])],
)
def test_soon_after_the_start_what_was_asked_ahead_counts_for_seconds(age: float, alone: list[str]) -> None:
    world = begun()
    assert world.round(world.seen_ahead(age)) is State.LIVE
    assert world.alone == alone


@pytest.mark.parametrize(("age", "alone"), [(SELDOM, ["ticket"]), (SELDOM + 1, ["passes", "ticket"])])
def test_long_after_the_start_a_look_at_the_pass_counts_for_ten_minutes(age: float, alone: list[str]) -> None:
    world = begun(SELDOM)
    assert world.round(world.seen_ahead(age)) is State.LIVE
    assert world.alone == alone


def test_each_part_that_is_missing_is_asked_alone() -> None:
    world = begun()
    whole = world.seen_ahead()
    assert world.round(replace(whole, look=None)) is State.LIVE
    assert world.alone == ["passes"]
    assert world.round(replace(whole, ticket=None)) is State.LIVE
    assert world.alone == ["ticket"]
    assert world.round(replace(whole, enabled=False)) is State.LIVE
    assert (world.alone, world.holding.asked) == ([], [(ANN.id, True), (ANN.id, True), (ANN.id, False)])


@pytest.mark.parametrize("reason", [Reason.SUBJECT_DISABLED, Reason.SUBJECT_PRIVILEGED])
def test_who_loses_the_right_after_the_start_loses_the_pass(reason: Reason) -> None:
    world = begun()
    world.holding.no = No(reason, "It was so since.")
    assert world.round(world.seen_ahead()) is State.REVOKING
    assert world.settle_down() is State.ENDED
    assert (world.revoked(), world.words) == (["p1"], [f"ended:{reason}"])


def test_before_the_start_the_judge_is_asked_and_the_holder_is_not() -> None:
    world = Delivered()
    world.holding.no = No(Reason.SUBJECT_DISABLED, "It is disabled.")
    world.time = world.start - 5
    assert world.round(world.seen_ahead()) is State.LIVE
    assert world.holding.asked == []
    world.verdict = No(Reason.SUBJECT_DISABLED, "It is disabled.")
    assert world.round(world.seen_ahead()) is State.REVOKING


def test_a_pass_that_was_not_seen_ahead_is_gone_only_on_a_second_look_that_began_later() -> None:
    world = begun()
    seen = world.seen_ahead(0.0)
    nothing = replace(seen, look=Look((), lambda: 0.0))
    assert world.round(nothing) is State.LIVE
    first = world.row().first_absent_at
    assert first == world.time
    world.time += world.roles.confirm_interval
    assert world.round(replace(nothing, look=Look((), lambda: 3.0))) is State.LIVE  # it began too early
    assert world.row().first_absent_at == first
    world.time += world.roles.confirm_interval
    assert world.round(nothing) is State.REVOKING
    assert world.row().reason is Ending.REVOKED


def test_a_closed_ticket_that_was_read_ahead_ends_its_pass() -> None:
    world = begun()
    world.open = False
    assert world.round(world.seen_ahead()) is State.REVOKING
    assert (world.row().reason, world.alone) == (Ending.CANCELLED, ["passes"])  # to delete it


def test_without_somebody_to_ask_about_many_everything_is_asked_alone() -> None:
    world = begun()
    world.roles = replace(world.roles, holders=None)
    assert world.round(Seen()) is State.LIVE
    assert world.alone == ["passes", "ticket"]


@pytest.mark.parametrize("after", [0, 7, 59, 60, 3540, 3599])
def test_passes_fall_due_together(after: int) -> None:
    world = begun(after)
    end = world.row().current_attempt.end
    assert world.round(world.seen_ahead()) is State.LIVE
    due = min(end, world.time - world.time % 60 + 60)
    world.time = due - 1
    assert not world.ledger.take_up([State.LIVE], due=True)
    world.time = due
    assert len(world.ledger.take_up([State.LIVE], due=True)) == 1
