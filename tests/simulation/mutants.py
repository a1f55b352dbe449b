"""Does it see? Deliberate bugs: each is found when a named invariant fails, not when something raises, within
1,000 worlds.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.simulation.draw import draw
from tests.simulation.world import World

MOST = 1000
WRONG = ("TypeError", "AttributeError", "NameError")  # of a bug that doesn't fit into the program any more
PROOF = Path(__file__).parents[2] / "docs" / "proof.md"
Put = Callable[[Any, str, Any], None]  # where, its name, what it is instead
Plant = Callable[[Put], None]


@dataclass(frozen=True)
class Mutant:
    name: str
    what: str
    plant: Plant
    first: int = 0  # the first world to look at


MUTANTS: dict[str, Mutant] = {}


def mutant(what: str, first: int = 0) -> Callable[[Plant], Plant]:
    """`what` is broken, in words; the function plants it."""

    def keep(plant: Plant) -> Plant:
        name = plant.__name__
        MUTANTS[name] = Mutant(name, what, plant, first)
        return plant

    return keep


@contextmanager
def planted(each: Mutant) -> Iterator[None]:
    """The program with this bug in it, until the block ends."""
    before: list[tuple[Any, str, Any]] = []

    def put(where: Any, name: str, instead: Any) -> None:
        assert name in where if isinstance(where, dict) else hasattr(where, name), (
            f"{each.name}: there is no {name} any more"
        )
        had = where[name] if isinstance(where, dict) else vars(where).get(name)
        before.append((where, name, had))
        _set(where, name, instead)

    try:
        each.plant(put)
        yield
    finally:
        for where, name, had in reversed(before):
            if had is None and not isinstance(where, dict):
                delattr(where, name)
            else:
                _set(where, name, had)


def _set(where: Any, name: str, value: Any) -> None:
    if isinstance(where, dict):
        where[name] = value
    else:
        setattr(where, name, value)


@dataclass(frozen=True)
class Found:
    name: str
    what: str
    seeds: int  # worlds that it took; 0: it survived
    invariant: str
    errors: int  # worlds in which something raised, which doesn't count


def seek(name: str) -> Found:
    """The first world that shows the bug, from its first on, and that holds without it."""
    gc.set_threshold(100_000, 20, 20)
    each, errors = MUTANTS[name], 0
    seed = each.first
    while seed < each.first + MOST:
        with planted(each):
            invariant, seed, raised = suspect(seed, each.first + MOST)
        errors += raised
        if invariant and World(draw(seed - 1)).run().broken is None:
            return Found(name, each.what, seed - each.first, invariant, errors)
    return Found(name, each.what, 0, "", errors)


def suspect(first: int, last: int) -> tuple[str, int, int]:
    """The next invariant that fails, the seed behind that world, and in how many something raised."""
    raised = 0
    for seed in range(first, last):
        world = World(draw(seed))
        world.strict = False
        result = world.run()
        if wrong := [each for each in result.errors if any(kind in each for kind in WRONG)]:
            raise AssertionError(f"the bug itself is wrong: {wrong[0]}")
        raised += bool(result.errors)
        if result.broken:
            return result.broken.name, seed + 1, raised
    return "", last, raised


def report(console: Console, names: Sequence[str], jobs: int | None = None) -> int:
    """Look for all of them, print the table, and keep it in docs/proof.md where all were asked for."""
    from tests.simulation import bugs  # noqa: F401  # they fill MUTANTS

    wanted = list(names) or list(MUTANTS)
    found: dict[str, Found] = {}
    with multiprocessing.get_context("fork").Pool(jobs or os.cpu_count()) as pool:
        for each in pool.imap_unordered(seek, wanted):
            found[each.name] = each
            said = f"{each.seeds} worlds, {each.invariant}" if each.seeds else "[red]survives[/]"
            console.print(f"{len(found)}/{len(wanted)} {each.name}: {said}")
    table = Table("deliberate bug", "worlds", "found by")
    for name in wanted:
        table.add_row(found[name].what, str(found[name].seeds or "–"), found[name].invariant)
    console.print(table)
    if not names:
        keep([found[name] for name in wanted])
    return 0 if all(each.seeds for each in found.values()) else 1


def keep(found: Sequence[Found]) -> None:
    """Between the marks in docs/proof.md."""
    rows = [
        f"| {each.what} | {each.seeds or 'survives'} | {each.invariant and f'`{each.invariant}`'} |"
        for each in found
    ]
    lines = ["| Deliberate bug | Worlds until it was found | By |", "|---|---|---|", *rows]
    text = PROOF.read_text(encoding="utf-8")
    marks = r"(<!-- mutants -->\n).*?(<!-- /mutants -->)"
    PROOF.write_text(
        re.sub(marks, lambda each: each[1] + "\n".join(lines) + "\n" + each[2], text, flags=re.DOTALL),
        "utf-8",
    )
