"""A ledger that can't be used: one sentence with its cure, the exit code that fits, and no line a ticket."""

from __future__ import annotations

import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from connector.domain.errors import Unwritten
from connector.ledger.sql import SqlLedger
from tests.endtoend.scene import Scene
from tests.searching import SEARCH

VERBS = [
    ["once"],
    ["run"],
    ["check"],
    ["explain", "contoso", "INC0010001"],
    ["history"],
    ["status"],
    ["live"],
    ["pause"],
    ["audit", "verify"],
]


@SEARCH
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
@pytest.mark.parametrize(
    ("place", "cure"),
    [
        ("nowhere/passdesk.db", "make it, or write another path in ledger"),
        ("incidents.yaml", "is no ledger of passdesk; write another path in ledger"),
        ("newer.db", "a newer release of passdesk made this ledger; run that one"),
    ],
)
def test_what_is_no_ledger_is_a_mistake_of_the_configuration(
    scene: Scene, verb: list[str], place: str, cure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # `run` would keep them
    assert scene.run("resume").code == 0
    with closing(sqlite3.connect(scene.folder / "passdesk.db")) as db:
        db.execute("update alembic_version set version_num = '9999'")
        db.commit()
    (scene.folder / "passdesk.db").rename(scene.folder / "newer.db")
    scene.rewrite("config.yaml", ("passdesk.db", place))
    ran = scene.run(*verb)
    assert (ran.code, ran.out) == (2, "")
    assert cure in ran.err
    assert len(ran.err.splitlines()) == 1


@SEARCH
def test_a_full_disk_is_said_once_and_not_for_each_ticket(scene: Scene) -> None:
    tickets = [scene.ticket(f"person.{number}") for number in range(6)]
    assert scene.run("resume").code == 0
    size = max(path.stat().st_size for path in Path(scene.folder).glob("passdesk.db*"))
    ran = subprocess.run(
        [sys.executable, "-m", "connector", "once", "--config", str(scene.folder / "config.yaml")],
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, size + 8192)),
    )
    lines = [line for line in ran.stderr.decode().splitlines() if not line.startswith("{")]
    assert ran.returncode == 1
    assert len(lines) == 1
    assert "its disk or quota may be full (SQLITE_IOERR_WRITE); make room" in lines[0]
    assert "unexpected" not in ran.stderr.decode()
    assert not scene.unknown(*tickets)


def test_a_ledger_that_cannot_be_read_for_a_moment_holds_no_ticket_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: SqlLedger, references: object) -> None:
        raise Unwritten("the ledger can't be read")

    tickets = [scene.ticket(f"person.{number}") for number in range(3)]
    with monkeypatch.context() as moment:
        moment.setattr(SqlLedger, "whose", fails)
        ran = scene.once()
    assert ran.code == 1
    assert {each["reason"] for each in ran.report["tickets"]} == {"recovering"}
    assert len(ran.report["tickets"]) == 3
    scene.clock.added += 31
    assert scene.once().report["delivered"] == len(tickets)
