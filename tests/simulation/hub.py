"""One thread, many workers, one clock: greenlets that only ever switch where a world lets time pass."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from heapq import heappop, heappush
from typing import Any, Protocol, Self, TypeVar

from greenlet import GreenletExit, getcurrent, greenlet

T = TypeVar("T")
Do = Callable[[], object]


class Owner(Protocol):
    """What a task runs in: a process that may be stopped, and may die."""

    stopped_until: float
    frozen: dict[Task, int]  # tasks that would go on if it weren't stopped, and their turn

    @property
    def tasks(self) -> dict[Task, None]: ...


class Task:
    """A thread of a process. It runs until it lets time pass, and then no other way than by `resume`."""

    def __init__(self, hub: Hub, owner: Owner, work: Do) -> None:
        self.hub, self.owner, self.over = hub, owner, False
        self.turn = 0  # grows with each wait: a wake-up is for one of them
        self.notes: dict[str, Any] = {}  # what it is doing, for the truth
        self.run = greenlet(lambda: self._whole(work), hub.main)
        owner.tasks[self] = None
        hub.at(hub.now, self.resume)

    def resume(self, turn: int = 0) -> None:
        if self.over or turn != self.turn:
            return
        if self.owner.stopped_until > self.hub.now:
            self.owner.frozen[self] = turn
            self.hub.at(self.owner.stopped_until, partial(self.resume, turn))
            return
        self.hub.current = self
        self.run.switch()
        self.hub.current = None

    def kill(self) -> None:
        """As SIGKILL does: it never comes back from where it waits."""
        self.over = True
        self.owner.tasks.pop(self, None)
        if not self.run.dead and self.run:
            self.run.throw(GreenletExit)

    def _whole(self, work: Do) -> None:
        try:
            work()
        finally:
            self.over = True
            self.owner.tasks.pop(self, None)


class Hub:
    """What is to happen, in the order of time; what happens at the same time, in the order in which it was
    asked for.
    """

    def __init__(self) -> None:
        self.now = 0.0  # seconds since the world began, as nobody in it knows them
        self.main = getcurrent()
        self.current: Task | None = None
        self.events = 0
        self._heap: list[tuple[float, int, Do]] = []
        self._count = 0

    def at(self, when: float, do: Do) -> None:
        self._count += 1
        heappush(self._heap, (max(when, self.now), self._count, do))

    def pause(self, seconds: float) -> None:
        """Let time pass for the task that calls."""
        task = self.me
        task.turn += 1
        self.at(self.now + seconds, partial(task.resume, task.turn))
        self.main.switch()

    def park(self) -> None:
        """Until somebody resumes the task that calls."""
        self.main.switch()

    def thaw(self, owner: Owner) -> None:
        """What was stopped goes on now."""
        owner.stopped_until = self.now
        for task, turn in owner.frozen.items():
            self.at(self.now, partial(task.resume, turn))
        owner.frozen.clear()

    @property
    def me(self) -> Task:
        assert self.current, "time passes for tasks only"
        return self.current

    def run(self, until: float, after: Do) -> None:
        """Everything up to then; `after` each."""
        while self._heap and self._heap[0][0] <= until:
            self.now, _, do = heappop(self._heap)
            self.events += 1
            do()
            after()
        self.now = until


class Reading:
    """A reading beside a task's own work, in a task of its own. Whoever begins it waits for it, unless they
    die before.
    """

    def __init__(self, hub: Hub, work: Do, monotonic: Callable[[], float]) -> None:
        self.hub, self.work, self.monotonic = hub, work, monotonic
        self.begun, self.whose = monotonic(), hub.me
        self.over = self.awaited = False
        Task(hub, hub.me.owner, self._whole)

    def wait(self) -> None:
        if self.over or self.whose.over:
            return
        self.awaited, self.whose.turn = True, self.whose.turn + 1
        self.hub.park()

    def age(self) -> float:
        return self.monotonic() - self.begun

    def _whole(self) -> None:
        self.work()
        self.over = True
        if self.awaited:
            self.hub.at(self.hub.now, partial(self.whose.resume, self.whose.turn))


class Future:
    """The end of a work, for whoever waits for it."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.over = hub, False
        self.error: Exception | None = None
        self.waits: Task | None = None

    def exception(self) -> Exception | None:
        """What it raised; waits for its end."""
        if not self.over:
            self.waits = self.hub.me
            self.waits.turn += 1
            self.hub.park()
        return self.error

    def ends(self, error: Exception | None) -> None:
        self.over, self.error = True, error
        if self.waits:
            self.hub.at(self.hub.now, partial(self.waits.resume, self.waits.turn))


class Pool:
    """What a sweep asks of its threads, on greenlets: the real sweep runs on it."""

    def __init__(self, hub: Hub, workers: int) -> None:
        self.hub, self.workers = hub, workers
        self.busy, self.left = 0, deque[tuple[Do, Future]]()

    def submit(self, work: Do) -> Future:
        """Let somebody do it who is free, or whoever is so first."""
        future = Future(self.hub)
        self.left.append((work, future))
        if self.busy < self.workers:
            self.busy += 1
            Task(self.hub, self.hub.me.owner, self._works)
        return future

    def _works(self) -> None:
        while self.left:
            work, future = self.left.popleft()
            error: Exception | None = None
            try:
                work()
            except Exception as raised:  # noqa: BLE001  # raised where it is waited for
                error = raised
            future.ends(error)
        self.busy -= 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, work: Callable[..., T], *things: Iterable[Any]) -> Iterator[T]:
        left = deque(enumerate(zip(*things, strict=False)))
        done: dict[int, T] = {}
        failed: list[Exception] = []
        if not left:
            return iter(())
        me, busy = self.hub.me, min(self.workers, len(left))

        def worker() -> None:
            nonlocal busy
            while left:
                number, arguments = left.popleft()
                try:
                    done[number] = work(*arguments)
                except Exception as error:  # noqa: BLE001  # raised where the result is taken
                    failed.append(error)
            busy -= 1
            if not busy:
                self.hub.at(self.hub.now, partial(me.resume, me.turn))

        me.turn += 1
        for _ in range(busy):
            Task(self.hub, me.owner, worker)
        self.hub.park()
        if failed:
            raise failed[0]
        return iter([done[number] for number in sorted(done)])
