"""The line in which workers serve themselves."""

from __future__ import annotations

from collections.abc import Iterable

from connector.worker.line import (
    AHEAD,
    HANDFUL,
    LONGEST,
    RECOVERY,
    Ask,
    Handful,
    Line,
    Poll,
    Recover,
    Waiting,
)
from tests.ledger.desk import seen

HERE, THERE = "https://here.example.org", "https://there.example.org"


def waiting(count: int) -> list[Waiting]:
    return [Waiting(("incidents",), seen(str(number)), 0) for number in range(count)]


def served(line: Line, now: float = 0) -> Iterable[Handful]:
    """What one worker is given until there is nothing more."""
    while job := line.next(now):
        assert isinstance(job, Ask | Handful)
        if isinstance(job, Handful):
            yield job
        line.done(job)


def line_of(count: int, workers: int = 4, every: float | None = None) -> Line:
    line = Line([HERE], workers, 0, every)
    line.polled(HERE, waiting(count))
    return line


def test_each_ticket_is_handed_out_once_in_its_order() -> None:
    found = [each for some in served(line_of(50)) for each in some.tickets]
    assert found == waiting(50)


def test_a_worker_takes_some_while_many_wait_and_one_at_the_end() -> None:
    sizes = [len(some.tickets) for some in served(line_of(100))]
    assert sizes[0] == HANDFUL and sizes[-1] == 1
    assert sizes == sorted(sizes, reverse=True)


def test_as_many_workers_come_as_there_are_tickets_and_no_more_than_there_may_be() -> None:
    line = Line([HERE], 4, 0)
    assert line.polled(HERE, waiting(3)) == 3
    assert line.polled(HERE, waiting(9)) == 1
    assert line.polled(HERE, waiting(9)) == 0
    while line.next(0):
        pass  # one of them leaves
    assert line.polled(HERE, waiting(20)) == 1


def test_a_ticket_that_waits_already_waits_once() -> None:
    line = line_of(5)
    line.polled(HERE, waiting(6))
    found = [each.ticket.id for some in served(line) for each in some.tickets]
    assert found == [each.ticket.id for each in waiting(6)]


def test_a_slow_desk_keeps_no_more_than_its_share_of_the_workers() -> None:
    line = Line([HERE, THERE], 4, 0)
    line.polled(HERE, waiting(100))
    slow = [line.next(0) for _ in range(3)]
    line.polled(THERE, waiting(100))
    desks = []
    for _ in range(3):
        job = line.next(0)
        assert isinstance(job, Ask | Handful)
        desks.append(job.desk)
    assert desks == [THERE] * 3
    for each in slow:
        assert isinstance(each, Ask | Handful)
        line.done(each)
    again = line.next(0)
    assert isinstance(again, Handful) and again.desk == HERE


def test_recovery_is_looked_after_now_and_then_and_by_a_quarter_of_the_workers_at_most() -> None:
    line = line_of(1000, workers=8)
    assert not isinstance(line.next(RECOVERY - 0.1), Recover)
    first = line.next(RECOVERY)
    assert isinstance(first, Recover) and not isinstance(line.next(RECOVERY), Recover)
    second = line.next(2 * RECOVERY)
    assert isinstance(second, Recover) and not isinstance(line.next(3 * RECOVERY), Recover)
    line.done(first, more=True)
    assert isinstance(line.next(2 * RECOVERY), Recover), "there is more of it"
    line.done(second)
    assert isinstance(line.next(50 - 1000), Recover), "a clock that was set back"


def test_a_desk_is_polled_in_its_rhythm_while_its_tickets_are_worked_and_never_twice_at_a_time() -> None:
    line = line_of(1000, every=1)
    assert isinstance(line.next(0.9), Ask)
    assert line.next(1) == Poll(HERE)
    assert isinstance(line.next(3), Ask), "the last poll is still under way"
    line.polled(HERE, [])
    assert line.next(3) == Poll(HERE)


def test_a_line_ends_though_a_desk_always_shows_more_so_that_mappings_can_be_read_anew() -> None:
    line = line_of(1000, every=1)
    late = [type(line.next(LONGEST + 1)) for _ in range(3)]
    assert late == [Recover, Ask, Ask]


def test_where_each_desk_is_polled_once_no_desk_is_polled_again() -> None:
    line = line_of(1000)
    assert [type(line.next(each)) for each in range(4)] == [Ask, Ask, Handful, Handful]


def test_names_are_asked_for_of_as_many_tickets_as_one_call_takes_and_before_they_are_handed_out() -> None:
    line = line_of(50)
    first = line.next(0)
    assert isinstance(first, Ask) and first.tickets == waiting(50)[:AHEAD]
    line.done(first)
    some = line.next(0)
    assert isinstance(some, Handful) and some.asked
    assert some.tickets == first.tickets[: len(some.tickets)]


def test_of_one_ticket_alone_nothing_is_asked_ahead() -> None:
    job = line_of(1).next(0)
    assert isinstance(job, Handful) and not job.asked


def test_names_are_asked_for_of_no_more_tickets_than_are_taken_soon() -> None:
    line = line_of(1000, workers=8)
    jobs = [line.next(0) for _ in range(8)]
    assert [type(each) for each in jobs] == [Ask] * 4 + [Handful] * 4
    assert not any(each.asked for each in jobs if isinstance(each, Handful))


def test_who_left_for_want_of_tickets_comes_back_when_the_names_are_known() -> None:
    line = Line([HERE], 4, 0)
    assert line.polled(HERE, waiting(4)) == 4
    asking = line.next(0)
    assert isinstance(asking, Ask)
    assert [line.next(0) for _ in range(3)] == [None] * 3
    line.polled(HERE, waiting(4))
    assert line.next(0) is None, "they wait already"
    assert line.done(asking) == 4
