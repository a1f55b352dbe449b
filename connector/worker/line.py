"""The line of tickets in which workers serve themselves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Lock

from connector.domain.ticket import Ticket

HANDFUL = 8  # tickets at most that one worker takes, and whose notes are looked through, at once
RECOVERY = 5.0  # s between two looks, while the line is worked, at what is unfinished and due

Waiting = tuple[str, Ticket]  # a mapping, and a ticket that it wants


class Line:
    """Tickets in their order. A worker takes some while many wait, and one at the end: so all workers end
    together. For threads.
    """

    def __init__(self, tickets: Iterable[Waiting], workers: int, began: float) -> None:
        self._left, self._workers, self._lock = deque(tickets), workers, Lock()
        self._looked = began

    def handful(self) -> list[Waiting]:
        """The next ones; none: the line is at its end."""
        with self._lock:
            size = max(1, min(HANDFUL, len(self._left) // (2 * self._workers)))
            return [self._left.popleft() for _ in range(min(size, len(self._left)))]

    def recovery_is_due(self, now: float) -> bool:
        """Tell one worker, once in a while, to look after what is unfinished: a long line mustn't keep it
        waiting.
        """
        with self._lock:
            if 0 <= now - self._looked < RECOVERY:
                return False
            self._looked = now
            return True
