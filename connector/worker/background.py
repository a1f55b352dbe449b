"""Work beside the sweeps, in threads that nobody waits for: the privilege map is read, notices are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

ENDING = 1.0  # s that a round under way is given at the end: it writes nothing


@dataclass(frozen=True)
class Rounds:
    """`read` does its work once, and tells whether it did the whole; seconds between two rounds, after
    either. A round that the end interrupts is as a crash would leave it.
    """

    read: Callable[[], bool]
    every: float = 90.0  # two may fail before what was read is too old
    retry: float = 20.0
    name: str = "privilege map"


@contextmanager
def in_rounds(rounds: Rounds | None) -> Iterator[Event]:
    """Work in rounds until the block ends. The event is set after the first one, however it went."""
    first, done = Event(), Event()

    def read() -> None:
        wait = 0.0
        while rounds and not done.wait(wait):
            wait = rounds.every if rounds.read() else rounds.retry
            first.set()

    thread = Thread(target=read, name=rounds.name if rounds else "", daemon=True)
    if rounds:
        thread.start()
    else:
        first.set()
    try:
        yield first
    finally:
        done.set()
        if rounds:
            thread.join(ENDING)
