"""Work in threads that may bring more work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Crew:
    """Those who work for one sweep. For threads."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._begun: list[Future[None]] = []

    def begin(self, work: Callable[[], None]) -> None:
        """Let somebody do it, now or later; also out of a work."""
        self._begun.append(self._pool.submit(work))

    def finish(self) -> None:
        """Wait until all is done, also what was begun meanwhile. Raises what the first of them raised."""
        failed: list[BaseException] = []
        while self._begun:
            if error := self._begun.pop().exception():
                failed.append(error)
        if failed:
            raise failed[0]
