"""The line in which workers serve themselves: a lane for each desk, its tickets in the order of turns.py.

It only chooses: which work is next, and how much. Whoever asks does it. For threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from connector.domain.ticket import MappedTicket, Ticket

HANDFUL: Final = 8  # tickets at most that one worker takes, and whose notes are looked through, at once
RECOVERY: Final = 5.0  # s between two looks, while the line is worked, at what is unfinished and due
AHEAD: Final = 20  # tickets at most whose names are asked for in one call
LONGEST: Final = 30.0  # s in which desks are polled again, at least: then mappings may be read anew


@dataclass(frozen=True)
class Waiting:
    """A ticket, and the mappings that want it. `seen`: when the poll that showed it began, on the ledger's
    clock. `noted`: for all replicas. `mapped`: what its first mapping makes of it; None: it couldn't be told.
    """

    mappings: tuple[str, ...]
    ticket: Ticket
    seen: float
    noted: bool = False
    mapped: MappedTicket | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.ticket.desk, self.ticket.id


@dataclass(frozen=True)
class Recover:
    """Work: look after some of what is unfinished and due."""


@dataclass(frozen=True)
class Poll:
    """Work: poll the mappings of a desk once more."""

    desk: str


@dataclass(frozen=True)
class Pick:
    """Work: some tickets that the polls of other replicas showed."""

    size: int


@dataclass(frozen=True)
class Ask:
    """Work: ask whom tickets of a desk name that are worked next."""

    desk: str
    tickets: Sequence[Waiting]


@dataclass(frozen=True)
class Handful:
    """Work: some tickets of a desk, in their order. `asked`: whom they name was asked for just before."""

    desk: str
    tickets: Sequence[Waiting]
    asked: bool = False


Job = Recover | Poll | Pick | Ask | Handful


@dataclass
class _Lane:
    """A desk's tickets that wait, those of them whose names are `asking` or `asked` for apart; how many
    workers are at its others, and when it was polled last.
    """

    waiting: deque[Waiting] = field(default_factory=deque)
    asking: list[Waiting] = field(default_factory=list)
    asked: deque[Waiting] = field(default_factory=deque)
    workers: int = 0
    polled: float = 0.0
    polling: bool = True

    @property
    def free(self) -> deque[Waiting]:
        """The tickets of which a worker may take some now."""
        return self.asked or self.waiting

    @property
    def count(self) -> int:
        return len(self.asked) + len(self.waiting)


class Line:
    """One sweep's. `every`: seconds between two polls of a desk while others are worked; None: each is polled
    once. `turns`: how often each worker comes at least for what waits now, so that all end together. `order`:
    in which the tickets of a desk are worked; as they came, where nobody says.
    """

    def __init__(
        self,
        desks: Iterable[str],
        workers: int,
        began: float,
        every: float | None = None,
        turns: float = 2,
        *,
        order: Callable[[Iterable[Waiting]], Iterable[Waiting]] = tuple,
    ) -> None:
        self._lanes = {desk: _Lane(polled=began) for desk in desks}
        self._workers, self._began, self._every, self._lock = workers, began, every, Lock()
        self._turns, self._order, self._serving, self._recovering = turns, order, 0, 0
        self._recovered, self._noted = began, 0

    @property
    def desks(self) -> list[str]:
        return list(self._lanes)

    def polled(self, desk: str, tickets: Iterable[Waiting]) -> int:
        """Put what a poll showed into the desk's lane, whatever waits there already apart. Tell how many more
        workers may come.
        """
        with self._lock:
            lane = self._lanes[desk]
            lane.polling = False
            there = {each.key for each in (*lane.waiting, *lane.asking, *lane.asked)}
            new = [each for each in tickets if each.key not in there]
            lane.waiting = deque(self._order([*lane.waiting, *new]))
            return self._more()

    def noted(self, count: int) -> int:
        """Hear how many tickets are noted for all replicas. Tell how many more workers may come."""
        with self._lock:
            self._noted = count
            more = max(0, min(self._workers - self._serving, count))
            self._serving += more
            return more

    def next(self, now: float) -> Job | None:
        """Choose the work for one worker, who says `done` after it; None: there is none, and the worker has
        left.
        """
        with self._lock:
            if self._recovery_is_due(now):
                self._recovering += 1
                self._recovered = now
                return Recover()
            if (desk := self._to_be_polled(now)) is not None:
                self._lanes[desk].polling, self._lanes[desk].polled = True, now
                return Poll(desk)
            if (desk := self._fairest()) is None and self._noted > 0:
                size = self._size(self._noted)
                self._noted -= size
                return Pick(size)
            if desk is None:
                self._serving -= 1
                return None
            lane = self._lanes[desk]
            lane.workers += 1
            if self._is_to_be_asked(lane):
                some = [lane.waiting.popleft() for _ in range(min(AHEAD, len(lane.waiting)))]
                lane.asking += some
                return Ask(desk, some)
            asked, free = bool(lane.asked), lane.free
            size = min(len(free), self._size(lane.count))
            return Handful(desk, [free.popleft() for _ in range(size)], asked)

    def done(self, job: Job, *, more: bool = False) -> int:
        """Hear that a worker is done with its work, and tell how many others may come. `more`: there is more
        to be recovered, or noted.
        """
        with self._lock:
            match job:
                case Recover():
                    self._recovering -= 1
                    self._recovered = float("-inf") if more else self._recovered
                case Handful(desk):
                    self._lanes[desk].workers -= 1
                case Ask(desk, tickets):
                    lane = self._lanes[desk]
                    lane.workers -= 1
                    over = {each.key for each in tickets}
                    lane.asking = [each for each in lane.asking if each.key not in over]
                    lane.asked.extend(tickets)
                    return self._more()
                case Pick():
                    self._noted = max(self._noted, 1) if more else 0
                case Poll():
                    pass  # it says what it showed
            return 0

    def _more(self) -> int:
        """Count the workers who may come beside those who serve, and have them serve."""
        waiting = sum(lane.count for lane in self._lanes.values())
        more = max(0, min(self._workers - self._serving, waiting))
        self._serving += more
        return more

    def _is_to_be_asked(self, lane: _Lane) -> bool:
        """One call for the names of many; of tickets that many workers can take soon, and no more."""
        ahead = len(lane.asking) + len(lane.asked)
        few = len(lane.asked) < HANDFUL
        return few and len(lane.waiting) > 1 and ahead < HANDFUL * self._workers

    def _size(self, count: int) -> int:
        return max(1, min(HANDFUL, count, int(count / (self._turns * self._workers))))

    def _recovery_is_due(self, now: float) -> bool:
        """A long line mustn't keep waiting what is unfinished; and that mustn't stop the line."""
        free = self._recovering < max(1, self._workers // 4)
        return free and not 0 <= now - self._recovered < RECOVERY

    def _to_be_polled(self, now: float) -> str | None:
        if self._every is None or not 0 <= now - self._began < max(LONGEST, 2 * self._every):
            return None
        return next(
            (
                desk
                for desk, lane in self._lanes.items()
                if not lane.polling and not 0 <= now - lane.polled < self._every
            ),
            None,
        )

    def _fairest(self) -> str | None:
        """The desk with tickets that wait at whose others the fewest work: a slow one keeps no more than its
        share.
        """

        def turn(desk: str) -> tuple[int, str, str]:
            first = self._lanes[desk].free[0].ticket
            return self._lanes[desk].workers, first.opened, first.number

        return min((desk for desk, lane in self._lanes.items() if lane.free), key=turn, default=None)
