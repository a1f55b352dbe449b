"""Passes go before notices in the mailbox's minute."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from connector.entra.mail import MINUTE, RateLimit


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def passes(rate: RateLimit, count: int) -> int:
    """How many of so many tickets find a slot, each in a thread of its own, and send."""

    def one(_: int) -> bool:
        return rate.reserve() and rate.take()

    found = 0
    for each in range(count):
        with ThreadPoolExecutor(1) as pool:
            found += pool.submit(one, each).result()
    return found


def notices(rate: RateLimit, count: int) -> int:
    return sum(rate.take_spare() for _ in range(count))


def test_notices_leave_a_third_and_take_a_third_at_most() -> None:
    rate = RateLimit(30, Clock())
    assert notices(rate, 40) == 10
    assert passes(rate, 40) == 20
    busy = RateLimit(30, Clock())
    assert passes(busy, 19) == 19
    assert notices(busy, 40) == 1
    assert passes(busy, 40) == 10


def test_a_pass_that_found_no_slot_keeps_notices_waiting_for_a_minute() -> None:
    clock = Clock()
    rate = RateLimit(3, clock)
    assert passes(rate, 4) == 3
    clock.now += MINUTE - 1
    assert notices(rate, 1) == 0
    clock.now += 2
    assert notices(rate, 1) == 1


def test_a_place_that_is_kept_for_a_pass_is_no_notices() -> None:
    rate = RateLimit(3, Clock())
    kept = ThreadPoolExecutor(2)
    assert list(kept.map(lambda _: rate.reserve(), range(1))) == [True]
    assert rate.reserve()
    assert notices(rate, 1) == 0 and rate.take()
    kept.shutdown()


@pytest.mark.parametrize("most", [1, 2, 3, 30])
def test_in_a_quiet_minute_somebody_is_told_whatever_the_limit(most: int) -> None:
    clock = Clock()
    rate = RateLimit(most, clock)
    assert notices(rate, 1) == 1
    clock.now += MINUTE + 1
    assert notices(rate, 1) == 1
