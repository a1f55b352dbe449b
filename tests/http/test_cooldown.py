"""A pause after trouble: how long it lasts, and what prolongs, keeps and ends it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.http.cooldown import Cooldown, Pause


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nobody_waits_before_there_was_trouble(clock: Clock) -> None:
    assert Cooldown(clock).active() is None


def test_a_pause_tells_its_reason_and_its_rest_until_it_is_over(clock: Clock) -> None:
    cooldown = Cooldown(clock)
    assert cooldown.begin(60, "it refuses us")
    clock.now += 45
    assert cooldown.active() == Pause(15, "it refuses us")
    clock.now += 14.5
    assert cooldown.active() == Pause(0.5, "it refuses us")
    clock.now += 0.5
    assert cooldown.active() is None


def test_new_trouble_prolongs_a_pause_and_gives_it_its_reason(clock: Clock) -> None:
    cooldown = Cooldown(clock)
    cooldown.begin(60, "first")
    clock.now += 50
    assert cooldown.begin(60, "second")
    assert cooldown.active() == Pause(60, "second")


def test_of_two_pauses_the_one_that_ends_later_stays(clock: Clock) -> None:
    cooldown = Cooldown(clock)
    cooldown.begin(60, "long")
    assert not cooldown.begin(2, "short")
    assert cooldown.active() == Pause(60, "long")


def test_calls_that_failed_together_count_once_where_they_do_not_extend(clock: Clock) -> None:
    cooldown = Cooldown(clock)
    assert cooldown.begin(60, "first", extend=False)
    clock.now += 1
    assert not cooldown.begin(900, "second", extend=False)
    assert cooldown.active() == Pause(59, "first")
    clock.now += 59
    assert cooldown.begin(60, "third", extend=False)


def test_success_ends_a_pause_and_the_next_trouble_begins_one(clock: Clock) -> None:
    cooldown = Cooldown(clock)
    cooldown.begin(60, "first")
    cooldown.reset()
    assert cooldown.active() is None
    assert cooldown.begin(2, "second", extend=False)
    assert cooldown.active() == Pause(2, "second")


def test_of_many_threads_that_fail_together_one_begins_the_pause(clock: Clock) -> None:
    cooldown = Cooldown(clock)
    with ThreadPoolExecutor(8) as pool:
        begun = [pool.submit(cooldown.begin, 60, extend=False) for _ in range(200)]
    assert sum(each.result() for each in begun) == 1
