"""A manager above the manager asks for a pass: from the mapping file to the note."""

from __future__ import annotations

import pytest

from tests.endtoend.scene import Scene
from tests.searching import SEARCH

FLOOR = "floor: {requester_at_most: [subject, manager_chain]}\n"


def company(scene: Scene, levels: int) -> None:
    scene.rewrite("config.yaml", more=FLOOR)
    scene.rewrite("incidents.yaml", more=f"allow: {{requester: [subject, manager_chain:{levels}]}}\n")
    for name, manager in (("ann.lee", "kim.boss"), ("kim.boss", "gus.grand"), ("gus.grand", "zoe.chief")):
        scene.manage(name, manager)


@SEARCH
@pytest.mark.parametrize(
    ("asks", "levels", "came"),
    [
        ("kim.boss", 1, "delivered"),
        ("gus.grand", 1, "refused"),
        ("gus.grand", 2, "delivered"),
        ("zoe.chief", 2, "refused"),
        ("zoe.chief", 10, "delivered"),
        ("bob.ray", 10, "refused"),
    ],
)
def test_as_far_up_as_the_mapping_says(scene: Scene, asks: str, levels: int, came: str) -> None:
    company(scene, levels)
    ticket = scene.ticket("ann.lee", asks)
    outcome, reason = scene.once().outcomes()[scene.number(ticket)]
    assert (outcome, reason) == (came, None if came == "delivered" else "requester_not_allowed")


def test_a_circle_refuses_who_stands_in_it(scene: Scene) -> None:
    company(scene, 3)
    scene.manage("gus.grand", "ann.lee")
    ticket = scene.ticket("ann.lee", "gus.grand")
    assert scene.once().outcomes()[scene.number(ticket)] == ("refused", "requester_not_allowed")
    assert "form a circle" in scene.notes(ticket)[0]


def test_a_floor_that_does_not_name_it_makes_it_a_mistake(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", more="allow: {requester: [subject, manager_chain:3]}\n")
    ran = scene.run("once")
    assert ran.code == 2
    assert 'the floor doesn\'t allow "manager_chain"' in ran.err
