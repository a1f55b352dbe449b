"""Replicas on one ledger: one polls a desk at a time, and all work what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event

import pytest

from connector.domain.outcome import State
from connector.domain.reasons import Reason
from connector.domain.ticket import Ticket
from connector.ledger.memory import MemoryLedger
from connector.lifecycle.ledger_roles import Noted
from connector.worker.beside import InThreads
from connector.worker.boundary import Way
from connector.worker.line import HANDFUL, Handful, Line, Pick
from connector.worker.report import Report
from connector.worker.sweep import Sweep
from tests.lifecycle.world import DESK, World
from tests.worker.test_line import waiting


@dataclass
class Shared(World):
    """A world whose ledger another replica works on, too. `asked`: what the desk was asked for."""

    asked: list[str] = field(default_factory=list)
    hidden: bool = False  # whether a list shows nothing
    wanted: bool = True  # whether the ticket is in the queue

    def __post_init__(self) -> None:
        super().__post_init__()
        self.other = MemoryLedger.sharing(self.ledger.store, "w2")
        self.ledger.shared = self.other.shared = True
        self.roles = replace(self.roles, beside=InThreads())

    def poll(self) -> Iterator[Ticket]:
        self.asked.append("poll")
        yield from super().poll()

    def read(self, ticket: str) -> Ticket | None:
        self.asked.append("one")
        return super().read(ticket)

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        self.asked.append("some")
        return {} if self.hidden else super().read_some(tickets)

    def noted(self) -> None:
        """The other replica polls, and dies with what it saw."""
        token = self.other.begin_poll(DESK)
        assert token is not None
        shown = [Noted(DESK, "1", "incidents", "", float(self.time))]
        assert self.other.end_poll(DESK, token, float(self.time), shown, whole=True)

    @property
    def sweep(self) -> Sweep:
        way = Way("incidents", "contoso", DESK, "incident", self.roles, lambda ticket: self.wanted)
        told = lambda what, error: pytest.fail(f"{what}: {error}")  # noqa: E731
        orphans = lambda claim: self.roles  # noqa: E731
        time = lambda: float(self.time)  # noqa: E731
        return Sweep({"incidents": way}, self.ledger, 2, orphans, told, Event(), time)


def outcomes(report: Report) -> list[str]:
    return [each.outcome for each in report.decisions]


def test_who_polls_works_what_it_shows_without_reading_it_once_more_for_that() -> None:
    world = Shared()
    assert outcomes(world.sweep.once()) == ["delivered"]
    assert world.asked == ["poll", "one"], "before its pass"


def test_what_another_replicas_poll_showed_is_read_by_one_list_call_and_worked() -> None:
    world = Shared()
    world.noted()
    world.sweep.due()
    assert world.row().state is State.LIVE and len(world.live()) == 1
    assert world.asked == ["some"], "the list call is the reading before its pass"
    assert world.ledger.noted(["incidents"], 1) == 0


def test_what_the_list_does_not_show_is_read_alone() -> None:
    world = Shared(hidden=True)
    world.noted()
    world.sweep.due()
    assert world.row().state is State.LIVE
    assert world.asked == ["some", "one", "one"]


def test_what_left_the_queue_meanwhile_is_not_claimed() -> None:
    world = Shared(wanted=False)
    world.noted()
    world.sweep.due()
    assert world.ledger.find(DESK, "1") is None
    world.wanted = True
    assert outcomes(world.sweep.once()) == ["delivered"], "the next poll shows it"


def test_what_cannot_be_read_is_noted_by_the_next_poll() -> None:
    world = Shared(down={"desk"})
    world.noted()
    assert not world.sweep.due().unwritten
    assert world.ledger.find(DESK, "1") is None
    world.down.clear()
    assert outcomes(world.sweep.once()) == ["delivered"]


def test_while_another_replica_polls_a_desk_this_one_works_what_is_noted() -> None:
    world = Shared()
    world.noted()
    assert world.other.begin_poll(DESK) is not None
    report = world.sweep.once()
    assert (outcomes(report), report.seen, report.exit_code()) == (["delivered"], 0, 0)
    assert "poll" not in world.asked


def test_a_run_leaves_a_desk_alone_that_another_polled_lately() -> None:
    world = Shared()
    world.noted()
    replace(world.sweep, every=60.0).once(due=True)
    assert "poll" not in world.asked and world.row().state is State.LIVE
    world.time += 60
    replace(world.sweep, every=60.0).once(due=True)
    assert "poll" in world.asked


def test_once_waits_for_its_turn_to_poll() -> None:
    world = Shared()
    token = world.other.begin_poll(DESK) or 0
    assert token

    class Waits(Event):
        def wait(self, timeout: float | None = None) -> bool:
            world.other.end_poll(DESK, token, 0.0, [], whole=True)
            return False

    report = replace(world.sweep, stop=Waits(), patience=30.0).once()
    assert outcomes(report) == ["delivered"] and world.asked[0] == "poll"


def test_once_waits_no_longer_than_it_may_and_ends_well() -> None:
    world, waits = Shared(), list[float]()
    assert world.other.begin_poll(DESK) is not None

    class Passes(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            world.time += 1
            world.other.renew()
            return False

    report = replace(world.sweep, stop=Passes(), patience=30.0).once()
    assert len(waits) == 30 and report.exit_code() == 0
    assert world.ledger.find(DESK, "1") is None and report.seen == 0


def test_a_poll_that_another_replica_overtook_still_hands_out_no_ticket_twice() -> None:
    world = Shared()
    assert world.ledger.begin_poll(DESK) is not None
    world.time += 31
    world.noted()
    assert outcomes(world.sweep.once()) == ["delivered"]
    assert len(world.passes) == 1 and world.row().reason is not Reason.RECOVERING


# The line


def test_workers_take_what_is_noted_once_their_own_desks_have_nothing_more() -> None:
    line = Line([DESK], 2, 0)
    line.polled(DESK, waiting(1))
    assert line.noted(100) == 1, "one works already"
    assert isinstance(line.next(0), Handful)
    sizes = []
    while isinstance(job := line.next(0), Pick):
        sizes.append(job.size)
    assert sizes[0] == HANDFUL and sizes[-1] == 1 and sum(sizes) == 100


def test_where_nothing_more_is_noted_nobody_asks_again_until_it_is_looked_at_anew() -> None:
    line = Line([], 4, 0)
    assert line.noted(2) == 2
    job = line.next(0)
    assert job == Pick(1)
    line.done(job, more=False)
    assert line.next(0) is None
    assert line.noted(1) == 1
