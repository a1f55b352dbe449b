"""The verbs by which people look and step in."""

from __future__ import annotations

import json
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from connector.simulators.faults import drop_after, when
from tests.endtoend.scene import Scene
from tests.searching import SEARCH


def test_explain_says_what_would_happen_and_writes_nothing(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    before = scene.desk.row(ticket)
    ran = scene.run("explain", "contoso", scene.number(ticket))
    assert ran.code == 0
    assert "→ a pass that works once, for 60 minutes" in ran.out
    assert scene.desk.row(ticket) == before
    assert not scene.graph.passes.made
    assert not scene.run("history").out.startswith("2")


def test_explain_names_the_guard_that_says_no(scene: Scene) -> None:
    ticket = scene.ticket("boss")
    scene.graph.tenant.assign(scene.people["boss"], "User Administrator")
    told = json.loads(scene.run("explain", "contoso", scene.number(ticket), "--json").out)["mappings"][0]
    assert told["would"]["reason"] == "subject_privileged"
    assert [each["guard"] for each in told["guards"] if each["says"] == "no"] == ["NotPrivileged"]


def test_explain_names_the_path_and_the_ticket_does_not(scene: Scene) -> None:
    ticket, tenant = scene.ticket("ann.lee"), scene.graph.tenant
    group = tenant.add_group("Keepers of the Keys", assignable=True, owners=[scene.people["ann.lee"]])
    told = json.loads(scene.run("explain", "contoso", scene.number(ticket), "--json").out)["mappings"][0]
    (guard,) = (each for each in told["guards"] if each["guard"] == "NotPrivileged")
    assert guard["evidence"] == [f"owner of the role-assignable group Keepers of the Keys ({group})"]
    lines = scene.run("explain", "contoso", scene.number(ticket)).out
    assert "owner of the role-assignable group Keepers of the Keys" in lines
    scene.once()
    (note,) = scene.desk.notes(ticket)
    assert "owns a group that may carry administrator roles" in note
    assert "Keepers" not in note


def test_a_revoked_pass_is_gone_at_once_and_the_ticket_says_so(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    assert len(scene.held(ticket)) == 1
    ran = scene.run("revoke", "contoso", scene.number(ticket))
    assert ran.code == 0
    assert not scene.graph.passes.live()
    assert scene.ended() == 1
    assert len(scene.desk.notes(ticket)) == 2
    assert scene.run("revoke", "contoso", scene.number(ticket)).code == 1


def test_a_stuck_ticket_goes_on_when_a_person_releases_it(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.desk.edit(ticket, work_notes="see TAP-AAAAAAAA-1")
    assert scene.once().code == 1
    assert scene.once().outcomes() == {scene.number(ticket): ("stuck", "unknown_history")}
    assert scene.run("release", "contoso", scene.number(ticket)).code == 0
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_nothing_is_issued_while_it_is_paused(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.run("pause", "--why", "an incident")
    ran = scene.once()
    assert (ran.code, ran.report["paused"]) == (0, True)
    assert ran.outcomes() == {scene.number(ticket): ("deferred", "paused")}
    assert not scene.graph.passes.made
    scene.run("resume")
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_the_history_tells_every_step_and_its_chain_is_unbroken(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), drop_after)
    scene.once()
    scene.settle()
    actions = [
        each["action"]
        for each in json.loads(scene.run("history", "--ticket", scene.number(ticket), "--json").out)[
            "entries"
        ]
    ]
    assert [
        each
        for each in actions
        if each in ("issuing", "revoking", "retrying", "issued", "delivered", "settled")
    ] == [
        "issuing",
        "revoking",
        "retrying",
        "issuing",
        "issued",
        "delivered",
        "settled",
    ]
    assert scene.run("audit", "verify").code == 0
    assert len(scene.run("audit", "export").out.splitlines()) == len(actions)


def test_check_finds_what_is_wrong_and_says_what_to_do(scene: Scene) -> None:
    scene.ticket("ann.lee")
    assert scene.run("check").code == 0
    path = scene.folder / "incidents.yaml"
    path.write_text(path.read_text().replace("category: identity", "category: identity, u_misspelt: x"))
    ran = scene.run("check", "--json")
    assert ran.code == 1
    wrong = [each["sentence"] for each in json.loads(ran.out)["findings"] if each["fine"] is False]
    assert len(wrong) == 1
    assert "u_misspelt" in wrong[0]


def test_check_says_which_service_cannot_be_reached(scene: Scene) -> None:
    scene.graph_server.stop()
    ran = scene.run("check")
    scene.graph_server.start()
    assert ran.code == 3
    assert "✗ entra" in ran.out


@SEARCH
def test_two_workers_never_work_on_one_ledger(scene: Scene) -> None:
    from connector.config.load import load
    from connector.wire import as_worker

    path = scene.folder / "config.yaml"
    path.write_text(path.read_text() + "lease: 1s\n")  # how long it waits for the other
    with as_worker(load(path)):
        ran = scene.once()
        assert scene.run("history").code == 0
    assert ran.code == 1
    assert "another passdesk" in ran.err
    assert scene.once().code == 0


@pytest.mark.parametrize("terminal", [True, False])
def test_on_a_terminal_a_person_reads_one_sentence_and_no_line_of_the_log(
    scene: Scene, terminal: bool
) -> None:
    with patch("connector.cli.person.sys", SimpleNamespace(stderr=SimpleNamespace(isatty=lambda: terminal))):
        ran, again = scene.run("pause", "--why", "incident"), scene.run("resume")
    assert ("Paused" in ran.out, "issued again" in again.out) == (True, True)
    assert (ran.err == "", again.err == "") == (terminal, terminal)
    assert [each in scene.run("history", "--json").out for each in ('"paused"', '"resumed"')] == [True, True]


def test_check_says_what_to_do_about_a_service_that_can_not_be_reached(scene: Scene) -> None:
    scene.desk_server.stop()
    ran = scene.run("check")
    scene.desk_server.start()
    assert ran.code == 3
    assert "see that this machine reaches its address" in " ".join(ran.out.split())
