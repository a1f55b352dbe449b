"""What counts how long something lasts goes on while the machine sleeps."""

from __future__ import annotations

import time

import pytest

from connector.domain.steady import steady_clock

BOOT, MONOTONIC = 7, 1  # as Linux numbers them


def platform(monkeypatch: pytest.MonkeyPatch, **known: int) -> dict[int, float]:
    """A machine that has these clocks; what they show, by their numbers. `time.monotonic` shows 1."""
    shows = {number: number * 1000.0 for number in known.values()}

    def clock_gettime(number: int) -> float:
        if number not in shows:
            raise OSError(22, "Invalid argument")
        return shows[number]

    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        monkeypatch.delattr(time, name, raising=False)
    for name, number in known.items():
        monkeypatch.setattr(time, name, number, raising=False)
    monkeypatch.setattr(time, "clock_gettime", clock_gettime, raising=False)
    monkeypatch.setattr(time, "monotonic", lambda: 1.0)
    return shows


def test_it_goes_on_while_the_machine_sleeps_where_a_clock_does(monkeypatch: pytest.MonkeyPatch) -> None:
    shows = platform(monkeypatch, CLOCK_BOOTTIME=BOOT, CLOCK_MONOTONIC=MONOTONIC)
    clock = steady_clock()
    before = clock()
    shows[BOOT] += 200  # a sleep: the monotonic clock stands still
    assert clock() == before + 200


def test_a_kernel_that_does_not_know_that_clock_gives_its_monotonic_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shows = platform(monkeypatch, CLOCK_BOOTTIME=BOOT, CLOCK_MONOTONIC=MONOTONIC)
    del shows[BOOT]
    assert steady_clock()() == shows[MONOTONIC]


def test_where_the_platform_has_neither_the_library_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    platform(monkeypatch)
    assert steady_clock()() == 1.0
