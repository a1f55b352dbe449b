"""Fresh worlds each time, every world that ever failed, and whether the search sees at all."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from tests.simulation import bugs, mutants  # noqa: F401  # bugs fill MUTANTS
from tests.simulation.__main__ import regressions
from tests.simulation.draw import draw
from tests.simulation.search import Seen, differ, look
from tests.simulation.words import story
from tests.simulation.world import World

FRESH, BATCH = 2000, 100
QUICK = (
    "retry_the_post",
    "deliver_before_the_ledger",
    "anybody_may_ask",
    "refused_note_is_written",
    "no_audit",
    "retry_the_mail",
    "visible_action",
)


def said(seen: Seen) -> str:
    replay = f"python -m tests.simulation --seed {seen.seed} --shrink"
    return f"world {seen.seed} broke {seen.broken}: {seen.detail}\nreplay: {replay}"


@pytest.mark.parametrize("batch", range(FRESH // BATCH))
def test_no_fresh_world_breaks_an_invariant(batch: int) -> None:
    first = (
        date.today().toordinal() * 10_000 + batch * BATCH
    )  # every day's worlds are fresh, and the same for everybody
    failed = [seen for seen in map(look, range(first, first + BATCH)) if seen.broken]
    assert not failed, said(failed[0])


def test_no_world_that_once_failed_fails_again() -> None:
    failed = [seen for seen in map(look, regressions()) if seen.broken]
    assert not failed, said(failed[0])


@pytest.mark.parametrize("seed", [2, 5, 11, 24, 42, 57, 10000011, 10000014, 10000030, 70009200])
def test_both_ledgers_tell_the_same_story(seed: int) -> None:
    assert differ(World(draw(seed)).run()) is None


def test_a_ledger_that_tells_another_story_is_seen() -> None:
    result = World(draw(2)).run()
    assert differ(replace(result, rows=result.rows[1:])) == "the rows at the end"
    assert (
        differ(replace(result, story=[*result.story[:5], "Something else happened."]))
        == "Something else happened."
    )


@pytest.mark.parametrize("seed", [103, 10000028])
def test_the_same_seed_is_the_same_world_in_every_process(seed: int) -> None:
    here = list(story(World(draw(seed)).run()))
    for hash_seed in ("1", "2"):
        command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed)]
        ran = subprocess.run(
            command, capture_output=True, text=True, env={"PYTHONHASHSEED": hash_seed}, check=False
        )
        assert ran.stdout.splitlines() == here


@pytest.mark.parametrize("name", QUICK)
def test_a_deliberate_bug_is_found(name: str) -> None:
    found = mutants.seek(name)
    assert found.seeds, f"{found.what}: survives {mutants.MOST} worlds"


def test_a_bug_that_was_planted_is_taken_out_again() -> None:
    before = World(draw(42)).run().story
    mutants.seek("retry_the_post")
    assert World(draw(42)).run().story == before
