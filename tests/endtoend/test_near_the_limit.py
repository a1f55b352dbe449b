"""Services that are near their limits, or ask to be left alone: every ticket is delivered all the same."""

from __future__ import annotations

from dataclasses import replace

from connector.simulators.faults import failure, when
from connector.simulators.servicenow import Traps
from tests.endtoend.scene import Scene

PEOPLE = [f"worker.{number}" for number in range(6)]


def all_delivered(scene: Scene) -> None:
    tickets = [scene.ticket(each) for each in PEOPLE]
    assert scene.once().outcomes() == {scene.number(each): ("delivered", None) for each in tickets}


def test_a_directory_near_its_limit_is_asked_with_fewer_calls_at_once(scene: Scene) -> None:
    scene.graph.switches = replace(scene.graph.switches, used_share=0.95)
    all_delivered(scene)


def test_a_desk_that_counts_calls_by_the_hour_is_asked_as_long_as_it_allows(scene: Scene) -> None:
    scene.desk.traps = Traps(calls_per_hour=100)
    all_delivered(scene)


def test_a_desk_that_asks_to_be_left_alone_for_a_moment_is_asked_after_it(scene: Scene) -> None:
    scene.desk_server.faults.add(when("GET", "/api/now/table/incident", nth=3), failure(429, "0.5"))
    all_delivered(scene)
