"""A read waits for its place among the calls to a service; a write never does, and takes its reader's."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from connector.http import pace
from connector.http.pace import Pace


def test_a_write_never_waits_for_its_place() -> None:
    one = Pace(1)
    with one.place(60), one.place(0):
        assert one.limit == 1


def test_a_read_waits_until_a_call_has_its_answer() -> None:
    one, begun = Pace(1), Event()

    def read() -> None:
        with one.place(60):
            begun.set()

    with one.place(0):
        reader = Thread(target=read)
        reader.start()
        assert not begun.wait(0.05)
    reader.join(60)
    assert begun.is_set()


def test_a_read_that_waited_for_long_is_made_all_the_same() -> None:
    one = Pace(1)
    with one.place(0), one.place(0.01):
        assert one.limit == 1


def answered(one: Pace) -> None:
    with one.place(60) as place:
        place.answered(200)


def test_the_place_of_a_read_is_kept_for_what_its_thread_does_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "KEPT", 60)
    one, begun = Pace(1), Event()
    answered(one)

    def read() -> None:
        with one.place(60):
            begun.set()

    reader = Thread(target=read)
    reader.start()
    assert not begun.wait(0.05)
    answered(one)  # the place is this thread's
    with one.place(0):  # what it writes ends that
        assert not begun.is_set()
    reader.join(60)
    assert begun.is_set()


def test_a_place_that_nobody_uses_is_given_to_the_next_after_a_moment() -> None:
    one, done = Pace(2), list[int]()

    def read(number: int) -> None:
        answered(one)
        done.append(number)

    readers = [Thread(target=read, args=(number,)) for number in range(20)]  # each thread reads once
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)
    assert sorted(done) == [*range(20)]
