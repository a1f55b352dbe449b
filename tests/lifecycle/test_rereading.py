"""The ticket is read again beside the last question to the directory; that counts while it is fresh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from connector.domain.outcome import NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Ticket
from connector.lifecycle.recovery import resume
from connector.lifecycle.rereading import Shown
from tests.lifecycle.world import World, plan


@dataclass
class Read:
    """A reading that is over at once, and by now so many seconds old."""

    seconds: float

    def wait(self) -> None:
        pass

    def age(self) -> float:
        return self.seconds


@dataclass
class Company(World):
    """Its directory answers the last question after `seconds`; the desk fails for the first `blind` readings.
    `reads` keeps how many passes there were at each.
    """

    seconds: float = 0.5
    blind: int = 0
    left: bool = False  # whether somebody closes the ticket while the directory is asked for the last time
    reads: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.roles = replace(self.roles, beside=self)

    def begin(self, work: Callable[[], None]) -> Read:
        work()
        self.open &= not self.left
        return Read(self.seconds)

    def read(self, ticket: str) -> Ticket | None:
        self.reads.append(len(self.passes))
        if len(self.reads) <= self.blind:
            raise ConnectionError
        return super().read(ticket)


def test_a_reading_beside_the_last_question_is_the_one_before_the_pass() -> None:
    world = Company()
    assert world.see() is State.LIVE
    assert world.reads == [0]  # and before the note


@pytest.mark.parametrize("seconds", [2.1, 20.0])
def test_a_reading_that_is_older_when_the_directory_has_answered_is_repeated(seconds: float) -> None:
    world = Company(seconds=seconds)
    assert world.see() is State.LIVE
    assert world.reads == [0, 0]


def test_a_ticket_that_is_closed_while_the_directory_is_slow_gets_no_pass() -> None:
    world = Company(seconds=20, left=True)
    assert world.see() is State.WAITING
    assert world.reads == [0, 0]
    assert not world.passes


@pytest.mark.parametrize("fence", [0, 44])
def test_the_ticket_is_read_once_more_where_the_pass_can_be_used_before_its_first_round(fence: int) -> None:
    world = Company(verdict=plan(fence), left=True)
    world.see()
    assert world.reads == [0, 1]
    assert world.revoked() == ["p1"]
    assert not world.notes


def test_the_ticket_is_read_once_more_where_the_pass_took_its_time() -> None:
    world = Company(slow=3, left=True)
    world.see()
    assert world.reads == [0, 1]
    assert world.revoked() == ["p1"]
    assert not world.notes


def test_a_ticket_that_is_closed_just_after_a_reading_loses_its_pass_before_anybody_can_use_it() -> None:
    world = Company(left=True)
    world.see()
    assert world.notes
    start = world.passes[0].start
    world.time += 30
    for claim in world.ledger.take_up({State.LIVE}, due=True):
        resume(claim, world.roles)
    assert world.revoked() == ["p1"]
    assert world.time < start


def test_a_reading_that_fails_beside_the_last_question_is_repeated() -> None:
    world = Company(blind=1)
    assert world.see() is State.LIVE
    assert world.reads == [0, 0]


def test_a_ticket_that_waited_is_read_again_only_once_it_may_have_a_pass() -> None:
    world = Company(verdict=NotYet(Reason.PASS_STANDING, "standing"))
    for _ in range(3):
        assert world.see() is State.WAITING
    assert world.reads == [0]
    world.verdict = plan()
    assert world.see() is State.LIVE
    assert world.reads == [0, 0]


@dataclass
class Ages(Read):
    """A reading that is older each time that its age is asked for."""

    then: float

    def age(self) -> float:
        now, self.seconds = self.seconds, self.then
        return now


def test_a_reading_of_several_tickets_is_the_one_before_the_pass() -> None:
    world = Company()
    assert world.see(shown=Shown(world.ticket(), Read(0.2))) is State.LIVE
    assert world.reads == []


@pytest.mark.parametrize("reading", [Read(1.9), Read(20), Ages(0.2, 2.1)])
def test_a_reading_of_several_that_is_old_when_the_directory_has_answered_does_not_count(
    reading: Read,
) -> None:
    """The one that takes its place is beside the last question, or, where nobody foresaw it, by itself."""
    world = Company()
    assert world.see(shown=Shown(world.ticket(), reading)) is State.LIVE
    assert world.reads == [0]


def test_a_ticket_that_a_reading_of_several_shows_closed_gets_no_pass() -> None:
    world = Company()
    assert world.see(shown=Shown(replace(world.ticket(), open=False), Read(0.2))) is State.WAITING
    assert not world.passes
