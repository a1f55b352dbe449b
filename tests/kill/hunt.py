"""Which lines are to be killed, shared out among processes, and what came of it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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

CHUNK = 120  # lines a job
WHOLE = ("sunny", "lost-post", "lost-note")  # `quick` kills these at every line
_bench: list[Bench] = []


@dataclass(frozen=True)
class Job:
    """Kill a life at these lines: the first one, or, where `after` says at which line that was killed, the
    next.

    `some`: so many more of them by chance. `plainly`: every so many-th is killed once more in a life run from
    its start.
    """

    scenario: str
    lines: tuple[int, ...]
    after: int = 0
    some: int = 0
    plainly: int = 200
    seed: int = 0


@dataclass(frozen=True)
class Point:
    """A kill, where it was to be and where it was, and the promises that it broke."""

    scenario: str
    at: tuple[int, ...]
    meant: Place
    place: Place | None
    broken: tuple[str, ...]

    @property
    def replay(self) -> str:
        then = f" --then {self.at[1]}" if len(self.at) > 1 else ""
        return f"python -m tests.kill --scenario {self.scenario} --at {self.at[0]}{then}"


@dataclass(frozen=True)
class Done:
    job: Job
    points: list[Point]
    ran: dict[
        Place, tuple[str, int, int]
    ]  # lines of the lives after a kill: scenario, that kill, how manieth line


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
        """A life that wasn't killed where it was to be is no less a failure."""
        return [each for each in self.points if each.broken or each.place != each.meant]

    def missed(self) -> set[Place]:
        """Lines of the way that ran somewhere and were never a kill point."""
        return {
            place for place in set(self.ran) | {each.meant for each in self.points} if place[0] in WAY
        } - self.killed

    def never(self) -> dict[str, list[int]]:
        """By file, lines that no life ran."""
        ran = self.killed | set(self.ran)
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
    (life,) = bench.kill(scenario, bench.start(scenario), 1)
    verdict = bench.judged(scenario, life)
    assert not verdict.broken, f"{name}, not killed at all: {', '.join(verdict.broken)}"
    return life


def length(name: str) -> int:
    """In lines."""
    return len(whole(name).seen)


def fault(name: str) -> int:
    """How many lines a scenario has in common with the sunny way: up to where the fault shows."""
    pairs = zip(whole(name).seen, whole(WHOLE[0]).seen, strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), 0)


def work(job: Job) -> Done:
    bench, scenario = _bench[0], ALL[job.scenario]
    before, life, number = bench.start(scenario), whole(job.scenario), 1
    if job.after:
        next(bench.kill(scenario, before, 1, job.after))
        before, number = Outside.of(bench.folder / "killed.db", bench.shared.get()), 2
        life = bench.verdict(scenario, before, 2).life
    chance = Random(f"{job.seed} {job.scenario} {job.after}")
    more = chance.sample(range(1, len(life.seen) + 1), min(job.some, len(life.seen)))
    done = Done(job, [], {})

    def tell(kill: Kill) -> None:
        at = (job.after, kill.at) if job.after else (kill.at,)
        broken = kill.verdict.broken
        if not job.after and kill.at % job.plainly == 0:
            broken += tuple(plainly(bench, scenario, kill, life))
        done.points.append(Point(job.scenario, at, life.seen[kill.at - 1], kill.place, broken))
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


def every(name: str, lines: Sequence[int] = (), plainly: int = 100) -> Iterator[Job]:
    """These lines of a scenario; all of them where none are named."""
    lines = lines or range(1, length(name) + 1)
    for start in range(0, len(lines), CHUNK):
        yield Job(name, tuple(lines[start : start + CHUNK]), plainly=plainly)


def thinned(name: str, thin: int, chance: Random, begin: int = 1) -> list[int]:
    """From a line on, every line of the way, and one in `thin` of the ledger's."""
    lines = enumerate(whole(name).seen[begin - 1 :], begin)
    return [at for at, (file, _) in lines if file in WAY or not chance.randrange(thin)]


def quick(seed: int, thin: int, some: int = 3) -> Iterator[Job]:
    """The sunny way whole and the lost replies; of the others, the lines of the way that are new in them, and
    a few by chance.

    Up to its fault a lost reply is the sunny way once more: there one line in ten will do.
    """
    chance = Random(seed)
    met: set[Place] = set()
    for name in [*WHOLE, *(each for each in ALL if each not in WHOLE)]:
        seen = whole(name).seen
        if name == WHOLE[0]:
            lines = set(range(1, len(seen) + 1))
        elif name in WHOLE:
            alike = fault(name)
            lines = {
                *chance.sample(range(1, alike + 1), alike // 10),
                *thinned(name, thin, chance, alike + 1),
            }
        else:
            first = {place: at for at, place in reversed(list(enumerate(seen, 1))) if place[0] in WAY}
            lines = {
                *chance.sample(range(1, len(seen) + 1), some),
                *(first[place] for place in first.keys() - met),
            }
        met.update(seen)
        yield from every(name, sorted(lines), plainly=400)


def doubles(names: Sequence[str], count: int, some: int, seed: int) -> list[Job]:
    """Kills by chance, each followed by `some` lives that are killed again."""
    chance = Random(seed)
    return [
        Job(name, (), chance.randint(1, length(name)), some, seed=seed)
        for name in chance.choices(names, k=count)
    ]


def aimed(findings: Findings) -> list[Job]:
    """Lines of the way that only lives after a kill reach: each is killed there."""
    return [
        Job(name, (at,), after)
        for name, after, at in (findings.ran[place] for place in sorted(findings.missed()))
    ]
