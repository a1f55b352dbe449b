"""A mapping file edited while `run` works: the next decision is by the new one, or the old one stays, and the
log says why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from connector.simulators.faults import Handle, delay, when
from connector.simulators.http import Response
from tests.endtoend.scene import MAPPING, Scene
from tests.endtoend.test_run import stopped
from tests.searching import SEARCH

OTHER = MAPPING.replace("mapping: incidents", "mapping: others").replace(
    "category: identity", "category: access"
)


def version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def decisions(scene: Scene, ticket: str) -> list[dict[str, Any]]:
    """What the ledger says of each attempt: the mapping's version among it."""
    lines = json.loads(scene.run("history", "--ticket", scene.number(ticket), "--json").out)["entries"]
    return [line["detail"] for line in lines if line["action"] == "issuing"]


@pytest.fixture
def running(scene: Scene) -> Iterator[Scene]:
    """`passdesk run` on a folder of mappings, at work: it has delivered a pass."""
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text().replace("[incidents.yaml]", "mappings"))
    (scene.folder / "mappings").mkdir()
    (scene.folder / "incidents.yaml").rename(mapping(scene))
    first = scene.ticket("ann.lee")
    process = scene.start("run")
    scene.until(lambda: scene.held(first))
    yield scene
    assert stopped(process) == 0


def mapping(scene: Scene, name: str = "incidents") -> Path:
    return scene.folder / "mappings" / f"{name}.yaml"


def edit(scene: Scene, text: str, name: str = "incidents") -> None:
    scene.write(f"mappings/{name}.yaml", text)


@SEARCH
def test_the_next_decision_names_the_new_version_and_goes_by_it(running: Scene) -> None:
    text = MAPPING + "pass: {lifetime: 90m}\n"
    edit(running, text)
    running.until(lambda: running.log("mappings_reloaded"))
    ticket = running.ticket("bob.ray")
    running.until(lambda: running.held(ticket))
    assert [(each["version"], each["lifetime"]) for each in decisions(running, ticket)] == [
        (version(text), 5400)
    ]
    changes = [line["mappings"] for line in running.log("mappings_reloaded")]
    assert changes == [{"incidents": f"{version(MAPPING)} → {version(text)}"}]


@SEARCH
def test_a_broken_file_leaves_the_old_mapping_in_force_and_is_said_once(running: Scene) -> None:
    edit(running, MAPPING.replace("trim, lower", "trimm, lower") + "nots: {}\n")
    running.until(lambda: running.log("mappings_refused"))
    swept = len(running.log("swept"))
    ticket = running.ticket("bob.ray")
    running.until(lambda: running.held(ticket))
    assert [each["version"] for each in decisions(running, ticket)] == [version(MAPPING)]
    running.until(lambda: len(running.log("swept")) > swept + 3)
    assert running.run("pause").code == 0
    (alert,) = running.log("mappings_refused")
    assert alert["level"] == "error"
    assert [said.rpartition("incidents.yaml:")[2].split(":")[0] for said in alert["mistakes"]] == [
        "6",
        "7",
        "13",
    ]
    assert not running.log("mappings_reloaded")


def test_a_mended_file_is_taken_up(running: Scene) -> None:
    edit(running, MAPPING + "nots: {}\n")
    running.until(lambda: running.log("mappings_refused"))
    text = MAPPING + "timezone: Europe/Amsterdam\n"
    edit(running, text)
    running.until(lambda: running.log("mappings_reloaded"))
    ticket = running.ticket("bob.ray")
    running.until(lambda: running.held(ticket))
    assert [each["version"] for each in decisions(running, ticket)] == [version(text)]


@SEARCH
def test_a_set_is_taken_up_as_a_whole_or_not_at_all(running: Scene) -> None:
    edit(running, OTHER + "nots: {}\n", "others")
    edit(running, MAPPING + "pass: {lifetime: 90m}\n")
    running.until(lambda: running.log("mappings_refused"))
    ticket = running.ticket("bob.ray")
    running.until(lambda: running.held(ticket))
    assert [each["version"] for each in decisions(running, ticket)] == [version(MAPPING)]
    edit(running, OTHER, "others")
    running.until(lambda: running.log("mappings_reloaded"))
    tickets = [running.ticket("cat.fox"), running.ticket("dan.fox", category="access")]
    running.until(lambda: all(running.held(each) for each in tickets))
    assert [each["mapping"] for ticket in tickets for each in decisions(running, ticket)] == [
        "incidents",
        "others",
    ]
    assert [each["lifetime"] for each in decisions(running, tickets[0])] == [5400]


@SEARCH
def test_a_mapping_that_is_taken_away_issues_nothing_more(running: Scene) -> None:
    edit(running, OTHER, "others")
    running.until(lambda: running.log("mappings_reloaded"))
    mapping(running).unlink()
    running.until(lambda: len(running.log("mappings_reloaded")) == 2)
    ticket, other = running.ticket("bob.ray"), running.ticket("cat.fox", category="access")
    running.until(lambda: running.held(other))
    later = running.ticket("dan.fox", category="access")  # so a whole sweep began after both were there
    running.until(lambda: running.held(later))
    assert [len(decisions(running, each)) for each in (ticket, other, later)] == [0, 1, 1]
    assert not running.held(ticket)


@SEARCH
def test_a_ticket_in_flight_is_finished_by_the_mapping_that_began_it(running: Scene) -> None:
    edited = Event()

    def waits(respond: Handle) -> Response | None:
        assert edited.wait(30)
        return delay(before=0.5)(respond)  # as long as it would take to take up the edit

    running.graph_server.faults.add(when("POST", "temporaryAccess"), waits)
    ticket = running.ticket("bob.ray")
    running.until(lambda: decisions(running, ticket))
    edit(
        running,
        MAPPING.replace("delivered: {state: 2}", "delivered: {state: 2, impact: 1}") + "deliver: note\n",
    )
    edited.set()
    running.until(lambda: running.log("mappings_reloaded"))
    assert running.held(ticket)
    assert running.desk.row(ticket)["impact"] != "1"
    assert [each["version"] for each in decisions(running, ticket)] == [version(MAPPING)]


@SEARCH
def test_a_changed_configuration_is_noticed_and_not_taken_up(running: Scene) -> None:
    running.rewrite("config.yaml", more="floor: {lifetime_at_most: 30m}\n")
    running.until(lambda: running.log("config_changed"))
    ticket = running.ticket("bob.ray")
    running.until(lambda: running.held(ticket))
    assert [each["lifetime"] for each in decisions(running, ticket)] == [3600]
