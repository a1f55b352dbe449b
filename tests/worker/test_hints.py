"""Hints: what a desk names is looked at as a poll's ticket is, in few calls, and nothing else comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Thread
from time import sleep

import pytest

from connector.domain.outcome import No, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Ticket
from connector.worker.beside import InThreads
from connector.worker.boundary import Way
from connector.worker.hints import AGAIN, AT_ONCE, MOST, Hearing, Hint, Hints, Mailbox, look_for
from connector.worker.report import Report
from connector.worker.sweep import Sweep
from tests.lifecycle.world import DESK, World

NAME = "contoso"


@dataclass
class Hinted(World):
    """A world whose desk keeps what it was asked for. `hidden`: tickets that a list doesn't show."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    there: bool = True  # whether the desk has the ticket at all
    wanted: bool = True  # whether it is in the queue
    mappings: tuple[str, ...] = ("incidents",)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.roles = replace(self.roles, beside=InThreads())

    def poll(self) -> Iterator[Ticket]:
        self.asked.append(("poll",))
        yield from super().poll()

    def read(self, ticket: str) -> Ticket | None:
        self.asked.append(("one", ticket))
        self.reach("desk")
        return super().read(ticket) if ticket == "1" and self.there else None

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        self.asked.append(("some", *tickets))
        found = super().read_some(tickets)
        return {key: each for key, each in found.items() if self.there and key not in self.hidden}

    @property
    def sweep(self) -> Sweep:
        ways = {
            name: Way(name, NAME, DESK, "incident", self.roles, lambda ticket: self.wanted)
            for name in self.mappings
        }
        told = lambda what, error: pytest.fail(f"{what}: {error}")  # noqa: E731
        time = lambda: float(self.time)  # noqa: E731
        return Sweep(ways, self.ledger, 2, lambda claim: self.roles, told, Event(), time)

    def hint(self, *tickets: str, looks: int = 0) -> list[str]:
        """Look for tickets, and work what is found; those that were not."""
        sweep, report = self.sweep, Report(names={})
        found = look_for(sweep, report, NAME, [Hint(each, looks) for each in tickets])
        sweep.begin_some(report, found.tickets, found.shown)
        return [each.ticket for each in found.lost]


def test_one_list_call_is_the_look_and_the_reading_before_the_pass() -> None:
    world = Hinted()
    assert world.hint("1") == []
    assert world.row().state is State.LIVE and len(world.live()) == 1
    assert world.asked == [("some", "1")]


def test_many_hints_are_looked_for_with_one_list_call() -> None:
    world, ids = Hinted(), [str(number) for number in range(AT_ONCE)]
    assert world.hint(*ids, looks=1) == [each for each in ids if each != "1"]
    assert world.asked == [("some", *ids)] and world.row().state is State.LIVE


def test_what_is_not_in_the_queue_is_not_claimed_whatever_a_hint_says() -> None:
    world = Hinted(wanted=False)
    assert world.hint("1") == ["1"]
    assert world.ledger.find(DESK, "1") is None and world.asked == [("some", "1")]
    world.wanted = True
    assert world.hint("1") == [] and world.row().state is State.LIVE


def test_what_a_list_does_not_show_is_read_alone_the_first_time_and_only_a_few() -> None:
    world = Hinted(hidden={"1"})
    assert world.hint("1", "2", "3", "4", "5") == ["2", "3", "4", "5"]
    assert world.asked[1:4] == [("one", "1"), ("one", "2"), ("one", "3")]
    assert world.row().state is State.LIVE
    world = Hinted(hidden={"1"})
    assert world.hint("1", looks=1) == ["1"] and world.asked == [("some", "1")]


def test_a_desk_that_is_down_loses_no_hint_and_claims_nothing() -> None:
    world = Hinted(down={"desk"})
    assert world.hint("1") == ["1"] and world.ledger.find(DESK, "1") is None


def test_what_two_mappings_want_is_refused_as_after_a_poll() -> None:
    world = Hinted(mappings=("incidents", "requests"))
    world.hint("1")
    assert world.row().reason is Reason.MAPPING_AMBIGUOUS and not world.live()


def test_a_hint_is_no_poll_so_a_refusal_is_not_judged_again_since_it_shows_nothing() -> None:
    world = Hinted(verdict=No(Reason.SUBJECT_DISABLED, "It is disabled."))
    world.sweep.once()
    before = world.row()
    assert before.reason is Reason.SUBJECT_DISABLED
    world.time += 60
    world.there, world.verdict = False, World().verdict
    world.hint("1")
    world.there = True
    world.hint("1")
    assert world.row() == before and not world.live()


def test_a_ticket_that_waits_is_looked_at_when_a_hint_names_it() -> None:
    world = Hinted(verdict=NotYet(Reason.APPROVAL_OUTSTANDING, "Nobody approved it."))
    world.sweep.once()
    world.verdict = World().verdict
    world.hint("1")
    assert world.row().state is State.LIVE


def test_a_ticket_that_a_sweep_has_in_hand_is_not_taken_by_a_hint_beside_it() -> None:
    """One that waits is judged before it is claimed, so the ledger alone can't keep two threads apart."""
    world = Hinted(verdict=NotYet(Reason.APPROVAL_OUTSTANDING, "Nobody approved it."))
    sweep = world.sweep
    sweep.once()
    world.verdict = World().verdict
    judged, inside, go = world.judge, Event(), Event()
    times = []

    def judge(*known: object) -> object:
        times.append(1)
        inside.set()
        assert go.wait(60)
        return judged(*known)  # type: ignore[arg-type]

    world.judge = judge  # type: ignore[method-assign, assignment]
    first = Thread(target=sweep.once)
    first.start()
    assert inside.wait(60)
    report = Report(names={})
    found = look_for(sweep, report, NAME, [Hint("1")])
    second = Thread(target=sweep.begin_some, args=(report, found.tickets, found.shown))
    second.start()
    second.join(5)
    over = not second.is_alive()
    go.set()
    first.join()
    second.join()
    assert over and len(times) == 1
    assert world.row().state is State.LIVE and len(world.passes) == 1


class Ticking:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_not_found_is_looked_for_again_twice_and_then_forgotten() -> None:
    clock = Ticking()
    box = Mailbox(clock)
    assert box.put("1")
    for looks, after in enumerate(AGAIN):
        assert box.due() == [Hint("1", looks)]
        box.again([Hint("1", looks)])
        assert box.due() == []
        clock.now += after
    (last,) = box.due()
    box.again([last])
    clock.now += 1000
    assert box.due() == [] and not box.waiting


def test_a_hint_that_comes_again_meanwhile_is_looked_for_at_once() -> None:
    box = Mailbox(Ticking())
    box.put("1")
    (looked,) = box.due()
    box.put("1")
    box.again([looked])
    assert box.due() == [Hint("1")] and not box.waiting


def test_a_mailbox_keeps_each_id_once_and_no_more_than_it_can_hold() -> None:
    box = Mailbox(Ticking())
    assert all(box.put(str(number)) for number in range(MOST))
    assert box.put("0") and not box.put("one more")
    assert len(box.due()) == AT_ONCE and box.put("one more")
    box.again([Hint(str(number)) for number in range(5000)])
    assert len(box.waiting) == MOST


@contextmanager
def heard(world: Hinted, begun: Event) -> Iterator[Mailbox]:
    box, sweep = Mailbox(), world.sweep
    with Hints({NAME: box}).heard(lambda: sweep, begun):
        yield box


def test_hints_wait_until_what_was_unfinished_at_the_start_was_taken_up() -> None:
    world, begun, asked = Hinted(), Event(), Event()
    read = world.read_some

    def read_some(tickets: Sequence[str]) -> Mapping[str, Ticket]:
        asked.set()
        return read(tickets)

    world.read_some = read_some  # type: ignore[method-assign]
    world.roles = replace(world.roles, desk=world)
    with heard(world, begun) as box:
        box.put("1")
        assert not asked.wait(0.3) and list(box.waiting) == ["1"]
        begun.set()
        assert asked.wait(60)
        while world.ledger.find(DESK, "1") is None:
            sleep(0.01)
    assert world.row().state is State.LIVE and ("poll",) not in world.asked


def test_what_is_in_flight_at_the_end_is_finished_and_nothing_new_is_begun() -> None:
    world, begun, inside, go = Hinted(), Event(), Event(), Event()
    judged = world.judge

    def judge(*known: object) -> object:
        inside.set()
        assert go.wait(60)
        return judged(*known)  # type: ignore[arg-type]

    world.judge = judge  # type: ignore[method-assign, assignment]
    begun.set()
    box = Mailbox()
    sweep = world.sweep
    with Hints({NAME: box}).heard(lambda: sweep, begun) as end:
        box.put("1")
        assert inside.wait(60)
        ending = Thread(target=end)
        ending.start()
        go.set()
        ending.join(60)
        assert not ending.is_alive()
        box.put("2")
    assert world.row().state is State.LIVE
    assert not any("2" in each for each in world.asked)


def worked(hearing: Hearing) -> None:
    """Wait until its one worker has done what was handed out."""
    assert hearing.size == 1
    hearing.pool.submit(int).result(60)


def test_what_fails_unexpectedly_ends_no_desks_hearing() -> None:
    world, said, again = Hinted(), [], Event()
    sweep = replace(world.sweep, failed=lambda what, error: said.append((what, str(error))))
    box = Mailbox()
    hearing = Hearing(NAME, box, lambda: sweep, begun := Event())
    begun.set()
    real = hearing.work

    def work(hints: Sequence[Hint]) -> None:
        if not said:
            raise RuntimeError("a slip of ours")
        real(hints)
        again.set()

    hearing.work = work  # type: ignore[method-assign]
    hearing.thread.start()
    box.put("9")
    while not said:
        sleep(0.01)
    box.put("1")
    assert again.wait(60)
    worked(hearing)
    hearing.end()
    assert said == [("hints", "a slip of ours")] and world.row().state is State.LIVE


def test_once_it_is_to_stop_no_hint_is_looked_at_any_more() -> None:
    world, begun = Hinted(), Event()
    begun.set()
    sweep, box = world.sweep, Mailbox()
    hearing = Hearing(NAME, box, lambda: sweep, begun)
    sweep.stop.set()
    box.put("1")
    hearing.listen()
    assert list(box.waiting) == ["1"] and not world.asked


def test_what_a_sweep_has_in_hand_is_looked_for_again_since_it_may_have_changed() -> None:
    world, begun = Hinted(), Event()
    sweep, box = world.sweep, Mailbox(Ticking())
    found = look_for(sweep, Report(names={}), NAME, [Hint("1")])
    held = sweep.hands.take(found.tickets)
    hearing = Hearing(NAME, box, lambda: sweep, begun)
    hearing.work([Hint("1", 1)])
    worked(hearing)
    hearing.end()
    assert [hint for _, hint in box.waiting.values()] == [Hint("1", 2)]
    assert world.ledger.find(DESK, "1") is None
    sweep.hands.free(held)
    assert world.hint("1") == [] and world.row().state is State.LIVE
