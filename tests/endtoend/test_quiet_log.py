"""A day's log of the demo's tickets, read as an operator: each change has its line, a look has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import pytest

from connector import log
from connector.demo.stage import FastClock, Stage, stage
from connector.domain.outcome import State
from connector.ledger.rows import AuditLine
from connector.wire import App, Clocks, as_worker
from connector.worker.service import Runner
from tests.endtoend.scene import Scene
from tests.searching import SEARCH

POLL = 10  # seconds
USED_AFTER = 12  # sweeps


@dataclass
class Standing(FastClock):
    """Time that passes only where somebody waits, or moves it on."""

    def steady(self) -> float:
        return self.moved

    def sleep(self, seconds: float) -> None:
        self.moved += seconds


@dataclass
class Day:
    """`passdesk run` without its threads: a sweep when the test says so, and the log that it wrote."""

    house: App
    scene: Stage
    log: StringIO
    runner: Runner = field(init=False)
    lines: list[dict[str, Any]] = field(default_factory=list)
    so: object = None
    told: int = 0  # lines of the trail

    def __post_init__(self) -> None:
        self.runner = Runner(self.house.sweep, POLL, 0, 600, 25)
        self.so, self.told = self.what_is_so(), len(self.house.ledger.history())

    def written(self) -> list[dict[str, Any]]:
        """Whatever was written since the last call."""
        found = [json.loads(line) for line in self.log.getvalue().splitlines()]
        self.log.seek(0)
        self.log.truncate()
        self.lines += found
        return found

    def what_is_so(self) -> object:
        rows = self.house.ledger.rows(State)
        return sorted((row.number, row.state, str(row.reason), repr(row.attempt)) for row in rows)

    def sweep(self, after: float = POLL) -> tuple[list[dict[str, Any]], list[AuditLine], bool]:
        """The lines above debug, the trail's new lines, and whether anything is another than before."""
        self.scene.clock.moved += after
        before, told = self.so, self.told
        self.house.read_only.privilege_map.refresh()
        self.runner.due()
        self.runner.whole()
        self.so, trail = self.what_is_so(), list(self.house.ledger.history())
        self.told = len(trail)
        loud = [line for line in self.written() if line["level"] != "debug"]
        return loud, trail[told:], before != self.so


@contextmanager
def begun() -> Iterator[Day]:
    written = StringIO()
    with stage(Standing()) as scene, redirect_stderr(written):
        urls = {desk.url: name for name, desk in scene.config.settings.desks.items()}
        log.configure("json", "debug", urls)
        clocks = Clocks(scene.clock.wall, scene.clock.steady, scene.clock.sleep)
        with as_worker(scene.config, log.ticket, clocks) as house:
            yield Day(house, scene, written)


def sweeps(hours: int) -> list[float]:
    """Some minutes at 10 s, with a pass that is used at their half; then these hours, one a sweep."""
    return [POLL] * 2 * USED_AFTER + [3600.0] * hours


@SEARCH  # a walk of many sweeps; `test_a_waiting_ticket_has_one_line` and the next ones stand for it
@pytest.mark.parametrize("hours", [3, 24])
def test_over_a_day_each_change_has_its_line_and_a_look_has_none(hours: int) -> None:
    looks = 0
    with begun() as day:
        for number, after in enumerate(sweeps(hours)):
            if number == USED_AFTER:
                for upn in ("ann.lee@contoso.com", "siobhán.byrne@contoso.com"):
                    day.scene.graph.use(upn)
            loud, trail, changed = day.sweep(after)
            if not trail and not changed:
                looks += 1
                assert loud == [], number
            told = [(line.get("ticket"), line["action"]) for line in loud]
            assert all((line.number, line.action) in told for line in trail)
        names = {line["desk"] for line in day.lines if "ticket" in line}
        assert names == {"contoso-servicenow", "contoso-topdesk"}
        versions = {way.version for way in day.house.sweep.ways.values()}
        assert {line["version"] for line in day.lines if "version" in line} == versions
    assert looks > len(sweeps(hours)) * 0.65


def quiet(scene: Scene, runs: int = 3) -> list[list[dict[str, Any]]]:
    """The lines above debug of some sweeps by `passdesk once`, as cron runs it."""
    found = []
    for _ in range(runs):
        lines = [json.loads(line) for line in scene.once().err.splitlines() if line.startswith("{")]
        found.append([line for line in lines if line["level"] != "debug"])
        scene.clock.added += 31
    return found


def said(lines: list[dict[str, Any]]) -> list[str]:
    """What happened. A sweep that wrote to the trail also says its new head, last."""
    assert [line["action"] for line in lines].index("trail_head") == len(lines) - 1
    return [line["action"] for line in lines[:-1]]


def test_a_waiting_ticket_has_one_line_though_each_sweep_is_a_process_of_its_own(scene: Scene) -> None:
    scene.run("pause", "--why", "a drill")
    scene.ticket("ann.lee")
    first, *rest = quiet(scene)
    assert said(first) == ["claimed", "deferred"]
    assert {line["desk"] for line in first[:-1]} == {"contoso"}
    assert rest == [[], []]


def test_a_ticket_waits_on_for_a_directory_that_is_down_with_one_line(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.graph_server.stop()
    first, *rest = quiet(scene)
    scene.graph_server.start()
    assert said(first) == ["claimed", "deferred"]
    assert rest == [[], []]


@SEARCH
def test_missing_evidence_warns_once_and_names_the_permission(scene: Scene) -> None:
    scene.identity.tokens.roles -= {"RoleManagement.Read.Directory"}
    scene.ticket("ann.lee")
    scene.ticket("bob.ray")
    first, *rest = quiet(scene)
    assert rest == [[], []]
    [line] = [each for each in first if each["action"] == "evidence_missing"]
    assert (line["level"], line["permission"]) == ("warning", "RoleManagement.Read.Directory")
    assert line["desk"] == "contoso"
    assert [each["reason"] for each in first if each["action"] == "deferred"] == ["evidence_missing"] * 2
    assert "@" not in line["detail"]


def test_a_pass_that_entra_refuses_to_delete_is_an_error_once(scene: Scene) -> None:
    from connector.simulators.faults import failure, when

    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.graph_server.faults.add(when("DELETE", "temporaryAccess", times=99), failure(403))
    scene.run("revoke", "contoso", scene.number(ticket))
    first, *rest = quiet(scene)
    assert said(first) == ["revocation_refused"]
    assert rest == [[], []]


@pytest.mark.parametrize("form", ["json", "console"])
def test_either_format_writes_its_lines(scene: Scene, form: str) -> None:
    scene.rewrite("config.yaml", ("format: json", f"format: {form}"))
    number = scene.number(scene.ticket("ann.lee"))
    ran = scene.once()
    assert ran.outcomes() == {number: ("delivered", None)}
    assert any("delivered" in line and number in line for line in ran.err.splitlines())


def test_what_nobody_foresaw_names_desk_and_version_and_not_its_words(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connector.guards.judge import MappingJudge

    def broken(*_: object) -> None:
        raise KeyError("somebody's secret")

    number = scene.number(scene.ticket("ann.lee"))
    monkeypatch.setattr(MappingJudge, "judge", broken)
    ran = scene.once()
    lines = [json.loads(line) for line in ran.err.splitlines() if line.startswith("{")]
    [line] = [each for each in lines if each["action"] == "unexpected"]
    assert (line["ticket"], line["desk"], line["mapping"]) == (number, "contoso", "incidents")
    assert len(line["version"]) == 12
    assert "secret" not in ran.err
