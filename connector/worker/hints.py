"""Hints: ids of tickets that a desk says are new or changed. They wake a look at these tickets, and decide
nothing: what a poll of the mapping wouldn't show is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Condition, Semaphore, Thread
from threading import Event as StopEvent
from typing import Final

from connector.domain.errors import Down
from connector.domain.steady import steady
from connector.domain.ticket import Ticket
from connector.lifecycle.rereading import Shown
from connector.worker.boundary import Way
from connector.worker.handful import AtOnce, TogetherRead
from connector.worker.line import HANDFUL, Waiting
from connector.worker.report import Report
from connector.worker.sweep import Sweep

MOST: Final = 1000  # ids that wait for a look, a desk
AT_ONCE: Final = 20  # ids that are looked for together
AGAIN: Final = (1.0, 4.0)  # s until the next look for a ticket that wasn't in the queue yet
ALONE: Final = 3  # ids that a list doesn't show, each of which is asked for alone
TICK: Final = 1.0  # s between two looks whether to stop


@dataclass(frozen=True)
class Hint:
    """An id. `looks`: how often it was looked for."""

    ticket: str
    looks: int = 0


@dataclass
class Mailbox:
    """The hints of one desk that wait, each id once. For threads; never more than MOST."""

    clock: Callable[[], float] = steady
    waiting: dict[str, tuple[float, Hint]] = field(default_factory=dict)  # by id: when it is due
    changed: Condition = field(default_factory=Condition)

    def put(self, ticket: str) -> bool:
        """Keep an id, to be looked for at once; False: too many wait."""
        with self.changed:
            if ticket not in self.waiting and len(self.waiting) >= MOST:
                return False
            self.waiting[ticket] = (self.clock(), Hint(ticket))
            self.changed.notify_all()
            return True

    def again(self, hints: Iterable[Hint]) -> None:
        """Keep those that were looked for in vain, for a moment; not for ever."""
        with self.changed:
            for each in hints:
                if each.looks < len(AGAIN) and len(self.waiting) < MOST:
                    after = (self.clock() + AGAIN[each.looks], Hint(each.ticket, each.looks + 1))
                    self.waiting.setdefault(each.ticket, after)
            self.changed.notify_all()

    def due(self) -> list[Hint]:
        """Take those whose time has come, the first of them first, AT_ONCE at most."""
        with self.changed:
            now = self.clock()
            ready = sorted((at, hint.ticket) for at, hint in self.waiting.values() if at <= now)[:AT_ONCE]
            return [self.waiting.pop(ticket)[1] for _, ticket in ready]

    def wait(self, most: float) -> None:
        """Wait until one may be due, at most so many seconds."""
        with self.changed:
            first = min((at for at, _ in self.waiting.values()), default=None)
            left = most if first is None else min(most, first - self.clock())
            if left > 0:
                self.changed.wait(left)


@dataclass(frozen=True)
class Found:
    """What a look for hinted tickets shows. `lost`: those that no mapping wants now."""

    tickets: Sequence[Waiting]
    shown: Mapping[tuple[str, str], Shown]
    lost: Sequence[Hint]


def look_for(sweep: Sweep, report: Report, desk: str, hints: Sequence[Hint]) -> Found:
    """Read hinted tickets, in one list call for each mapping of the desk, and keep those in the queue of one.
    It is no poll: what it doesn't show says nothing.
    """
    ways = [way for way in sweep.ways.values() if way.desk == desk]
    began, ids = sweep.clock(), [each.ticket for each in hints]
    readings = [TogetherRead(way.roles.desk, ids, least=1) for way in ways]
    underway = [
        (way.roles.beside or AtOnce()).begin(each.read) for way, each in zip(ways, readings, strict=True)
    ]
    for each in underway:
        each.wait()
    there = {ticket for each in readings for ticket in each.found}
    missing = [each.ticket for each in hints if each.ticket not in there and not each.looks][:ALONE]
    wanted, shown = dict[str, list[Ticket]](), dict[tuple[str, str], Shown]()
    for way, reading, under in zip(ways, readings, underway, strict=True):
        known = {key: Shown(ticket, under) for key, ticket in reading.found.items()}
        known |= read_alone(report, way, missing)
        mine = [each for each in known.values() if way.wants(each.ticket)]
        wanted[way.mapping] = [each.ticket for each in mine]
        shown |= {(each.ticket.desk, each.ticket.id): each for each in mine}
    seen = {ticket for _, ticket in shown}
    lost = [each for each in hints if each.ticket not in seen]
    return Found(sweep.in_order(wanted, began), shown, lost)


def read_alone(report: Report, way: Way, tickets: Sequence[str]) -> dict[str, Shown]:
    """Read tickets that a list doesn't show: some desks have none that takes ids."""
    found = dict[str, Shown]()
    try:
        for each in tickets:
            if ticket := way.roles.desk.read(each):
                found[each] = Shown(ticket, AtOnce())
    except Down as down:
        report.down(down)
    except Exception:  # noqa: BLE001  # the next poll shows it, and says what is wrong
        report.broke()
    return found


class Hearing:
    """One desk's hints, looked at in a thread of their own, and worked by some more: they wait neither for a
    sweep nor for another desk.
    """

    def __init__(self, desk: str, box: Mailbox, sweep: Callable[[], Sweep], begun: StopEvent) -> None:
        """`sweep`: as the mappings are now. `begun`: set once the first sweep is over."""
        self.desk, self.box, self.sweep, self.begun = desk, box, sweep, begun
        self.stop, self.size = StopEvent(), max(1, sweep().workers // 2)
        self.room = Semaphore(self.size)
        self.pool = ThreadPoolExecutor(self.size, thread_name_prefix="hint")
        self.thread = Thread(target=self.listen, name=f"hints {desk}", daemon=True)

    @property
    def ending(self) -> bool:
        return self.stop.is_set() or self.sweep().stop.is_set()

    def listen(self) -> None:
        """Look for hinted tickets until it is to end."""
        while not self.ending:
            self.box.wait(TICK)
            if not self.begun.is_set():
                self.stop.wait(TICK / 10)
            elif hints := self.box.due():
                try:
                    self.work(hints)
                except Exception as error:  # noqa: BLE001  # the polls show the tickets all the same
                    self.sweep().tell("hints", error, None)

    def work(self, hints: Sequence[Hint]) -> None:
        """Look for tickets, and have those worked that are in the queue."""
        sweep, report = self.sweep(), Report(names={})
        found = look_for(sweep, report, self.desk, hints)
        self.box.again(found.lost)
        some = max(1, min(HANDFUL, -(-len(found.tickets) // self.size)))
        for first in range(0, len(found.tickets), some):
            part = found.tickets[first : first + some]
            named = {each.ticket.id for each in part}
            self.hand_out(sweep, report, found, part, [each for each in hints if each.ticket in named])

    def hand_out(
        self,
        sweep: Sweep,
        report: Report,
        found: Found,
        tickets: Sequence[Waiting],
        hints: Sequence[Hint],
    ) -> None:
        """Let somebody work tickets; where nobody is free, wait for it. What a sweep has in hand was read
        before the hint came: it is looked for again.
        """
        while not self.room.acquire(timeout=TICK):
            if self.ending:
                return
        mine = {each.key: found.shown[each.key] for each in tickets if each.key in found.shown}

        def work() -> None:
            if not self.ending:
                left = {each.ticket.id for each in sweep.begin_some(report, tickets, mine)}
                self.box.again([each for each in hints if each.ticket in left])

        def done(over: Future[None]) -> None:
            self.room.release()
            error = over.exception()
            if isinstance(error, Exception):
                sweep.tell("hints", error, None)

        self.pool.submit(work).add_done_callback(done)

    def end(self) -> None:
        """Finish what is in flight."""
        self.stop.set()
        with suppress(RuntimeError):  # it never began
            self.thread.join()
        self.pool.shutdown()


@dataclass(frozen=True)
class Hints:
    """The mailboxes of all desks that may call, by their names."""

    boxes: Mapping[str, Mailbox]

    @contextmanager
    def heard(self, sweep: Callable[[], Sweep], begun: StopEvent) -> Iterator[Callable[[], None]]:
        """Look at hints until the block ends, or until what it gives is called; what is in flight is
        finished.
        """
        every = [Hearing(desk, box, sweep, begun) for desk, box in self.boxes.items()]
        for each in every:
            each.thread.start()

        def end() -> None:
            for each in every:
                each.stop.set()
            for each in every:
                each.end()

        try:
            yield end
        finally:
            end()


NO_HINTS: Final = Hints({})
