"""What is read in rounds beside the sweeps holds nobody up."""

from __future__ import annotations

from threading import Event

from connector.worker.background import Rounds, in_rounds
from tests.searching import SEARCH

PATIENCE = 30


def test_rounds_follow_each_other_whether_they_succeed_or_not() -> None:
    results, third = [False, True, False], Event()

    def read() -> bool:
        if not results:
            third.set()
            return True
        return results.pop(0)

    with in_rounds(Rounds(read, every=0.0, retry=0.0)) as first:
        assert third.wait(PATIENCE)
        assert first.is_set()
    assert results == []


def test_a_round_that_failed_is_tried_again_sooner_than_one_that_did_not() -> None:
    count, twice = [0], Event()

    def fails() -> bool:
        count[0] += 1
        if count[0] == 2:
            twice.set()
        return False

    with in_rounds(Rounds(fails, every=3600.0, retry=0.0)):
        assert twice.wait(PATIENCE)


@SEARCH
def test_the_first_round_is_announced_only_when_it_is_over_and_a_hanging_one_ends_with_the_process() -> None:
    begun, go = Event(), Event()

    def hangs() -> bool:
        begun.set()
        return go.wait(PATIENCE)

    with in_rounds(Rounds(hangs)) as first:
        assert begun.wait(PATIENCE)
        assert not first.is_set()
    assert begun.is_set() and not first.is_set()  # the block ended all the same
    go.set()


def test_with_nothing_to_read_nobody_waits() -> None:
    with in_rounds(None) as first:
        assert first.is_set()
