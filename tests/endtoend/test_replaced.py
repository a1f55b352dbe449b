"""A pass that somebody made by hand, and that the mapping lets be replaced: told in the log and the trail."""

from __future__ import annotations

import json

from tests.endtoend.scene import Scene


def test_a_hand_made_pass_that_is_replaced_is_reported_with_its_id_in_the_trail(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    by_hand = scene.graph.make_pass(scene.people["ann.lee"])
    scene.rewrite("incidents.yaml", more="allow: {standing: replace}\n")
    ran = scene.once()
    assert ran.outcomes() == {scene.number(ticket): ("delivered", None)}
    lines = [json.loads(line) for line in ran.err.splitlines() if '"issuing"' in line]
    assert [line["replaces"] for line in lines] == [[by_hand.id]]
    assert by_hand.id in scene.run("history", "--ticket", scene.number(ticket)).out
    assert scene.run("audit", "verify").code == 0


def test_where_nothing_is_replaced_nothing_is_said_of_it(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.rewrite("incidents.yaml", more="allow: {standing: replace}\n")
    ran = scene.once()
    assert ran.report["delivered"] == 1
    assert "replaces" not in ran.err


def test_our_own_earlier_pass_is_none_of_somebody_elses(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.rewrite("incidents.yaml", more="allow: {standing: replace}\n")
    scene.once()
    assert scene.run("reissue", "contoso", scene.number(ticket)).code == 0
    assert "replaces" not in scene.settle().err
