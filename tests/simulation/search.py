"""Many worlds on all cores."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.ledger.empty import empty
from tests.simulation.draw import draw
from tests.simulation.shape import Shape
from tests.simulation.world import Result, World

CHUNK = 20
TWINS = "both_ledgers_agree"
SAMPLE = 50  # of so many worlds, one runs on the SQL ledger, too


@dataclass(frozen=True)
class Seen:
    """What is kept of a world. `alike`: how many passes nothing told from another's."""

    seed: int
    broken: str | None
    detail: str
    alike: int
    events: int
    stale: int
    fair: bool
    lifetime: int  # seconds
    exposures: tuple[float, ...]
    sql: bool  # whether it ran on the SQL ledger, too
    digest: str  # of its story


@dataclass
class Tally:
    """All of them. `exposures`: by what the looks were like, each pass's seconds."""

    worlds: int = 0
    events: int = 0
    failures: list[Seen] = field(default_factory=list)
    sql: int = 0  # worlds that ran on the SQL ledger, too
    alike: int = 0  # worlds with passes that nothing told apart
    exposures: dict[str, list[float]] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def add(self, seen: Seen) -> None:
        self.worlds += 1
        self.events += seen.events
        self.sql += seen.sql
        self.alike += seen.alike > 0
        if seen.broken:
            self.failures.append(seen)
        kind = (
            "one worker, Graph answers, looks ≤ 8 s"
            if seen.fair
            else f"anything goes, looks ≤ {seen.stale} s"
        )
        self.exposures.setdefault(kind, []).extend(seen.exposures)

    @property
    def rate(self) -> tuple[float, float]:
        took = max(0.001, time.monotonic() - self.began)
        return self.worlds / took, self.events / took


def look(seed: int) -> Seen:
    """One world."""
    shape = draw(seed)
    world = World(shape)
    result = world.run()
    name, detail = (result.broken.name, result.broken.detail) if result.broken else (None, "")
    sql = seed % SAMPLE == 0
    if sql and name is None and (other := differ(result)):
        name, detail = TWINS, f"on the SQL ledger it goes another way, from here on: {other}"
    return Seen(
        seed,
        name,
        detail,
        len(world.truth.alike),
        result.events,
        shape.stale,
        shape.fair,
        shape.minutes * 60,
        tuple(result.exposures),
        sql,
        result.digest,
    )


def differ(memory: Result) -> str | None:
    """Where the same world on the SQL ledger goes another way; None: nowhere."""
    with TemporaryDirectory(prefix="simulation-") as folder:
        path = Path(folder) / "ledger.db"
        path.write_bytes(empty())
        sql = World(memory.shape, path).run()
    for one, other in zip_longest(memory.story, sql.story):
        if one != other:
            return one or other
    return None if memory.rows == sql.rows else "the rows at the end"


def _chunk(seeds: Sequence[int]) -> list[Seen]:
    gc.set_threshold(100_000, 20, 20)  # a world is one big circle: it is cheaper to look for it rarely
    return [look(seed) for seed in seeds]


def hunt(
    seeds: Sequence[int], tell: Callable[[Seen], None] = lambda seen: None, jobs: int | None = None
) -> Tally:
    """Every world of these seeds; `tell` hears of each as it is done."""
    tally = Tally()
    for seen in _all(seeds, jobs or os.cpu_count() or 1):
        tally.add(seen)
        tell(seen)
    return tally


def _all(seeds: Sequence[int], jobs: int) -> Iterator[Seen]:
    chunks = [seeds[first : first + CHUNK] for first in range(0, len(seeds), CHUNK)]
    if jobs == 1 or len(chunks) == 1:
        for chunk in chunks:
            yield from _chunk(chunk)
        return
    empty()  # made once, for all of them
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for found in pool.imap_unordered(_chunk, chunks):
            yield from found


def shrink(shape: Shape, name: str, tell: Callable[[int, int], None] = lambda left, of: None) -> Result:
    """The same invariant broken in a world from which nothing more can be left out: one thing at a time, the
    last first.
    """
    best = World(shape).run()
    again = True
    while again:
        again = False
        for number in reversed(range(len(shape.troubles))):
            if number in best.shape.left_out:
                continue
            tried = World(best.shape.without({number})).run()
            if tried.broken and tried.broken.name == name:
                best, again = tried, True
                tell(len(best.shape.kept), len(shape.troubles))
    return best
