"""Limits that are fair, and raised for a while: from the command to the pass."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from connector.cli.raise_ import LONGEST, moment
from tests.endtoend.house import House
from tests.endtoend.scene import Ran, Scene

FLOOD = [f"worker.{number}" for number in range(6)]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
SUMMER = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # the day before the clocks are put forward
WINTER = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)


def limiting(scene: Scene, **limits: str) -> None:
    floor = ", ".join(f"{key}: {limit}" for key, limit in limits.items())
    scene.rewrite("config.yaml", more=f"floor: {{{floor}}}\n")


def later(scene: House, **span: int) -> str:
    """A time so far from now, as the program itself tells what time it is."""
    scene.run("pause")
    since = json.loads(scene.run("status", "--json").out)["paused"]["since"]
    scene.run("resume")
    return (datetime.fromisoformat(since) + timedelta(**span)).isoformat()


def raised(scene: Scene, limit: str = "passes_in_all", rate: str = "9/1h", **span: int) -> Ran:
    until = later(scene, **(span or {"minutes": 30}))
    return scene.run("raise", limit, rate, "--until", until, "--by", "mia.boss", "--why", "onboarding")


def batches(scene: Scene) -> int:
    tallies = scene.graph_server.tally.calls()
    return sum(count for (_, route), count in tallies.items() if "batch" in route)


def alerts(ran: Ran) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in ran.err.splitlines()]
    return [line for line in lines if line["action"] == "limit_reached"]


def test_one_requesters_flood_costs_no_call_once_their_share_is_used_up(scene: Scene) -> None:
    limiting(scene, passes_per_requester="2/24h", passes_in_all="50/1h")
    scene.person("boss")
    for name in FLOOD:
        scene.person(name)
        scene.manage(name, "boss")
        scene.ticket(name, "boss")
    first = scene.once()
    outcomes = list(first.outcomes().values())
    assert outcomes.count(("delivered", None)) == 2
    assert outcomes.count(("deferred", "limit_requester")) == 4
    [alert] = alerts(first)
    assert (alert["level"], alert["limit"]) == ("alert", "passes_per_requester")

    scene.clock.added += 100  # the two passes have begun, and aren't proved again
    other = scene.ticket("ann.lee")
    before = batches(scene)
    second = scene.once()
    assert second.outcomes()[scene.number(other)] == ("delivered", None)
    assert batches(scene) - before == 2 + 1 + 2  # Ann's own, the map's, and what is asked about both passes
    assert alerts(second) == []


def test_tickets_without_a_requester_share_one_share(scene: Scene) -> None:
    limiting(scene, passes_per_requester="2/24h", requester_at_most="[anyone]")
    scene.rewrite(
        "incidents.yaml",
        ("  requester: {from: opened_by.email, then: [trim, lower], find_by: mail}\n", ""),
        more="allow: {requester: [anyone]}\n",
    )
    for name in FLOOD[:4]:
        scene.ticket(name)
    outcomes = list(scene.once().outcomes().values())
    assert outcomes.count(("delivered", None)) == 2
    assert outcomes.count(("deferred", "limit_requester")) == 2


def test_a_raise_lets_more_through_and_is_shown_with_who_and_why_and_until_when(scene: Scene) -> None:
    limiting(scene, passes_in_all="1/1h")
    for name in FLOOD[:3]:
        scene.ticket(name)
    waiting = [number for number, found in scene.once().outcomes().items() if found[0] == "deferred"]
    assert len(waiting) == 2
    ran = raised(scene)
    assert ran.code == 0
    assert ran.out.startswith("passes_in_all allows 9/60m until ")
    shown = json.loads(scene.run("status", "--json").out)["raised"]
    assert [(each["limit"], each["allows"], each["floor"], each["by"], each["why"]) for each in shown] == [
        ("passes_in_all", "9/60m", "1/60m", "mia.boss", "onboarding")
    ]
    assert "passes_in_all allows 9/60m until " in scene.run("status").out
    assert "by mia.boss" in scene.run("history").out
    explained = json.loads(scene.run("explain", "contoso", waiting[0], "--json").out)
    assert explained["would"]["outcome"] == "delivered"
    assert list(scene.once().outcomes().values()).count(("delivered", None)) == 2


@pytest.mark.parametrize("terminal", [True, False])
def test_on_a_terminal_a_raise_is_one_sentence_and_no_line_of_the_log(scene: Scene, terminal: bool) -> None:
    with patch("connector.cli.person.sys", SimpleNamespace(stderr=SimpleNamespace(isatty=lambda: terminal))):
        ran = raised(scene, rate="61/1h")
    assert ("passes_in_all allows 61/60m" in ran.out, ran.err == "") == (True, terminal)


@pytest.mark.parametrize(
    ("limit", "rate"),
    [("passes_per_subject", "3/24h"), ("passes_per_requester", "11/24h"), ("passes_in_all", "61/1h")],
)
def test_each_limit_of_the_floor_can_be_raised(scene: Scene, limit: str, rate: str) -> None:
    assert raised(scene, limit, rate).code == 0
    assert [each["limit"] for each in json.loads(scene.run("status", "--json").out)["raised"]] == [limit]


def test_as_json_it_says_what_holds_now(scene: Scene) -> None:
    until = later(scene, minutes=30)
    args = ("raise", "passes_in_all", "300/2h", "--until", until, "--by", "lee", "--why", "onboarding")
    said = json.loads(scene.run(*args, "--json").out)
    assert (said["limit"], said["allows"], said["floor"], said["by"]) == (
        "passes_in_all", "300/2h", "60/60m", "lee",
    )  # fmt: skip
    assert "It replaces 300/2h until" in scene.run(*args).out


@pytest.mark.parametrize(
    ("limit", "rate", "sentence"),
    [
        ("passes_in_al", "300/2h", "write passes_in_all"),
        ("passes_in_all", "300", "write how many within how long"),
        ("passes_in_all", "0/1h", "lets no ticket through"),
        ("passes_in_all", "119/2h", "a raise never lowers a limit"),
        ("passes_in_all", "59/1h", "a raise never lowers a limit"),
        ("passes_in_all", "60/1h", "allows already"),
        ("passes_in_all", "60/60m", "allows already"),
    ],
)
def test_a_raise_that_raises_nothing_is_a_mistake(scene: Scene, limit: str, rate: str, sentence: str) -> None:
    ran = raised(scene, limit, rate)
    assert ran.code == 2
    assert sentence in " ".join(ran.err.split())
    assert json.loads(scene.run("status", "--json").out)["raised"] == []


@pytest.mark.parametrize(
    ("span", "sentence"),
    [({"minutes": -1}, "has passed"), ({"days": 8}, "too far away"), ({"days": 900}, "too far")],
)
def test_a_time_that_has_passed_or_is_far_away_is_a_mistake(
    scene: Scene, span: dict[str, int], sentence: str
) -> None:
    ran = raised(scene, "passes_in_all", "300/2h", **span)
    assert ran.code == 2
    assert sentence in " ".join(ran.err.split())


@pytest.mark.parametrize("missing", ["--until", "--why"])
def test_a_raise_has_an_end_and_a_reason(scene: Scene, missing: str) -> None:
    known = {"--until": "12:00", "--why": "onboarding"}
    del known[missing]
    args = [word for pair in known.items() for word in pair]
    ran = scene.run("raise", "passes_in_all", "300/2h", *args)
    assert ran.code == 2
    assert missing in ran.err


@pytest.fixture
def amsterdam(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The machine's zone, for as long as a test."""
    import time

    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Europe/Amsterdam")
    time.tzset()
    yield
    monkeypatch.setenv("TZ", before) if before is not None else monkeypatch.delenv("TZ")
    time.tzset()


@pytest.mark.parametrize(
    ("text", "now", "utc"),
    [
        ("12:00", NOW, "2026-03-02T11:00:00+00:00"),
        (" 10:01 ", NOW, "2026-03-02T09:01:00+00:00"),
        ("2026-03-03 12:00", NOW, "2026-03-03T11:00:00+00:00"),
        ("2026-03-03T12:00:30", NOW, "2026-03-03T11:00:30+00:00"),
        ("2026-03-03T12:00Z", NOW, "2026-03-03T12:00:00+00:00"),
        ("2026-03-03T12:00+05:00", NOW, "2026-03-03T07:00:00+00:00"),
        ("2026-03-29 12:00", SUMMER, "2026-03-29T10:00:00+00:00"),
        ("2026-10-25 02:30", WINTER, "2026-10-25T00:30:00+00:00"),  # the first of the two
    ],
)
@pytest.mark.usefixtures("amsterdam")
def test_until_is_local_time(text: str, now: datetime, utc: str) -> None:
    assert datetime.fromtimestamp(moment(text, now.timestamp()), UTC).isoformat() == utc


@pytest.mark.parametrize(
    ("text", "now", "sentence"),
    [
        ("10:00", NOW, "has passed; for another day, write its date before it"),
        ("2026-03-02 09:59", NOW, "has passed"),
        ("2026-03-09 10:01", NOW, "too far away"),
        ("noon", NOW, "is no time"),
        ("25:00", NOW, "is no time"),
        ("2026-03-03", NOW, "is no time"),
        ("12", NOW, "is no time"),
        ("", NOW, "is no time"),
        ("2026-03-29 02:30", SUMMER, "the clocks are put forward"),
    ],
)
@pytest.mark.usefixtures("amsterdam")
def test_what_is_no_time_to_come_is_said(text: str, now: datetime, sentence: str) -> None:
    import click

    with pytest.raises(click.BadParameter, match=sentence):
        moment(text, now.timestamp())
    assert moment("2026-03-09 10:00", NOW.timestamp()) == NOW.timestamp() + LONGEST


def test_who_asks_for_many_keeps_nobody_waiting_who_asks_for_one(scene: Scene) -> None:
    scene.rewrite("config.yaml", more="workers: 1\n")
    for number in range(6):
        scene.manage(f"new.person{number}", "boss.lee")
        scene.ticket(f"new.person{number}", "boss.lee")
    alone = scene.number(scene.ticket("ann.lee"))
    swept = scene.once()
    assert swept.report["delivered"] == 7
    trail = [json.loads(line) for line in scene.run("audit", "export").out.splitlines()]
    assert [each["number"] for each in trail if each["action"] == "issuing"].index(alone) == 1
