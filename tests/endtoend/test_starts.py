"""A verb loads what it needs: what takes long to load waits until it is used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.endtoend.scene import Scene
from tests.searching import SEARCH, searched

LOADED = """
import json, sys
before = {*sys.modules}  # also what sets another day (tests/another_day) loads
from connector.cli.main import outcome
code = outcome(sys.argv[1:])
print(json.dumps([code, sorted({*sys.modules} - before)]))
"""
FOR_TABLES = {"rich", "pygments", "markdown_it"}
FOR_LINES = {"structlog"} | FOR_TABLES
FOR_NEW_LEDGERS = {"alembic", "mako"}
FOR_SERVERS = {"psycopg"}
FOR_RUN = {"apscheduler", "tzlocal"}
FOR_NOTES = {"jinja2"}
FOR_SIGN_INS = {"azure", "msal"}
FOR_WORK = {"requests", "sqlalchemy", "pydantic", "yaml", "jinja2", "babel"}


def loaded(scene: Scene, *args: str) -> set[str]:
    """The packages that a verb has loaded at its end."""
    return {each.partition(".")[0] for each in modules(scene, *args)}


def modules(scene: Scene, *args: str) -> set[str]:
    """Their modules, too."""
    given = [sys.executable, "-c", LOADED, *args, "--config", str(scene.folder / "config.yaml")]
    ran = subprocess.run(given, check=False, timeout=120, capture_output=True, text=True)
    code, names = json.loads(ran.stdout.splitlines()[-1])
    assert code in (0, 1), ran.stderr
    return set(names)


@SEARCH
@pytest.mark.parametrize("verb", searched(["check", "once", "status"], "once"))
def test_a_quiet_verb_loads_nothing_that_it_does_not_use(scene: Scene, verb: str) -> None:
    scene.once()
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text().replace("level: debug", "level: info"))
    found = loaded(scene, verb)
    assert {"requests", "sqlalchemy"} <= found
    assert found & (FOR_LINES | FOR_NOTES | FOR_NEW_LEDGERS | FOR_SERVERS | FOR_RUN) == set()


def test_once_on_an_empty_queue_signs_in_to_nobody_and_loads_nothing_for_it(scene: Scene) -> None:
    found = loaded(scene, "once")
    assert "requests" in found
    assert found & FOR_SIGN_INS == set()
    assert scene.desk_server.tally.total() > 0
    assert scene.graph_server.tally.total() == 0


@SEARCH
def test_only_the_kinds_of_desks_that_are_there_are_loaded_and_their_doctor_by_check_alone(
    scene: Scene,
) -> None:
    found = modules(scene, "once")
    assert "connector.desks.servicenow.desk" in found
    assert "connector.desks.topdesk.dialect" in found  # what a mapping may say
    assert {"connector.desks.topdesk.desk", "connector.desks.servicenow.doctor"} & found == set()


def test_help_loads_no_library_but_that_of_the_command_line() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, "--help"], check=True, timeout=120, capture_output=True
    )
    code, names = json.loads(ran.stdout.splitlines()[-1])
    found = {each.partition(".")[0] for each in names}
    assert code == 0
    assert "click" in found
    assert found & (FOR_WORK | FOR_LINES) == set()
