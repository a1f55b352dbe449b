"""SIGKILL at every line, a start, and again while recovering: it ends as if nothing had happened, or Stuck
without a pass.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from connector.domain.outcome import Decision, State
from connector.domain.ticket import Claim
from connector.lifecycle.recovery import HANDLERS
from connector.lifecycle.roles import Roles
from connector.lifecycle.settling import settle
from tests.kill.bench import Bench, Kill, Walk
from tests.kill.lines import HOME, Place
from tests.kill.scenarios import ALL

# of the ledger's lines behind a lost reply, another sixth is killed in every run: `python -m tests.kill`
# kills all
THIN = "6"
SUNNY = ALL["sunny"]


def test_a_kill_at_any_line_breaks_no_promise_and_every_line_is_hit() -> None:
    """In a process of its own, which is small and has no threads: so it is quick to fork."""
    asked = [sys.executable, "-m", "tests.kill", "--quick", "--json", "--thin", THIN, "--workers", "2"]
    ran = subprocess.run(asked, cwd=HOME.parent, capture_output=True, text=True, check=False)
    assert ran.stdout, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    assert found["broken"] == []
    assert found["missed"] == []
    assert found["hit"] == found["points"] > 2000
    assert ran.returncode == 0


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
    assert killed(bench, "delivery.deliver(").verdict.broken == ()


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
