"""What a red team found at the edges, each as the promise that it broke."""

from __future__ import annotations

import shutil

import pytest

from connector.desks.servicenow import desk as servicenow
from connector.simulators.faults import answer, drop_after, failure, when
from connector.simulators.messages import Response
from connector.simulators.servicenow.columns import Column
from tests.endtoend.scene import Scene


def test_a_ledger_restored_from_a_backup_does_not_issue_again_under_the_same_reference(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.run("pause")
    scene.once()
    shutil.copy(scene.folder / "passdesk.db", scene.folder / "backup.db")
    scene.run("resume")
    scene.once()
    for each in scene.folder.glob("passdesk.db*"):
        each.unlink()
    shutil.copy(scene.folder / "backup.db", scene.folder / "passdesk.db")
    scene.run("resume")
    assert scene.once().outcomes() == {scene.number(ticket): ("stuck", "unknown_history")}
    assert scene.graph.passes.made == 1


def test_without_a_look_at_its_notes_a_ticket_waits(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.desk.edit(ticket, short_description="please")
    scene.desk_server.faults.add(when("GET", "sys_journal_field", times=9), failure(503))
    assert scene.once().outcomes() == {scene.number(ticket): ("deferred", "desk_unreachable")}
    scene.desk_server.faults.clear()
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_the_same_instance_under_another_address_knows_that_it_had_its_pass(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    path = scene.folder / "config.yaml"
    path.write_text(path.read_text().replace("url: http://127.0.0.1", "url: http://localhost"))
    assert scene.once().outcomes()[scene.number(ticket)] == ("stuck", "unknown_history")
    assert scene.graph.passes.made == 1


def test_a_poisoned_person_stops_nobody_else(scene: Scene) -> None:
    tickets = [scene.ticket(f"person{n}") for n in range(4)]
    good = scene.ticket("ann.lee")
    for ticket in tickets:
        user = scene.people[f"person{tickets.index(ticket)}"]
        scene.graph.parts.add(when("GET", f"/users/{user}/transitiveMemberOf", times=99), failure(504))
    scene.once()
    assert len(scene.held(good)) == 1


def test_a_poisoned_number_stops_nobody_else(scene: Scene) -> None:
    bad, good = scene.ticket("bob.ray"), scene.ticket("ann.lee")
    scene.desk.edit(bad, number="INC[/red]\x1b[31m")
    ran = scene.run("once")
    assert ran.code == 0
    assert len(scene.held(good)) == len(scene.held(bad)) == 1
    assert "\x1b[31m" not in ran.out


def test_entra_refusing_to_delete_a_pass_needs_a_person(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.graph_server.faults.add(when("DELETE", "temporaryAccess", times=9), failure(403))
    assert scene.run("revoke", "contoso", scene.number(ticket)).code == 1
    ran = scene.once()
    assert ran.code == 1
    assert ran.outcomes() == {scene.number(ticket): ("stuck", "revocation_unproven")}
    scene.graph_server.faults.clear()
    assert scene.ended() == 1


def test_a_refusal_that_was_put_back_at_once_is_judged_again_and_not_said_twice(scene: Scene) -> None:
    ticket = scene.ticket("boss")
    scene.graph.tenant.assign(scene.people["boss"], "User Administrator")
    scene.once()
    assert scene.desk.row(ticket)["state"] == "3"
    scene.desk.edit(ticket, state="1")
    assert scene.once().outcomes() == {scene.number(ticket): ("refused", "subject_privileged")}
    assert len(scene.desk.notes(ticket)) == 1
    scene.desk.edit(ticket, state="1")
    scene.graph.tenant.assignments.clear()
    scene.clock.added += 3700  # who had privileges within the hour waits
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_explain_on_a_machine_without_a_ledger_leaves_none_behind(scene: Scene) -> None:
    scene.ticket("ann.lee")
    explained = scene.run("explain", "contoso", "INC0010001")
    assert explained.code == 0 and "ann.lee@contoso.com" in explained.out
    assert not list(scene.folder.glob("passdesk.db*"))


def test_a_notice_is_said_once_though_its_reply_was_lost(scene: Scene) -> None:
    ticket = scene.ticket("gone", opener="gone")
    scene.graph.tenant.users[scene.people["gone"]].properties["accountEnabled"] = False
    scene.desk_server.faults.add(when("PATCH", "incident"), drop_after)
    scene.once()
    scene.settle()
    assert len(scene.desk.notes(ticket)) == 1


def test_a_field_that_the_desk_drops_does_not_keep_a_refusal_unsaid(scene: Scene) -> None:
    ticket = scene.ticket("gone")
    scene.graph.tenant.users[scene.people["gone"]].properties["accountEnabled"] = False
    scene.desk.access.read_only.add(("incident", "state"))
    scene.once()
    scene.once()
    assert len(scene.desk.notes(ticket)) == 1


def test_rows_that_nobody_may_see_do_not_hide_those_behind_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servicenow, "PAGE", 3)
    tickets = [scene.ticket(f"person{n}") for n in range(9)]
    hidden = sorted(tickets)[:5]
    scene.desk.access.hidden_rows.update(("incident", each) for each in hidden)
    assert scene.once().report["delivered"] == 4


def test_a_column_that_may_not_be_read_is_not_empty(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.desk.access.hidden_fields.add(("sys_user", "user_name"))
    assert scene.once().outcomes() == {scene.number(ticket): ("deferred", "evidence_missing")}
    assert not scene.desk.notes(ticket)


def test_a_throttled_post_says_that_entra_was_not_to_be_had(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    refused = answer(Response.json(429, {"error": {"code": "TooManyRequests", "message": ""}}))
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), refused)
    ran = scene.once()
    assert (ran.code, ran.report["unreachable"]) == (3, ["entra"])
    assert ran.outcomes() == {scene.number(ticket): ("deferred", "directory_unreachable")}


@pytest.mark.parametrize("taken", [True, False])
def test_a_field_of_its_own_for_the_pass_is_read_back(scene: Scene, taken: bool) -> None:
    scene.desk.add_columns("incident", u_access_pass=Column("Access pass"))
    (scene.folder / "config.yaml").write_text(
        (scene.folder / "config.yaml").read_text() + "floor: {note_fields: [u_access_pass]}\n"
    )
    (scene.folder / "incidents.yaml").write_text(
        (scene.folder / "incidents.yaml").read_text() + "note: {field: u_access_pass}\n"
    )
    if not taken:
        scene.desk.access.read_only.add(("incident", "u_access_pass"))
    ticket = scene.ticket("ann.lee")
    scene.once()
    held = [
        each.text
        for each in scene.graph.passes.live()
        if each.text in scene.desk.row(ticket)["u_access_pass"]
    ]
    assert scene.graph.passes.made == 1
    assert len(held) == taken
    assert len(scene.graph.passes.live()) == taken


def test_a_ticket_that_two_mappings_want_is_refused_by_both_until_only_one_does(scene: Scene) -> None:
    text = (scene.folder / "incidents.yaml").read_text()
    (scene.folder / "other.yaml").write_text(
        text.replace("mapping: incidents", "mapping: other").replace("state: [1, 2]", "impact: 1")
    )
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text().replace("[incidents.yaml]", "[incidents.yaml, other.yaml]"))
    both, one = scene.ticket("ann.lee", impact="1"), scene.ticket("bob.ray", impact="3")
    ran = scene.once()
    assert ran.outcomes() == {
        scene.number(both): ("refused", "mapping_ambiguous"),
        scene.number(one): ("delivered", None),
    }
    scene.desk.edit(both, impact="3", state="1")
    assert scene.once().outcomes() == {scene.number(both): ("delivered", None)}
