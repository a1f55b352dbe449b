"""Kills shared out among processes, and what came of them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.kill.bench import Bench, Kill, Life, Walk
from tests.kill.lines import WATCHED, WAY, Place, runnable
from tests.kill.outside import Outside
from tests.kill.scenario import Scenario
from tests.kill.scenarios import ALL

_bench: list[Bench] = []


@dataclass(frozen=True)
class Job:
    """Kill a life at these lines: the first one, or, where `after` says at which line that was killed, the
    next.

    `stated`: also at so many of the states in which that life leaves what is outside, by chance. `plainly`:
    every so many-th is killed once more in a life run from its start.
    """

    scenario: str
    lines: tuple[int, ...]
    after: int = 0
    stated: int = 0
    plainly: int = 60
    seed: int = 0


@dataclass(frozen=True)
class Point:
    """A kill, where it was to be and where it was, and the promises that it broke.

    `state`: the state of the life in which it was. `left`: digest of what it left outside.
    """

    scenario: str
    at: tuple[int, ...]
    meant: Place
    place: Place | None
    broken: tuple[str, ...]
    state: int = 0
    left: bytes = b""

    @property
    def of(self) -> tuple[str, tuple[int, ...], int]:
        """Life, and the state in it."""
        return self.scenario, self.at[:-1], self.state

    @property
    def replay(self) -> str:
        then = f" --then {self.at[1]}" if len(self.at) > 1 else ""
        return f"python -m tests.kill --scenario {self.scenario} --at {self.at[0]}{then}"


@dataclass(frozen=True)
class Done:
    """What came of a job. `ran`: lines of the lives after a kill: scenario, that kill, how manieth line."""

    job: Job
    points: list[Point]
    ran: dict[Place, tuple[str, int, int]]


@dataclass
class Findings:
    points: list[Point] = field(default_factory=list)
    ran: dict[Place, tuple[str, int, int]] = field(default_factory=dict)

    def add(self, done: Done) -> None:
        """Keep the first of the ways to a line, by name and number: jobs come in as they are finished."""
        self.points += done.points
        for place, way in done.ran.items():
            self.ran[place] = min(way, self.ran.get(place, way))

    @property
    def killed(self) -> set[Place]:
        return {each.place for each in self.points if each.place}

    @property
    def hit(self) -> int:
        return sum(each.place == each.meant for each in self.points)

    @property
    def broken(self) -> list[Point]:
        """A life that wasn't killed where it was to be is no less a failure; nor are two kills in one state
        that don't leave the same.
        """
        lefts: dict[object, bytes] = {}
        uneven = {each.of for each in self.points if lefts.setdefault(each.of, each.left) != each.left}
        said = "lines_without_an_effect_between_them_leave_the_same"
        return [
            replace(each, broken=(*each.broken, *([said] * (each.of in uneven))))
            for each in self.points
            if each.broken or each.place != each.meant or each.of in uneven
        ]

    def stand_for(self) -> int:
        """Lines of lives that were killed in the state in which they run."""
        killed = {each.of for each in self.points if len(each.at) == 1}
        return sum(
            (name, (), life.state(at)) in killed
            for name in {each.scenario for each in self.points}
            for life in [whole(name)]
            for at in range(1, len(life.seen) + 1)
        )

    def missed(self) -> set[Place]:
        """Lines of the way that ran somewhere and were never a kill point."""
        return {
            place for place in set(self.ran) | {each.meant for each in self.points} if place[0] in WAY
        } - self.killed

    def never(self) -> dict[str, list[int]]:
        """By file, lines that no life ran."""
        names = {each.scenario for each in self.points}
        ran = self.killed.union(self.ran, *(whole(name).seen for name in names))
        every = {file: sorted(line for _, line in runnable(file) - ran) for file in sorted(WATCHED.values())}
        return {file: lines for file, lines in every.items() if lines}


Hunt = Callable[[Sequence[Job]], Iterator[Done]]


@contextmanager
def hunters(workers: int, names: Sequence[str]) -> Iterator[Hunt]:
    """Processes that do jobs, and are gone with the block. How these scenarios go unkilled they know from
    this one.
    """
    with TemporaryDirectory(prefix="kill-") as folder:
        furnish(folder)
        for name in names:
            whole(name)
        with get_context("fork").Pool(workers, furnish, (folder,)) as pool:
            yield partial(pool.imap_unordered, work)


def furnish(folder: str) -> None:
    """Once a process: a folder of its own, and nothing left to collect, so that a fork copies little."""
    mine = Path(folder) / str(os.getpid())
    mine.mkdir()
    _bench[:] = [Bench(mine)]
    gc.collect()
    gc.freeze()
    gc.disable()


@cache
def whole(name: str) -> Life:
    """How a scenario goes when nothing is killed. Raises AssertionError where even that breaks a promise."""
    bench, scenario = _bench[0], ALL[name]
    (life,) = bench.kill(scenario, bench.start(scenario), 1, stated=True)
    verdict = bench.judged(scenario, life)
    assert not verdict.broken, f"{name}, not killed at all: {', '.join(verdict.broken)}"
    return life


def work(job: Job) -> Done:
    bench, scenario = _bench[0], ALL[job.scenario]
    before, life, number = bench.start(scenario), whole(job.scenario), 1
    if job.after:
        next(bench.kill(scenario, before, 1, job.after))
        before, number = Outside.of(bench.folder / "killed.db", bench.shared.get()), 2
        (life,) = bench.kill(scenario, before, 2, stated=bool(job.stated))
    chance = Random(f"{job.seed} {job.scenario} {job.after}")
    more = chance.sample(life.states, min(job.stated, len(life.states)))
    done = Done(job, [], {})

    def tell(kill: Kill) -> None:
        at = (job.after, kill.at) if job.after else (kill.at,)
        broken = kill.verdict.broken
        if not job.after and len(done.points) % job.plainly == 0:
            broken += tuple(plainly(bench, scenario, kill, life))
        meant = life.seen[kill.at - 1]
        state = life.state(kill.at) if life.states else -kill.at  # unknown: it is compared with no other
        left = bench.key(scenario, kill.left)
        done.points.append(Point(job.scenario, at, meant, kill.place, broken, state, left))
        if not job.after:
            for place, each in reversed(list(zip(kill.verdict.life.seen, range(1, 1 << 20), strict=False))):
                done.ran[place] = (job.scenario, kill.at, each)

    Walk(bench, scenario, before, number, life, sorted({*job.lines, *more}), tell)()
    return done


def plainly(bench: Bench, scenario: Scenario, kill: Kill, life: Life) -> Iterator[str]:
    """The same kill in a life run from its start, on one file: it must come to the same."""
    first, last = bench.kill(scenario, bench.start(scenario), 1, kill.at)
    if first.seen != [life.seen[kill.at - 1]]:
        yield "a_life_run_from_its_start_dies_at_the_same_line"
    if last.seen != kill.verdict.life.seen:
        yield "the_life_after_it_goes_the_same_way"
    yield from bench.judged(scenario, last).broken
