"""The same worlds for the same commit, every world that ever failed, and whether the search sees at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation import bugs, mutants  # noqa: F401  # bugs fill MUTANTS
from tests.simulation.draw import (
    AHEAD,
    APPROVALS,
    CARED,
    FAIR,
    FLIPS,
    KEPT,
    LAGGED,
    MAPS,
    NAMED,
    NOTIFIED,
    PATHS,
    PEOPLE,
    REGIONS,
    RESTS,
    TOLD,
    draw,
    of_each_region,
)
from tests.simulation.draw_ahead import PASSED_ON
from tests.simulation.draw_cared import PRIVILEGING
from tests.simulation.draw_paths import UNSEEN
from tests.simulation.draw_people import KINDS
from tests.simulation.known import MISJUDGED, REGRESSIONS, known, seeds
from tests.simulation.search import Seen, differ, look
from tests.simulation.shape import Deed, Fate, Outage, Trouble
from tests.simulation.words import story
from tests.simulation.world import World

FIRST = 3_050_000_000  # no seed is better than another, once worlds draw all they can have (`draw.LINKS`)
WORLDS, BATCH = 2000, 100
QUICK = (
    "retry_the_post",
    "deliver_before_the_ledger",
    "anybody_may_ask",
    "refused_note_is_written",
    "no_audit",
    "retry_the_mail",
    "visible_action",
    "old_map_allows",
    "partial_map_is_whole",
    "principal_owners_unseen",
    "owners_pass",
    "unflagged_is_harmless",
    "hold_ignored",
)


def said(seen: Seen) -> str:
    replay = f"python -m tests.simulation --seed {seen.seed} --shrink"
    return f"world {seen.seed} broke {seen.broken}: {seen.detail}\nreplay: {replay}"


@pytest.mark.parametrize("batch", range(WORLDS // BATCH))
def test_no_world_of_the_gate_breaks_an_invariant(
    batch: int, record_property: Callable[[str, object], None]
) -> None:
    first = FIRST + batch * BATCH
    every = [look(seed) for seed in range(first, first + BATCH)]
    record_property("worlds", [f"{each.seed} {each.digest}" for each in every])
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert len({seen.digest for seen in every}) == BATCH and all(seen.events for seen in every)
    assert sum(bool(seen.exposures) for seen in every) > BATCH / 4  # passes were made in them


def test_no_world_with_words_about_waits_and_for_callers_breaks_an_invariant() -> None:
    every = [look(seed) for seed in range(TOLD, TOLD + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    shapes = [draw(seed) for seed in range(TOLD, TOLD + BATCH)]
    for has in ("tell_waiting", "caller", "topdesk", "approval"):
        assert {bool(getattr(shape, has)) for shape in shapes} == {False, True}, has


def test_no_world_with_older_names_late_starts_and_passes_that_all_end_breaks_an_invariant() -> None:
    every = [look(seed) for seed in range(NAMED, NAMED + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    shapes = [draw(seed) for seed in range(NAMED, NAMED + BATCH)]
    assert {shape.find_by for shape in shapes} == {"upn_or_id", "sam_account_name", "employee_id"}
    for has in ("late", "starts", "topdesk"):
        assert {bool(getattr(shape, has)) for shape in shapes} == {False, True}, has


def test_no_world_with_approvals_that_are_bound_breaks_an_invariant() -> None:
    every = [look(seed) for seed in range(APPROVALS, APPROVALS + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert sum(bool(seen.exposures) for seen in every) > BATCH / 4  # passes were made in them
    shapes = [draw(seed) for seed in range(APPROVALS, APPROVALS + BATCH)]
    assert {shape.proof for shape in shapes} == {"form", "history", "torn", ""}
    assert {shape.unproven for shape in shapes} == {"wait", "accept"}


def test_no_world_with_a_path_that_the_map_does_not_show_breaks_an_invariant() -> None:
    every = [look(seed) for seed in range(PATHS, PATHS + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert sum(bool(seen.exposures) for seen in every) > BATCH / 2
    drawn = [each for seed in range(PATHS, PATHS + BATCH) for each in draw(seed).troubles]
    assert set(UNSEEN) <= {each.verb for each in drawn if isinstance(each, Deed)}


def test_no_world_that_prunes_and_erases_breaks_an_invariant() -> None:
    every = [look(seed) for seed in range(KEPT, KEPT + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    shapes = [draw(seed) for seed in range(KEPT, KEPT + BATCH)]
    assert all(shape.prunes for shape in shapes)
    verbs = [{each.verb for each in shape.kept if isinstance(each, Deed)} for shape in shapes]
    assert {"erase" in each for each in verbs} == {False, True}


def test_no_world_about_who_is_meant_breaks_an_invariant() -> None:
    every = [look(seed) for seed in range(PEOPLE, PEOPLE + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert {draw(seed).people for seed in range(PEOPLE, PEOPLE + BATCH)} == set(KINDS)


def test_no_world_with_names_that_were_asked_for_ahead_breaks_an_invariant() -> None:
    every = [look(seed) for seed in range(AHEAD, AHEAD + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert sum(bool(seen.exposures) for seen in every) > BATCH / 2
    shapes = [draw(seed) for seed in range(AHEAD, AHEAD + BATCH)]
    verbs = {each.verb for shape in shapes for each in shape.troubles if isinstance(each, Deed)}
    assert verbs >= {*PASSED_ON} and all(shape.ahead for shape in shapes)


def test_no_world_in_which_passes_live_side_by_side_breaks_an_invariant() -> None:
    few = range(CARED, CARED + BATCH // 5)  # each lasts for an hour
    every = [look(seed) for seed in few]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert all(len(seen.exposures) > 1 for seen in every)
    drawn = [each for seed in few for each in draw(seed).troubles]
    assert {"disable", *PRIVILEGING} <= {each.verb for each in drawn if isinstance(each, Deed)}
    assert "parts" in {each.service for each in drawn if isinstance(each, Outage)}


def test_no_world_in_which_people_are_told_and_say_no_breaks_an_invariant() -> None:
    few = range(NOTIFIED, NOTIFIED + BATCH // 2)
    every = [look(seed) for seed in few]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert sum(bool(seen.exposures) for seen in every) > BATCH / 4
    drawn = [each for seed in few for each in draw(seed).troubles]
    assert {"disown", "unhold", "revoke"} <= {each.verb for each in drawn if isinstance(each, Deed)}
    assert "MAIL" in {each.channel for each in drawn if isinstance(each, Fate)}


def test_no_world_of_shares_hours_and_pauses_of_its_own_breaks_an_invariant() -> None:
    every = [look(seed) for seed in range(FAIR, FAIR + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    shapes = [draw(seed) for seed in range(FAIR, FAIR + BATCH)]
    for has in ("hours", "oldest", "anyone", "topdesk"):
        assert {bool(getattr(shape, has)) for shape in shapes} == {False, True}, has
    for sign in ("chain", "stuck_in_a_row", "flips"):
        assert {bool(getattr(shape.pausing, sign)) for shape in shapes} == {False, True}, sign


def test_no_world_with_a_privilege_map_breaks_an_invariant_and_passes_are_made_in_most() -> None:
    every = [look(seed) for seed in range(MAPS, MAPS + BATCH)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert sum(bool(seen.exposures) for seen in every) > BATCH / 2
    drawn = [each for seed in range(MAPS, MAPS + BATCH) for each in draw(seed).troubles]
    outages = {each.service for each in drawn if isinstance(each, Outage)}
    assert {"map", "map_part", "map_lies", "owned", "owned_lies", "joinable"} <= outages


@pytest.mark.parametrize("first", REGIONS)
def test_no_world_of_a_sample_of_each_kind_breaks_an_invariant(first: int) -> None:
    """Beyond the batches above: some kinds have none."""
    beyond = first + 200_000_000
    every = [look(seed) for seed in range(beyond, beyond + (5 if first in {RESTS, FLIPS, LAGGED} else 2))]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert all(seen.events for seen in every)


def test_each_seed_of_a_search_of_every_kind_is_drawn_by_its_own_kind_and_once() -> None:
    every = of_each_region(7, 3)
    assert len({*every}) == len(every) == 3 * len(REGIONS)
    assert {first for first in REGIONS for seed in every if first + 7 <= seed < first + 10} == {*REGIONS}
    assert any(draw(seed).counts_lag for seed in of_each_region(0, 10))  # of the newest kind


def test_the_worlds_of_the_gate_draw_all_that_worlds_can_have() -> None:
    shapes = [draw(seed) for seed in range(FIRST, FIRST + WORLDS)]
    for has in (
        "topdesk",
        "mails",
        "starts",
        "again",
        "marker",
        "one_time",
        "approval",
        "once",
        "tail",
        "copies",
        "texts",
    ):
        assert {bool(getattr(shape, has)) for shape in shapes} == {False, True}, has
    told = [draw(seed) for seed in range(NOTIFIED, NOTIFIED + BATCH // 2)]
    drawn = {type(trouble) for shape in (*shapes, *told) for trouble in shape.troubles}
    assert drawn == {*Trouble.__subclasses__()}


@pytest.mark.parametrize("file", [REGRESSIONS, MISJUDGED], ids=lambda file: file.stem)
def test_no_world_that_once_failed_fails_again(file: Path) -> None:
    every = [look(seed) for seed in seeds(file)]
    failed = [seen for seen in every if seen.broken]
    assert not failed, said(failed[0])
    assert every


def test_a_world_that_once_failed_is_named_once() -> None:
    assert len(known()) == len({*known()})


@pytest.mark.parametrize(
    "seed",
    [2, 5, 11, 24, 42, 57, 10000011, 10000014, 10000030, 70009200, FAIR + 2, FAIR + 5, KEPT, KEPT + 5],
)
def test_both_ledgers_tell_the_same_story(seed: int) -> None:
    result = World(draw(seed)).run()
    assert result.rows and result.story
    assert differ(result) is None


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
        known = {**os.environ, "PYTHONHASHSEED": hash_seed}
        ran = subprocess.run(command, capture_output=True, text=True, env=known, check=False)
        assert ran.stdout.splitlines() == here


@pytest.mark.parametrize("name", QUICK)
def test_a_deliberate_bug_is_found(name: str) -> None:
    found = mutants.seek(name)
    assert found.seeds, f"{found.what}: survives {mutants.MOST} worlds"


def test_a_bug_that_was_planted_is_taken_out_again() -> None:
    before = World(draw(42)).run().story
    mutants.seek("retry_the_post")
    assert World(draw(42)).run().story == before
