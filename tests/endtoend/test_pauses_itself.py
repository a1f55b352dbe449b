"""It pauses itself on signs that something is wrong, from the sign to a person's resume."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from connector.config.load import load
from tests.endtoend.scene import Ran, Scene
from tests.searching import SEARCH

ROLE = "fe930be7-5e62-47db-91af-98c3a49a38b1"  # User Administrator


def pausing(scene: Scene, keys: str) -> None:
    scene.rewrite("config.yaml", more=f"floor: {{pause_on: {{{keys}}}}}\n")


@contextmanager
def ledger(scene: Scene) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{scene.folder / 'passdesk.db'}")
    with engine.begin() as db:
        yield db
    engine.dispose()


def alerts(ran: Ran, action: str = "paused_itself") -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in ran.err.splitlines()]
    return [line for line in lines if line["action"] == action]


def status(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scene.run("status", "--json").out)
    return found


def test_a_tampered_trail_stops_issuing_and_says_so_once_until_a_person_resumes(scene: Scene) -> None:
    scene.ticket("ann.lee")
    assert scene.once().code == 0
    with ledger(scene) as db:
        db.execute(text("update audit set detail = '{}' where seq = 2"))
    other = scene.ticket("bob.ray")
    first = scene.once()
    assert (first.code, first.report["paused"]) == (1, True)
    assert first.outcomes()[scene.number(other)] == ("deferred", "paused")
    assert "broken at line 2" in first.report["paused_itself"]
    [alert] = alerts(first)
    assert (alert["level"], alert["cause"]) == ("alert", "chain")
    second = scene.once()
    assert (second.code, alerts(second)) == (1, [])

    shown = scene.run("status")
    assert shown.code == 1
    assert "✗ issuing   passdesk paused itself since " in shown.out
    assert "(floor.pause_on.chain); passdesk resume --by NAME" in shown.out
    assert (status(scene)["paused"]["by"], status(scene)["paused"]["cause"]) == ("passdesk", "chain")
    checked = scene.run("check")
    assert checked.code == 1
    assert "passdesk paused itself: every ticket waits. The audit trail is broken at line 2" in checked.out
    assert "(floor.pause_on.chain); look into it, then passdesk resume --by NAME" in checked.out

    assert "only a new sign pauses it again" in scene.run("resume", "--by", "mia.boss").out
    third = scene.once()
    assert third.outcomes()[scene.number(other)] == ("delivered", None)
    assert (third.code, alerts(third), status(scene)["paused"]) == (0, [], None)


def test_explain_says_that_the_next_sweep_would_pause(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.once()
    with ledger(scene) as db:
        db.execute(text("update audit set detail = '{}' where seq = 2"))
    other = scene.number(scene.ticket("bob.ray"))
    told = json.loads(scene.run("explain", "contoso", other, "--json").out)
    assert (told["would"]["outcome"], told["would"]["reason"]) == ("deferred", "paused")
    assert status(scene)["paused"] is None


def test_without_the_key_a_sweep_goes_on_over_a_tampered_trail(scene: Scene) -> None:
    pausing(scene, "chain: false")
    scene.ticket("ann.lee")
    scene.once()
    with ledger(scene) as db:
        db.execute(text("update audit set detail = '{}' where seq = 2"))
    other = scene.ticket("bob.ray")
    assert scene.once().outcomes()[scene.number(other)] == ("delivered", None)


@SEARCH
def test_who_lost_their_role_within_the_hour_waits_and_three_of_them_pause_it(scene: Scene) -> None:
    pausing(scene, "flips: 2")
    tenant = scene.graph.tenant
    for name in ("ann.lee", "bob.ray"):
        scene.person(name)
        tenant.assign(scene.people[name], ROLE)
        refused = scene.ticket(name)
        assert scene.once().outcomes()[scene.number(refused)] == ("refused", "subject_privileged")
    tenant.assignments.clear()
    first = scene.ticket("ann.lee")
    ran = scene.once()
    assert ran.outcomes()[scene.number(first)] == ("deferred", "evidence_missing")
    assert (ran.code, len(alerts(ran, "privilege_flipped"))) == (0, 1)
    scene.ticket("bob.ray")
    ran = scene.once()
    assert (ran.code, len(alerts(ran)), status(scene)["paused"]["cause"]) == (1, 1, "flips")


def test_taking_up_a_role_and_laying_it_down_is_no_flip(scene: Scene) -> None:
    """PIM: eligible, active, eligible. All of it is refused, and nobody else waits."""
    pausing(scene, "flips: 1")
    scene.person("ann.lee")
    tenant, ann = scene.graph.tenant, scene.people["ann.lee"]
    tenant.make_eligible(ann, ROLE)
    for active in (False, True, False):
        tenant.assign(ann, ROLE) if active else tenant.assignments.clear()
        refused = scene.ticket("ann.lee")
        assert scene.once().outcomes()[scene.number(refused)] == ("refused", "subject_privileged")
    assert status(scene)["paused"] is None


def test_passes_that_others_made_pause_it_beyond_the_number(scene: Scene) -> None:
    pausing(scene, "foreign_passes: 1")
    for name in ("ann.lee", "bob.ray"):
        scene.person(name)
        user = scene.graph.tenant.users[scene.people[name]]
        scene.graph.passes.create(user, {"lifetimeInMinutes": 60, "isUsableOnce": True}, by="admin")
        ticket = scene.ticket(name)
        ran = scene.once()
        assert ran.outcomes()[scene.number(ticket)] == ("deferred", "pass_standing")
    assert (ran.code, status(scene)["paused"]["cause"]) == (1, "foreign_passes")


def test_a_changed_floor_is_in_the_trail_after_the_next_start(scene: Scene) -> None:
    scene.once()
    pausing(scene, "chain: true, stuck_in_a_row: 7, foreign_passes: off, flips: off")
    ran = scene.once()
    [line] = alerts(ran, "floor_changed")
    assert (line["pause_on.stuck_in_a_row"], line["pause_on.flips"]) == ("5 → 7", "3 → off")
    assert "pause_on.stuck_in_a_row=5 → 7" in scene.run("history").out
    assert alerts(scene.once(), "floor_changed") == []


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("chain: false, stuck_in_a_row: 1", (False, 1, None, 3)),
        ("foreign_passes: 0, flips: off", (True, 5, 0, None)),
        ('stuck_in_a_row: "off", foreign_passes: 12', (True, None, 12, 3)),
        ("stuck_in_a_row: off, flips: false", (True, None, None, None)),
    ],
)
def test_each_sign_takes_off_or_a_number(scene: Scene, keys: str, wanted: tuple[Any, ...]) -> None:
    pausing(scene, keys)
    found = load(scene.folder / "config.yaml").settings.floor.pause_on
    assert (found.chain, found.stuck_in_a_row, found.foreign_passes, found.flips) == wanted


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("flips: 0", "write off, or a whole number from 1 on"),
        ("foreign_passes: -1", "write off, or a whole number from 0 on"),
        ("stuck_in_a_row: true", "write off, or a whole number from 1 on"),
        ("stuck_in_a_row: many", "write off, or a whole number from 1 on"),
        ("flips: on", "write off, or a whole number"),
        ("chain: 3", "write true or false"),
        ("chain: off", "write true or false"),
        ("chains: true", "write chain"),
    ],
)
def test_what_is_neither_is_a_mistake(scene: Scene, keys: str, sentence: str) -> None:
    pausing(scene, keys)
    ran = scene.run("once")
    assert ran.code == 2
    assert sentence in ran.err
