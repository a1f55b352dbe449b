"""SIGKILL in every state, a start, and again while recovering: it ends as if nothing had happened, or Stuck
without a pass.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.domain.outcome import Decision, State
from connector.domain.ticket import Claim
from connector.lifecycle.recovery import HANDLERS
from connector.lifecycle.roles import Roles
from connector.lifecycle.settling import settle
from tests.kill.bench import Bench, Kill, Walk
from tests.kill.hunt import Done, Findings, Job, Point
from tests.kill.lines import HOME, Place
from tests.kill.scenarios import ALL

# Tells which lines are killed beside one of each state: any seed would do, and a commit has one answer.
# `make kill` draws its own.
SEED = "7"
SUNNY = ALL["sunny"]


def test_a_kill_in_any_state_breaks_no_promise_and_every_line_of_the_way_is_hit(
    record_property: Callable[[str, object], None],
) -> None:
    found = harness("--quick", "--seed", SEED, "--workers", "2")
    record_property("kills", found["kills"])
    assert found["broken"] == []
    assert found["missed"] == []
    assert found["hit"] == found["points"] == len(found["kills"]) > 1000
    assert found["lines"] > found["stand for"] > found["lines"] / 2


def test_a_seed_kills_at_the_same_lines_however_many_workers_there_are() -> None:
    few = ("--scenario", "refusal", "--one-in", "60", "--twice", "1", "--seed", SEED)
    one, two = (harness(*few, "--workers", count, PYTHONHASHSEED=count) for count in ("1", "2"))
    assert one["kills"] == two["kills"]
    assert len(one["kills"]) > 30


def test_of_two_kills_in_one_state_that_leave_different_things_both_are_told() -> None:
    place = ("journey.py", 1)
    one, same, other = (
        Point("sunny", (at,), place, place, (), state=3, left=left)
        for at, left in ((3, b"one"), (4, b"one"), (5, b"other"))
    )
    assert Findings([one, same]).broken == []
    told = Findings([one, same, other]).broken
    assert {each.broken for each in told} == {("lines_without_an_effect_between_them_leave_the_same",)}


def test_of_two_ways_to_a_line_the_same_one_is_killed_whichever_is_found_first() -> None:
    job, place = Job("sunny", (1,)), ("journey.py", 1)
    one, other = (Done(job, [], {place: ("sunny", at, 5)}) for at in (3, 4))
    for first, second in ((one, other), (other, one)):
        findings = Findings()
        findings.add(first)
        findings.add(second)
        assert findings.ran == {place: ("sunny", 3, 5)}


def harness(*asked: str, **known: str) -> dict[str, Any]:
    """Its figures, from a process of its own, which is small and has no threads: so it is quick to fork."""
    command = [sys.executable, "-m", "tests.kill", "--json", *asked]
    ran = subprocess.run(
        command, cwd=HOME.parent, env={**os.environ, **known}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[:4000] + ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_recovery_that_does_not_look_for_the_note_is_found_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusts(claim: Claim, roles: Roles) -> State:
        return settle(roles.book.settling(claim, Decision(State.LIVE)), roles)

    monkeypatch.setitem(HANDLERS, State.DELIVERING, trusts)
    assert "no_live_pass_is_unknown" in killed(bench, "delivery.deliver(").verdict.broken


def test_the_same_kill_breaks_nothing_where_recovery_looks(bench: Bench) -> None:
    kill = killed(bench, "delivery.deliver(")
    assert kill.place is not None and "delivery.deliver(" in text(kill.place)
    assert kill.verdict.life.seen and kill.verdict.broken == ()


def test_a_kill_from_the_start_and_one_from_the_last_transaction_hit_the_same_line(bench: Bench) -> None:
    kill = killed(bench, "delivery.deliver(")
    first, last = bench.kill(SUNNY, bench.start(SUNNY), 1, kill.at)
    assert first.seen == [kill.place]
    assert last.seen == kill.verdict.life.seen


def killed(bench: Bench, said: str) -> Kill:
    """The sunny way, killed where the journey first comes to a line that says this."""
    (whole,) = bench.kill(SUNNY, bench.start(SUNNY), 1)
    at = next(number for number, place in enumerate(whole.seen, 1) if said in text(place))
    kills: list[Kill] = []
    Walk(bench, SUNNY, bench.start(SUNNY), 1, whole, [at], kills.append)()
    return kills[0]


def text(place: Place) -> str:
    file, line = place
    return (HOME / file).read_text().splitlines()[line - 1] if file == "lifecycle/journey.py" else ""
