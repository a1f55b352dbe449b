"""`python -m tests.nightly`: worlds, kills and examples that nobody tried before, and what they break, ready
to be committed.

The file gets what broke in the form of `tests/simulation/regressions.txt`: a seed a line, and how to replay
it above it. A kill or an example has no seed that outlives the commit: it stands there as a comment, and
becomes a scenario or a test by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Any

from tests.simulation.draw import REGION, REGIONS, of_each_region
from tests.simulation.search import hunt

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Found:
    """Something broke: the command that shows it again, and the line to be kept of it."""

    replay: str
    entry: str


def worlds(seeds: Sequence[int], jobs: int | None = None) -> Iterator[Found]:
    for seen in sorted(hunt(seeds, jobs=jobs).failures, key=lambda seen: seen.seed):
        replay = f"python -m tests.simulation --seed {seen.seed} --shrink"
        yield Found(replay, f"{seen.seed} {seen.broken}: {' '.join(seen.detail.split())}")


def kills(seed: int, arguments: Sequence[str] = ()) -> Iterator[Found]:
    """In a process of its own, which is small to fork."""
    command = ["-m", "tests.kill", "--json", "--seed", str(seed), *arguments]
    ran = subprocess.run([sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if ran.stdout:
        yield from of_kills(json.loads(ran.stdout), " ".join(command))
    elif ran.returncode:
        yield Found(f"python {' '.join(command)}", f"# the kill harness ends with {ran.returncode}")


def of_kills(figures: dict[str, Any], command: str) -> Iterator[Found]:
    for each in figures["broken"]:
        replay, _, promises = each.rpartition(": ")
        yield Found(replay, f"# killed: {promises or 'not where it was to be'}")
    for line in figures["missed"]:
        yield Found(f"python {command}", f"# ran, and was never a kill point: {line}")


def examples(seed: int, paths: Sequence[str] = ()) -> Iterator[Found]:
    """Hypothesis with its profile for the search; each test starts from the seed."""
    command = ["-m", "pytest", "-n", "auto", "-m", "hypothesis", "-rf", f"--hypothesis-seed={seed}", *paths]
    known = {**os.environ, "HYPOTHESIS_PROFILE": "search", "COLUMNS": "1000"}  # else it cuts off what broke
    ran = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=known, stdout=subprocess.PIPE, text=True, check=False
    )
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)(?: - (.*))?$", ran.stdout, re.MULTILINE)
    if ran.returncode:
        sys.stdout.write(ran.stdout)
    for test, why in failed or ([("tests", f"pytest ends with {ran.returncode}")] if ran.returncode else []):
        replay = (
            f"HYPOTHESIS_PROFILE=search python -m pytest -n 0 -m hypothesis --hypothesis-seed={seed} {test}"
        )
        yield Found(replay, f"# {test}: {why}")


def keep(found: Sequence[Found], file: Path, night: str) -> None:
    lines = [f"# {night}", *(line for each in found for line in (f"# {each.replay}", each.entry))]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


def commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return (
        subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        or "unknown"
    )


def chosen(first: int | None, count: int, after: int) -> tuple[Sequence[int], str]:
    """The seeds of a night, and how to name them."""
    if first is not None:
        return range(first, first + count), f"{first} to {first + count - 1}"
    each = -(-count // len(REGIONS))
    return of_each_region(after, each), f"{each} of each kind, {after} after its first"


def main(arguments: Sequence[str]) -> int:
    chance = SystemRandom()
    known = argparse.ArgumentParser(prog="python -m tests.nightly", description=__doc__)
    known.add_argument("--seeds", type=int, default=20_000, help="so many worlds; 0: none")
    known.add_argument("--first", type=int, help="of these seeds; else as many of each kind, by chance")
    known.add_argument("--jobs", type=int, help="processes for the worlds")
    known.add_argument(
        "--seed", type=int, default=chance.randrange(10**9), help="of the kills and the examples"
    )
    known.add_argument(
        "--kills", default="", help='arguments for tests.kill, such as "--scenario sunny"; none: no kills'
    )
    known.add_argument(
        "--examples", nargs="*", default=[], help="only these tests of Hypothesis's; none: no examples"
    )
    known.add_argument(
        "--found", type=Path, default=ROOT / "build" / "nightly.txt", help="append to it what breaks"
    )
    asked = known.parse_args(arguments)
    seeds, which = chosen(asked.first, asked.seeds, chance.randrange(REGION // 2))
    night = f"commit {commit()}, worlds {which}, kills and examples of seed {asked.seed}"
    print(night, flush=True)  # noqa: T201
    found = list(worlds(seeds, asked.jobs)) if seeds else []
    if asked.kills != "none":
        found += kills(asked.seed, asked.kills.split())
    if asked.examples != ["none"]:
        found += examples(asked.seed, asked.examples)
    for each in found:
        print(f"{each.entry}\n    {each.replay}")  # noqa: T201
    if found:
        keep(found, asked.found, night)
        print(f"{len(found)} broke something: kept in {asked.found}")  # noqa: T201
    else:
        print("Nothing broke.")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
