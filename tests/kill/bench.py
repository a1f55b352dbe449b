"""Where processes are killed: forked from one that has everything imported, on a ledger of their own.

Two ways lead to the n-th line. `kill` runs a life from its start. `Walk` doesn't run for every n what lies
before it: a life goes from transaction to transaction, and at each border it is forked once for every line up
to the next, and killed there.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from connector.ledger.sql import SqlLedger
from tests.kill.invariants import End, broken
from tests.kill.life import Bordered, live
from tests.kill.lines import Lines, Place
from tests.kill.outside import Outside, damage, digest, now, rows
from tests.kill.scenario import Scenario
from tests.kill.world import Shared, World
from tests.ledger.empty import empty


@dataclass(frozen=True)
class Life:
    """How a life went: the lines that ran, and after how many of them a transaction was over. Killed: `seen`
    has one line.

    `states`: the lines, counted from 1, before which something happened outside: the lines from one to the
    next leave the same behind, wherever among them the process is killed.
    """

    seen: list[Place]
    borders: list[int]
    killed: bool
    raised: str = ""
    states: Sequence[int] = ()

    def state(self, at: int) -> int:
        """Number of the state in which the `at`-th line runs."""
        return bisect_right(self.states, at)


@dataclass(frozen=True)
class Verdict:
    """What became of a ticket after a kill: the promises that don't hold, and the life that went before the
    end.
    """

    broken: tuple[str, ...]
    life: Life


@dataclass(frozen=True)
class Kill:
    """A life, and the line at which it died; None: it didn't."""

    at: int
    place: Place | None
    left: Outside
    verdict: Verdict


@dataclass
class Bench:
    """One process's folder, and what it knows already: states that can't be told apart have one future."""

    folder: Path
    shared: Shared = field(default_factory=Shared)
    said: Shared = field(default_factory=Shared)
    keys: dict[bytes, bytes] = field(default_factory=dict)
    verdicts: dict[bytes, Verdict] = field(default_factory=dict)

    def start(self, scenario: Scenario) -> Outside:
        return Outside(empty(), b"", scenario.truth())

    def life(
        self, scenario: Scenario, ledger: Path, number: int, at: int = 0, *, stated: bool = False
    ) -> Life:
        """In a process of its own, on the files as they lie there and the truth as it is shared; killed at
        its `at`-th line. `stated`: its states are wanted, which takes three times as long.
        """
        self.said.put(None)
        outside = partial(now, ledger, self.shared) if stated else None
        pid = os.fork()
        if not pid:
            run(
                lambda: self.said.put(
                    recorded(scenario, self.shared, ledger, number, Lines(at, self.said, outside))
                ),
                self.said,
            )
        if died(pid):
            return Life([self.said.get()], [], killed=True)
        said: Life | str = self.said.get()
        return said if isinstance(said, Life) else Life([], [], killed=False, raised=said)

    def kill(
        self, scenario: Scenario, before: Outside, number: int, *at: int, stated: bool = False
    ) -> Iterator[Life]:
        """Lives one after the other on the same file, each killed at its line, and a last one that may
        live.
        """
        ledger = self.folder / "killed.db"
        before.laid_out(ledger)
        self.shared.put(before.truth)
        for each, line in enumerate((*at, 0)):
            yield self.life(scenario, ledger, number + each, line, stated=stated and not line)

    def judged(self, scenario: Scenario, life: Life) -> Verdict:
        """After the last life on `killed.db`."""
        ledger = self.folder / "killed.db"
        if life.raised:
            return Verdict((f"it raises: {life.raised}",), life)
        end = End(scenario, rows(ledger), self.shared.get(), damage(ledger))
        return Verdict(tuple(broken(end)), life)

    def key(self, scenario: Scenario, left: Outside) -> bytes:
        """Digest of what a kill left, as the next life reads it."""
        raw = digest(left.database, left.log, left.truth, scenario.name)
        if raw not in self.keys:
            ledger = self.folder / "seen.db"
            left.laid_out(ledger)
            self.keys[raw] = digest(rows(ledger), left.truth, scenario.name)
        return self.keys[raw]

    def verdict(self, scenario: Scenario, left: Outside, number: int) -> Verdict:
        """What the next life makes of it; looked up where an earlier kill left the same."""
        key = self.key(scenario, left)
        if key not in self.verdicts:
            (life,) = self.kill(scenario, left, number)
            self.verdicts[key] = self.judged(scenario, life)
        return self.verdicts[key]


def recorded(scenario: Scenario, shared: Shared, ledger: Path, number: int, lines: Lines) -> Life:
    borders: list[int] = []
    Bordered.begin = staticmethod(lambda book: None)
    Bordered.border = staticmethod(lambda book: borders.append(len(lines.seen)))
    with lines:
        live(scenario, World(shared), ledger, number)
    return Life(lines.seen, [*borders, len(lines.seen)], killed=False, states=lines.states)


def run(work: Callable[[], None], said: Shared) -> None:
    """All that a forked child does. It never comes back."""
    try:
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001  # whatever it is belongs to the child's parent
        sys.settrace(None)
        said.put(" ".join(traceback.format_exc().split("\n")[-4:]))
    finally:
        os._exit(1)


def died(pid: int) -> bool:
    """Whether a child was killed; it is waited for."""
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@dataclass
class Walk:
    """A life that is killed at each of these lines, and goes on all the same. `whole` is how it goes without
    a kill.
    """

    bench: Bench
    scenario: Scenario
    before: Outside
    number: int
    whole: Life
    wanted: list[int]
    tell: Callable[[Kill], None]

    def __call__(self) -> None:
        self.me, self.ledger = os.getpid(), self.bench.folder / "walked.db"
        self.before.laid_out(self.ledger)
        self.bench.shared.put(self.before.truth)
        self.lines = Lines(mark=self.bench.said)
        Bordered.begin, Bordered.border = staticmethod(self.begin), staticmethod(self.border)
        self.closed = False
        try:
            self.border(None)
            with self.lines:
                live(self.scenario, World(self.bench.shared), self.ledger, self.number)
        except BaseException:
            if os.getpid() == self.me:
                raise
            os._exit(1)
        if os.getpid() != self.me:
            os._exit(0)

    def border(self, book: SqlLedger | None) -> None:
        """Nothing is open. Fork for every wanted line up to the next border: the child goes on from here, and
        dies there.
        """
        if os.getpid() != self.me:
            return
        now = len(self.lines.seen)
        until = next((each for each in self.whole.borders if each > now), 0)
        ahead = [each for each in self.wanted if now < each <= until]
        if not ahead:
            return
        trace = sys.gettrace()
        sys.settrace(None)
        if book:
            book.dispose()
            self.closed = True
        before = Outside.of(self.ledger, self.bench.shared.get())
        for at in ahead:
            pid = os.fork()
            if not pid:
                self.lines.at = at
                break
            self.look(at, before, killed=died(pid))
        sys.settrace(trace)

    def begin(self, book: SqlLedger) -> None:
        """Open the file again, as it was before it was closed at a border: that is no line of the life."""
        if self.closed:
            trace = sys.gettrace()
            sys.settrace(None)
            with book.database.reading():
                pass
            self.closed = False
            sys.settrace(trace)

    def look(self, at: int, before: Outside, *, killed: bool) -> None:
        """At what a kill left; then all is as it was before."""
        left = Outside.of(self.ledger, self.bench.shared.get())
        place: Place | None = self.bench.said.get() if killed else None
        self.tell(Kill(at, place, left, self.bench.verdict(self.scenario, left, self.number + 1)))
        if left != before:
            before.laid_out(self.ledger)
        self.bench.shared.put(before.truth)
        self.bench.said.put(None)
