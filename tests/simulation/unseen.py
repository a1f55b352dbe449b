"""Deliberate bugs in rules that no simulated world can see, such as deadlines and terminals: a test that
stands beside each finds it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.endtoend.house import PATIENCE
from tests.simulation.mutants import PROOF, WRONG, Mutant, Plant

WHICH = "PASSDESK_PLANTED"  # the variable of the environment that names the bug, to the plugin
BUGS: dict[str, Unseen] = {}


@dataclass(frozen=True)
class Unseen:
    """`test` is the name of the one that must fail while the bug is there."""

    bug: Mutant
    test: str


def unseen(what: str, test: str) -> Callable[[Plant], Plant]:
    """`what` is broken, in words; the function plants it; `test` finds it."""

    def keep(plant: Plant) -> Plant:
        BUGS[plant.__name__] = Unseen(Mutant(plant.__name__, what, plant), test)
        return plant

    return keep


@dataclass(frozen=True)
class Outcome:
    """Whether the test failed, and by itself: not since the bug doesn't fit into the program any more."""

    failed: bool
    text: str


def tried(name: str | None, test: str) -> Outcome:
    """Run the test in a process of its own, with the bug in it, or as the program is."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    command += ["-p", "tests.simulation.planting"] if name else []
    asked = {WHICH: name or "", **({PATIENCE: "10"} if name else {})}
    known = {each: text for each, text in os.environ.items() if not each.startswith("PYTEST_")}
    ran = subprocess.run(command, capture_output=True, text=True, env=known | asked, check=False, timeout=300)
    text = ran.stdout + ran.stderr
    if ran.returncode not in (0, 1) or " error" in text.strip().rpartition("\n")[2]:
        raise AssertionError(f"the test could not be run: {text}")
    if wrong := [line for line in text.splitlines() if line.startswith("E ") and _fits_not(line)]:
        raise AssertionError(f"the bug itself is wrong: {wrong[0]}")
    return Outcome(ran.returncode == 1, text)


def _fits_not(line: str) -> bool:
    return any(line[1:].lstrip().startswith(kind) for kind in WRONG)


def told() -> set[tuple[str, str]]:
    """The bugs and their tests, as docs/proof.md has them."""
    lines = [line.strip("| ").split(" | ") for line in PROOF.read_text("utf-8").splitlines()]
    return {(each[0], each[1].strip("`")) for each in lines if len(each) == 2 and "::" in each[1]}
