"""Reading beside a ticket's own thread. Whoever begins a reading waits for its end."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from threading import Thread

from connector.domain.steady import steady


@dataclass(frozen=True)
class Reading:
    """One reading; `thread`: None where it was over at once."""

    thread: Thread | None
    begun: float
    monotonic: Callable[[], float]

    def wait(self) -> None:
        if self.thread:
            self.thread.join()

    def age(self) -> float:
        return self.monotonic() - self.begun


@dataclass(frozen=True)
class InThreads:
    """A thread for each reading, which names the same ticket in the log as the thread that begins it."""

    monotonic: Callable[[], float] = steady

    def begin(self, work: Callable[[], None]) -> Reading:
        """Where the system gives no thread, the caller does the work itself."""
        begun = self.monotonic()
        thread = Thread(target=copy_context().run, args=(work,), name="reading", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            work()
            return Reading(None, begun, self.monotonic)
        return Reading(thread, begun, self.monotonic)
