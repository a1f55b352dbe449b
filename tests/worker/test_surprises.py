"""A ticket that meets something unexpected is tried a few times, and the others never feel it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

import pytest

from connector.domain.outcome import No, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Attempt, ExistingPass, MappedTicket, Ticket
from connector.lifecycle.giving_up import MOST_SURPRISES, wait_after
from connector.worker.boundary import Way
from connector.worker.report import Report
from connector.worker.sweep import Sweep
from tests.lifecycle.world import DESK, Made, World, plan


@dataclass
class Poisoned(World):
    """Where `raises` names an effect or a look, it raises what nobody foresaw."""

    raises: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    touched: bool = False  # whether its notes are looked through

    def outcome(self, effect: str) -> Any:
        if effect in self.raises:
            raise KeyError(effect)
        return super().outcome(effect)

    def reach(self, service: str) -> None:
        if service in self.raises:
            raise KeyError(service)
        super().reach(service)

    def ticket(self) -> Ticket:
        return replace(super().ticket(), touched=self.touched)

    def mapped(self, ticket: Ticket) -> MappedTicket:
        if "mapped" in self.raises:
            raise KeyError("mapped")
        return super().mapped(ticket)

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        if "references" in self.raises:
            raise KeyError("references")
        return super().references(tickets)

    def look(self, subject: str, *, urgent: bool = False) -> Sequence[ExistingPass]:
        if subject in self.raises:
            raise KeyError(subject)
        return super().look(subject, urgent=urgent)

    def sweep(self, ahead: float = 0.0) -> Report:
        way = Way("incidents", "contoso", DESK, "incident", self.roles, lambda ticket: True)
        orphans = lambda claim: self.roles  # noqa: E731
        tell = lambda what, error: self.told.append(what)  # noqa: E731
        return Sweep(
            {"incidents": way},
            self.ledger,
            1,
            orphans,
            tell,
            Event(),
            lambda: float(self.time) + ahead,
            wall=lambda: float(self.time),
        ).once()

    def sweeps(self, count: int) -> Report:
        for _ in range(count):
            report = self.sweep()
            self.time += 61
        return report


def test_what_raises_before_anything_is_made_is_stuck_after_a_few_tries() -> None:
    world = Poisoned(raises={"entra"})
    assert world.sweeps(1).decisions[0].outcome == "deferred"
    report = world.sweeps(2 * MOST_SURPRISES)
    assert (world.row().state, world.row().reason) == (State.STUCK, Reason.ATTEMPTS_EXHAUSTED)
    assert report.exit_code() == 1 and len(world.told) == MOST_SURPRISES
    assert world.words and not world.passes
    world.sweeps(3)
    assert len(world.told) == MOST_SURPRISES  # it isn't tried any more


@pytest.mark.parametrize("where", ["issue", "deliver"])
def test_what_raises_while_a_pass_may_be_out_ends_stuck_and_without_a_pass(where: str) -> None:
    world = Poisoned(raises={where})
    world.sweeps(30)
    assert world.row().state is State.STUCK
    assert bool(world.passes) is (where == "deliver") and all(each.deleted for each in world.passes)


def test_a_word_that_can_never_be_said_is_given_up_and_the_decision_stands() -> None:
    world = Poisoned(raises={"tell"}, settled=False)
    world.sweeps(MOST_SURPRISES + 3)
    assert world.row().state is State.LIVE
    assert len([each for each in world.passes if not each.deleted]) == 1


def test_a_refusal_that_can_never_be_said_is_stuck_so_that_a_person_hears_of_it() -> None:
    world = Poisoned(raises={"tell"}, settled=False)
    world.verdict = No(Reason.SUBJECT_PRIVILEGED, "No.")
    world.sweeps(MOST_SURPRISES + 4)
    assert not world.words and world.row().next_state is State.STUCK
    world.raises.clear()
    report = world.sweeps(10)
    assert (world.row().state, world.row().reason) == (State.STUCK, Reason.ATTEMPTS_EXHAUSTED)
    assert world.words and not world.passes and report.exit_code() == 1


def test_nor_is_the_word_that_it_is_stuck_tried_for_ever() -> None:
    world = Poisoned(raises={"tell"}, settled=False)
    world.verdict = No(Reason.SUBJECT_PRIVILEGED, "No.")
    world.sweeps(60)
    assert world.row().state is State.STUCK and len(world.told) == 2 * MOST_SURPRISES


def test_one_look_that_goes_well_begins_the_count_anew() -> None:
    world = Poisoned(raises={"entra"})
    world.sweeps(MOST_SURPRISES - 1)
    world.raises.clear()
    world.time += 600
    world.sweeps(1)
    assert world.row().state is State.LIVE


@pytest.mark.parametrize("where", ["mapped", "references"])
def test_what_raises_before_a_ticket_is_begun_is_stuck_after_a_few_tries(where: str) -> None:
    world = Poisoned(raises={where}, touched=True)
    world.sweeps(2 * MOST_SURPRISES)
    assert (world.row().state, world.row().reason) == (State.STUCK, Reason.ATTEMPTS_EXHAUSTED)
    assert world.words and not world.passes
    told = len(world.told)
    world.sweeps(3)
    assert len(world.told) == told == MOST_SURPRISES


def test_a_ticket_that_raises_is_tried_no_sooner_because_polls_are_quick() -> None:
    world = Poisoned(raises={"entra"})
    for _ in range(60):
        world.sweep()
        world.time += 5
    assert len(world.told) == 4 and world.row().state is State.WAITING  # at 0, 30, 90 and 210 s


def adrift(world: Poisoned) -> Attempt:
    """An attempt that was called gone before its start: a second pass of it may still arrive."""
    world.lose.add("deliver")
    world.journal = False
    world.verdict = replace(plan(), starts_at=world.time + 3600)
    world.sweeps(6)
    ((attempt, _), *_) = world.ledger.may_still_arrive(world.time)
    return attempt


def test_an_attempt_that_may_still_arrive_is_watched_though_the_ledgers_clock_is_far_ahead() -> None:
    world = Poisoned()
    attempt = adrift(world)
    world.verdict = NotYet(Reason.PAUSED, "It waits.")
    world.passes.append(Made("late", attempt.start, attempt.lifetime))
    world.sweep(ahead=31_536_000.0)
    assert world.passes[-1].deleted


def test_a_watch_that_fails_ends_no_sweep() -> None:
    world = Poisoned()
    attempt = adrift(world)
    world.raises.add(attempt.subject.id)
    assert world.sweep().exit_code() == 1 and attempt.reference in world.told


def test_tries_come_further_and_further_apart() -> None:
    waits = [wait_after(number) for number in range(8)]
    assert waits == [30, 60, 120, 240, 480, 600, 600, 600]
