"""`python -m tests.simulation --seeds 20000`: search. `--seed 7`: replay one. `--mutants`: does it see?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from random import SystemRandom

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.simulation import mutants
from tests.simulation.draw import REGION, REGIONS, draw
from tests.simulation.known import known
from tests.simulation.search import TWINS, Seen, Tally, hunt, shrink
from tests.simulation.words import distribution, story
from tests.simulation.world import World


def replay(console: Console, seed: int, without: Sequence[int]) -> int:
    result = World(draw(seed).without(without)).run()
    for line in story(result):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 1 if result.broken else 0


def search(console: Console, seeds: Sequence[int], jobs: int | None) -> int:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
    TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("worlds", total=len(seeds), rate="")
        done = Tally()

        def tell(seen: Seen) -> None:
            done.add(seen)
            worlds, events = done.rate
            rate = (
                f"{worlds:.0f} worlds/s, {events:,.0f} events/s, {len(done.failures)} broken, world "
                f"{seen.seed}"
            )
            progress.update(bar, advance=1, rate=rate)

        tally = hunt(seeds, tell, jobs)
    report(console, tally)
    return 1 if tally.failures else 0


def report(console: Console, tally: Tally) -> None:
    worlds, events = tally.rate
    console.print(
        f"{tally.worlds} worlds, {tally.events:,} events; {worlds:.1f} worlds/s, {events:,.0f} events/s"
    )
    table = Table("exposure where", "passes", "any", "median", "9 of 10", "99 of 100", "worst")
    for row in distribution(dict(tally.exposures)):
        table.add_row(*row)
    console.print(table)
    if tally.sql:
        console.print(f"{tally.sql} of them ran on the SQL ledger, too, where they must tell the same story")
    if tally.alike:
        console.print(
            f"{tally.alike} worlds with a pass that nothing tells from another's (tests/simulation/alike.py)"
        )
    names: dict[str, list[Seen]] = {}
    for seen in tally.failures:
        names.setdefault(seen.broken or "", []).append(seen)
    for name, every in sorted(names.items()):
        first = min(every, key=lambda seen: seen.seed)
        console.print(f"[red]{name}[/] in {len(every)} worlds, the first {first.seed}: {first.detail}")
        told = World(draw(first.seed)).run() if name == TWINS else shrink(draw(first.seed), name)
        for line in story(told):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not tally.failures:
        console.print("No invariant was broken, and everything settled.")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=0, help="search so many worlds")
    parser.add_argument("--first", type=int, help="of these seeds; a random one where it isn't said")
    parser.add_argument("--seed", type=int, help="replay one world, with its story")
    parser.add_argument("--without", default="", help="numbers of what is left out of it")
    parser.add_argument("--shrink", action="store_true", help="leave out of it what it doesn't need to fail")
    parser.add_argument("--regressions", action="store_true", help="every seed that ever failed")
    parser.add_argument("--mutants", nargs="*", help="deliberate bugs, all or those named: are they found?")
    parser.add_argument("--jobs", type=int)
    said = parser.parse_args(arguments)
    console = Console(soft_wrap=not sys.stdout.isatty())
    without = [int(each) for each in said.without.split(",") if each]
    if said.mutants is not None:
        return mutants.report(console, said.mutants, said.jobs)
    if said.seed is not None and said.shrink:
        result = World(draw(said.seed).without(without)).run()
        if result.broken:
            result = shrink(result.shape, result.broken.name)
        return replay(console, said.seed, sorted(result.shape.left_out))
    if said.seed is not None:
        return replay(console, said.seed, without)
    if said.regressions:
        return search(console, known(), said.jobs)
    lot = SystemRandom()
    first = lot.choice(REGIONS) + lot.randrange(REGION) if said.first is None else said.first
    console.print(f"worlds {first} to {first + (said.seeds or 1000) - 1}")
    return search(console, range(first, first + (said.seeds or 1000)), said.jobs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
