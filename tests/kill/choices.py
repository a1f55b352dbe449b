"""At which lines a scenario is killed: once in every state that it leaves outside, and at more by chance.

Lines without an effect between them leave the same files and the same services: the next life can't tell at
which of them the last one died. So a kill stands for all of its state; kills at other lines of it show that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from tests.kill.hunt import Findings, Job, whole
from tests.kill.lines import WAY, Place

CHUNK = 120  # lines a job
SOME = 4  # one in so many of what another scenario shows much alike


def singles(names: Sequence[str], seed: int, one_in: int, *, briefly: bool = False) -> Iterator[Job]:
    """Jobs for every state of every scenario, every line of the way, and one line in so many of the others.

    Briefly: of the way only what is new in a scenario, and of the states that lie before it parts from the
    first scenario only some.
    """
    chance = Random(seed)
    met: set[Place] = set()
    for name in names:
        life = whole(name)
        first = {place: at for at, place in reversed(list(enumerate(life.seen, 1))) if place[0] in WAY}
        more = (at for at in range(1, len(life.seen) + 1) if not chance.randrange(one_in))
        states = life.states
        if briefly and name != names[0]:
            alike = in_common(life.seen, whole(names[0]).seen)
            states = [at for at in states if at > alike or not chance.randrange(SOME)]
        lines = {*states, *more, *(at for place, at in first.items() if place not in met)}
        if briefly:
            met.update(first)
        yield from parted(name, sorted(lines))


def in_common(one: Sequence[Place], other: Sequence[Place]) -> int:
    """How many lines two lives begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (this, that) in pairs if this != that), min(len(one), len(other)))


def parted(name: str, lines: Sequence[int]) -> Iterator[Job]:
    for start in range(0, len(lines), CHUNK):
        yield Job(name, tuple(lines[start : start + CHUNK]))


def doubles(names: Iterable[str], states: int, seed: int, *, count: int | None = None) -> list[Job]:
    """Kills in every state, or in `count` of them by chance, each followed by lives that are killed in so
    many of their own states.
    """
    firsts = [(name, at) for name in names for at in whole(name).states]
    some = firsts if count is None else Random(seed).sample(firsts, min(count, len(firsts)))
    return [Job(name, (), at, states, seed=seed) for name, at in some]


def aimed(findings: Findings) -> list[Job]:
    """Lines of the way that only lives after a kill reach: each is killed there."""
    ways: dict[tuple[str, int], list[int]] = {}
    for place in findings.missed():
        name, after, at = findings.ran[place]
        ways.setdefault((name, after), []).append(at)
    return [Job(name, tuple(sorted(lines)), after) for (name, after), lines in sorted(ways.items())]
