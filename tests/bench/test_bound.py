"""The benchmark's own arithmetic: what can't be had faster."""

from __future__ import annotations

import pytest

from bench.bound import drain, perfect

LATENCY, EVERY = 0.125, 1.0  # exact in binary
TICKET = 3 * LATENCY


def test_a_queue_takes_two_calls_and_three_in_a_row_for_each_round_of_workers() -> None:
    assert drain(480, 16, 0.05) == pytest.approx(92 * 0.05)
    assert drain(1, 16, 0.05) == pytest.approx(5 * 0.05)
    assert drain(17, 16, 0.05) == pytest.approx(8 * 0.05)


def test_a_perfect_engine_begins_when_the_next_poll_is_answered() -> None:
    assert perfect([0.5], 8, LATENCY, EVERY) == [EVERY + LATENCY + TICKET - 0.5]


def test_a_poll_shows_what_is_there_when_it_is_answered() -> None:
    assert perfect([EVERY + LATENCY], 8, LATENCY, EVERY) == [TICKET]


def test_a_perfect_engine_serves_whoever_came_first_as_soon_as_a_worker_is_free() -> None:
    first, second, third = perfect([0.5, 0.25, 0.75], 2, LATENCY, EVERY)
    begins = EVERY + LATENCY
    assert first == begins + TICKET - 0.25
    assert second == begins + TICKET - 0.5
    assert third == begins + 2 * TICKET - 0.75


def test_more_workers_never_make_a_ticket_wait_longer() -> None:
    arrivals = [number * 0.0625 for number in range(40)]
    few, many = (perfect(arrivals, workers, LATENCY, EVERY) for workers in (2, 8))
    assert all(more <= less for more, less in zip(many, few, strict=True))
    assert sum(many) < sum(few)
