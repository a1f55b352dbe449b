"""`passdesk ledger`: a backup, and a ledger that is taken to a server."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from connector.domain.errors import NoLedger
from connector.ledger import moving
from connector.ledger.sql import SqlLedger
from tests import postgres
from tests.endtoend.scene import Scene
from tests.ledger.desk import LEASE, LIMITS
from tests.searching import SEARCH


def on_server(scene: Scene, server: str) -> None:
    scene.rewrite("config.yaml", ("sqlite:///passdesk.db", f'"{server}"'))


@SEARCH
def test_a_ledger_goes_to_a_server_with_everything_and_the_old_one_says_where_it_is(
    scene: Scene, server: str
) -> None:
    postgres.dropped(server)
    ticket = scene.ticket("ann.lee")
    assert scene.once().report["delivered"] == 1
    told = scene.run("audit", "verify").out
    moved = scene.run("ledger", "move", server, "--by", "zoe.mover")
    assert moved.code == 0 and "1 tickets, 1 attempts" in moved.out and server in moved.out
    closed = scene.once()
    assert (closed.code, closed.out) == (2, "")
    assert closed.err == f"this ledger was moved: write ledger: {server} in config.yaml\n"
    on_server(scene, server)
    lines = int(found[0]) if (found := re.findall(r"\d+", told)) else 0
    assert str(lines + 1) in scene.run("audit", "verify").out
    last = scene.run("audit", "export").out.splitlines()[-1]
    assert "ledger_moved" in last and "zoe.mover" in last
    assert "delivered" in scene.run("history", "--ticket", scene.number(ticket)).out
    assert scene.run("revoke", "contoso", scene.number(ticket)).code == 0
    assert scene.held(ticket) == []


def test_a_move_that_was_cut_off_before_its_last_step_is_finished_by_saying_it_again(
    scene: Scene, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.dropped(server)
    scene.ticket("ann.lee")
    scene.once()
    with monkeypatch.context() as cut:
        cut.setattr(moving, "MOVED", None)  # the old ledger takes no such switch
        ran = scene.run("ledger", "move", server)
    assert ran.code == 1 and ran.err.startswith("the ledger") and "Traceback" not in ran.err
    assert scene.run("status").code == 0, "the old one goes on"
    assert "was there already, whole" in scene.run("ledger", "move", server).out
    assert scene.once().code == 2


@SEARCH
def test_a_ledger_is_not_moved_onto_another(scene: Scene, server: str) -> None:
    postgres.dropped(server)
    scene.ticket("ann.lee")
    scene.once()
    on_server(scene, server)
    scene.ticket("bob.ray")
    scene.once()
    scene.rewrite("config.yaml", (f'"{server}"', "sqlite:///passdesk.db"))
    ran = scene.run("ledger", "move", server)
    assert ran.code == 2 and ran.err.startswith("there is another ledger already")
    assert scene.run("status").code == 0


def test_a_ledger_that_is_worked_on_is_not_moved(scene: Scene, server: str) -> None:
    postgres.dropped(server)
    scene.ticket("ann.lee")
    process = scene.start("run")
    try:
        scene.until(lambda: scene.log("settled"))
        ran = scene.run("ledger", "move", server)
        assert ran.code == 1 and "another passdesk" in ran.err
    finally:
        process.kill()
        process.join()


def test_a_broken_trail_is_not_moved(scene: Scene, server: str) -> None:
    postgres.dropped(server)
    scene.ticket("ann.lee")
    scene.once()
    with closing(sqlite3.connect(scene.folder / "passdesk.db")) as db:
        db.execute("update audit set action = 'refused' where seq = 2")
        db.commit()
    ran = scene.run("ledger", "move", server)
    assert ran.code == 1 and "see passdesk audit verify; nothing was moved" in ran.err
    assert scene.run("status").code in (0, 1), "the old one goes on"


def test_who_had_the_old_ledger_open_writes_it_no_more(scene: Scene, server: str) -> None:
    postgres.dropped(server)
    scene.ticket("ann.lee")
    scene.once()
    with SqlLedger(f"sqlite:///{scene.folder / 'passdesk.db'}", "old", LEASE, LIMITS) as old:
        assert scene.run("ledger", "move", server).code == 0
        with pytest.raises(NoLedger, match="was moved"):
            old.pause("an incident")


def test_no_ledger_is_not_moved(scene: Scene, server: str) -> None:
    ran = scene.run("ledger", "move", server)
    assert ran.code == 2 and "there is no ledger yet" in ran.err
    assert not (scene.folder / "passdesk.db").exists()


def test_the_new_address_is_told_with_the_place_of_its_password(scene: Scene, server: str) -> None:
    postgres.dropped(server)
    scene.ticket("ann.lee")
    scene.once()
    ran = scene.run("ledger", "move", server, "--password", "env:SNOW_SECRET")
    assert f"ledger: {{url: {server}, password: env:SNOW_SECRET}}" in ran.out
    assert "password: env:SNOW_SECRET}" in scene.once().err


def test_a_password_is_never_written_in_an_address(scene: Scene) -> None:
    ran = scene.run("ledger", "move", "postgresql://u:hunter2@db.example.org/passdesk")
    assert ran.code == 2 and "hunter2" not in ran.err + ran.out
    ran = scene.run("ledger", "move", "postgresql://u@db.example.org/passdesk", "--password", "hunter2")
    assert ran.code == 2 and "--password" in ran.err and "hunter2" not in ran.err + ran.out


def test_a_backup_is_a_whole_ledger_and_replaces_no_file(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.once()
    copy = scene.folder / "copy.db"
    assert scene.run("ledger", "backup", str(copy)).code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    before = copy.read_bytes()
    assert scene.run("ledger", "backup", str(copy)).code == 2
    assert copy.read_bytes() == before
    copy.replace(scene.folder / "passdesk.db")
    assert scene.run("audit", "verify").code == 0


def test_a_ledger_on_a_server_is_backed_up_by_the_servers_tools(scene: Scene, server: str) -> None:
    postgres.dropped(server)
    on_server(scene, server)
    ran = scene.run("ledger", "backup", str(scene.folder / "copy.db"))
    assert ran.code == 2 and "pg_dump" in ran.err
