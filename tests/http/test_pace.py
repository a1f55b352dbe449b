"""Calls at once adapt to what a service takes; what it turns away is asked later, and a write never waits."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from threading import Event, Thread

import pytest

from connector.http.pace import FIRST, Pace


def round_of(pace: Pace, statuses: Sequence[int | None]) -> None:
    """Calls that are under way together, each with its answer."""
    with ExitStack() as together:
        places = [together.enter_context(pace.place(0)) for _ in statuses]
        for place, status in zip(places, statuses, strict=True):
            place.answered(status)


def grown(pace: Pace, answers: int) -> int:
    for _ in range(answers):
        round_of(pace, [200])
    return pace.limit


def test_it_begins_with_a_few_and_adds_one_for_each_answer() -> None:
    pace = Pace(64)
    assert pace.limit == FIRST
    round_of(pace, [200] * FIRST)
    assert pace.limit == 2 * FIRST


def test_there_are_never_more_than_workers() -> None:
    assert grown(Pace(2), 100) == 2
    assert grown(Pace(16), 100) == 16


@pytest.mark.parametrize("status", [429, 503])
def test_calls_that_are_turned_away_together_count_once(status: int) -> None:
    pace = Pace(64)
    grown(pace, 28)
    round_of(pace, [200] * 24 + [status] * 8)
    assert pace.limit == 24


def test_below_what_was_too_many_it_grows_slowly_and_above_it_learns_anew() -> None:
    pace = Pace(64)
    grown(pace, 28)
    round_of(pace, [429] * 32)
    assert grown(pace, 240) == 24
    assert grown(pace, 240) == 25


@pytest.mark.parametrize("status", [400, 401, 404, 500, 502, None])
def test_no_other_answer_says_anything_of_how_many_it_takes(status: int | None) -> None:
    pace = Pace(64)
    round_of(pace, [status] * 10)
    assert pace.limit == FIRST


def test_one_call_is_always_left() -> None:
    pace = Pace(8)
    for _ in range(10):
        round_of(pace, [429])
    assert pace.limit == 1


def test_a_write_never_waits_for_its_place() -> None:
    pace = Pace(1)
    with pace.place(60), pace.place(0):
        assert pace.limit == 1


def test_a_read_waits_until_a_call_has_its_answer() -> None:
    pace, begun = Pace(1), Event()

    def read() -> None:
        with pace.place(60):
            begun.set()

    with pace.place(0):
        reader = Thread(target=read)
        reader.start()
        assert not begun.wait(0.05)
    reader.join(60)
    assert begun.is_set()


def test_a_read_that_waited_for_long_is_made_all_the_same() -> None:
    pace = Pace(1)
    with pace.place(0), pace.place(0.01):
        assert pace.limit == 1
