"""`allow.four_eyes` from a mapping file to a note, over the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.simulators.faults import Handle, drop_before, when
from connector.simulators.messages import Response
from tests.endtoend.scene import MAPPING, Scene, company

RULE = (
    "allow: {four_eyes: true, requester: [subject, manager], approval: {field: approval, in: [approved]}}\n"
)
APPROVALS = "sysapproval_approver"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with company(tmp_path, mapping=MAPPING + RULE) as found:
        for name in ("kim.boss", "fred.agent"):
            found.person(name)
        yield found


def ticket(
    scene: Scene,
    approver: str = "kim.boss",
    agent: str = "fred.agent",
    caller: str = "ann.lee",
    opener: str = "",
) -> str:
    for name in (caller, approver, agent):
        if name and name not in scene.people:
            scene.person(name)
    made = scene.ticket(
        caller, opener, approval="approved", assigned_to=scene.people[f"desk {agent}"] if agent else ""
    )
    if approver:
        approve(scene, made, approver)
    return made


def approve(scene: Scene, sys_id: str, approver: str) -> None:
    scene.desk.add(APPROVALS, sysapproval=sys_id, approver=scene.people[f"desk {approver}"], state="approved")


def test_three_different_people_get_one_pass_for_one_call_more(scene: Scene) -> None:
    made = ticket(scene)
    scene.once()
    assert len(scene.held(made)) == 1
    assert scene.calls(but=("GET /api/now/table/incident",)) <= 7


def test_whoever_has_two_parts_gets_nothing(scene: Scene) -> None:
    scene.person("team.member", manager=scene.person("manager"))
    scene.desk.add_user("gone", email="gone@contoso.com")
    scene.people["desk gone"], scene.people["gone"] = scene.desk.rows("sys_user")[-1]["sys_id"], ""
    expected = {
        ticket(scene, caller="ann.lee", approver="ann.lee"): ("refused", "four_eyes"),
        ticket(scene, caller="bea", approver="fred.agent"): ("refused", "four_eyes"),
        ticket(scene, caller="cem", agent="cem"): ("refused", "four_eyes"),
        ticket(scene, caller="team.member", opener="manager", approver="manager"): ("refused", "four_eyes"),
        ticket(scene, caller="team.member", opener="manager", approver="team.member"): (
            "refused",
            "four_eyes",
        ),
        ticket(scene, caller="dov", agent=""): ("refused", "recipient_missing"),
        ticket(scene, caller="eli", agent="gone"): ("refused", "recipient_missing"),
        ticket(scene, caller="fay", approver=""): ("deferred", "approval_unproven"),
        ticket(scene, caller="gus", approver="gone"): ("deferred", "approval_unproven"),
        ticket(scene, caller="team.member", opener="manager"): ("delivered", None),
    }
    ran = scene.once()
    assert ran.outcomes() == {scene.number(each): verdict for each, verdict in expected.items()}
    assert not any(scene.desk.notes(each) for each, verdict in expected.items() if verdict[0] == "deferred")


def test_an_approval_that_is_not_to_be_seen_waits_until_it_is(scene: Scene) -> None:
    made = ticket(scene)
    scene.desk.access.forbidden_tables.add(APPROVALS)
    assert scene.once().outcomes() == {scene.number(made): ("deferred", "approval_unproven")}
    scene.desk.access.forbidden_tables.clear()
    assert scene.once().outcomes() == {scene.number(made): ("delivered", None)}


def test_a_desk_that_does_not_say_who_approved_is_down(scene: Scene) -> None:
    made = ticket(scene)
    scene.desk_server.faults.add(when("GET", APPROVALS, times=9), drop_before)
    ran = scene.once()
    assert (ran.code, ran.outcomes()) == (3, {scene.number(made): ("deferred", "desk_unreachable")})
    assert not scene.graph.passes.made


def test_a_ticket_that_is_assigned_to_somebody_else_is_judged_again(scene: Scene) -> None:
    path = scene.folder / "incidents.yaml"
    path.write_text(path.read_text().replace("  refused: {state: 3}\n", ""))
    made = ticket(scene, agent="ann.lee")
    assert scene.once().outcomes() == {scene.number(made): ("refused", "four_eyes")}
    assert not scene.once().report["tickets"]
    scene.desk.edit(made, assigned_to=scene.people["desk fred.agent"])
    assert scene.once().outcomes() == {scene.number(made): ("delivered", None)}


def test_a_ticket_that_changes_hands_while_it_is_judged_gets_no_pass(scene: Scene) -> None:
    made = ticket(scene)

    def handed_over(handle: Handle) -> Response:
        scene.desk.edit(made, assigned_to=scene.people["desk ann.lee"])
        return handle()

    scene.graph_server.faults.add(when("POST", r"\$batch$", nth=2), handed_over)
    assert scene.once().outcomes() == {scene.number(made): ("deferred", "ticket_changed")}
    assert scene.once().outcomes() == {scene.number(made): ("refused", "four_eyes")}
    assert not scene.graph.passes.made


def test_explain_names_who_approved_and_who_would_hand_it_over(scene: Scene) -> None:
    made = ticket(scene)
    told = json.loads(scene.run("explain", "contoso", scene.number(made), "--json").out)["mappings"][0]
    assert (told["approved_by"], told["handed_to"]) == (["kim.boss@contoso.com"], "fred.agent@contoso.com")
    assert "approved by kim.boss@contoso.com; fred.agent@contoso.com would hand the pass over" in (
        scene.run("explain", "contoso", scene.number(made)).out
    )
    assert not scene.desk.notes(made)


def test_a_task_goes_by_the_approval_of_its_requested_item(tmp_path: Path) -> None:
    rule = RULE.replace("field: approval", "field: request_item.approval")
    text = (MAPPING + rule).replace("table: incident", "table: sc_task").replace("category: identity, ", "")
    text = (
        text.replace("caller_id.user_name", "request_item.requested_for.user_name").partition("settle:")[0]
        + rule
    )
    with company(tmp_path, mapping=text) as scene:
        for name in ("ann.lee", "kim.boss", "fred.agent"):
            scene.person(name)
        mine, agent = scene.people["desk ann.lee"], scene.people["desk fred.agent"]
        item = scene.desk.add_item(requested_for=mine, approval="approved")
        task = scene.desk.add_task(item, opened_by=mine, assigned_to=agent, approval="approved")
        approve(scene, task, "kim.boss")
        number = scene.desk.row(task, "sc_task")["number"]
        assert scene.once().outcomes() == {number: ("deferred", "approval_unproven")}
        approve(scene, item, "kim.boss")
        assert scene.once().outcomes() == {number: ("delivered", None)}
