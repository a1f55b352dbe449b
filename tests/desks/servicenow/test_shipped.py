"""The shipped mappings of requested items and catalog tasks, worked from end to end over real HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.simulators import Response, when
from connector.simulators.servicenow import Column, Policy
from tests.endtoend.scene import CONFIG, Scene, company
from tests.searching import SEARCH

MAPPINGS = Path(__file__).parents[3] / "mappings"
EVERYONE = {"category": "identity", "subcategory": "temporary_access_pass", "contact_type": "self-service"}
POLLS = ("GET /api/now/table/incident", "GET /api/now/table/sc_req_item", "GET /api/now/table/sc_task")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    config = CONFIG.replace("  contoso:", "  contoso-servicenow:").replace(
        "mappings: [incidents.yaml]", "mappings: shipped"
    )
    shutil.copytree(MAPPINGS, tmp_path / "shipped", ignore=shutil.ignore_patterns("topdesk-*"))
    with company(tmp_path, config=config) as found:
        found.desk.add("sc_cat_item", name="Temporary Access Pass")
        found.desk.add("sc_cat_item", name="New colleague")
        yield found


def item(
    scene: Scene, account: str, form: str = "Temporary Access Pass", opener: str = "", **fields: str
) -> str:
    kind = next(row["sys_id"] for row in scene.desk.rows("sc_cat_item") if row["name"] == form)
    opened = scene.people[f"desk {opener or account}"]
    variable = {"account": f"{account}@contoso.com", "why": "lost phone"}
    asked = variable if form == "Temporary Access Pass" else {"new_account": account, "start": "2026-09-01"}
    made = scene.desk.add_item(asked, None, None, cat_item=kind, opened_by=opened, **fields)
    return approved(scene, made)


def approved(scene: Scene, made: str) -> str:
    """Asked for and given at the desk, by somebody else."""
    if "desk lee.lead" not in scene.people:
        scene.people["desk lee.lead"] = scene.desk.add_user("lee.lead", email="lee.lead@contoso.com")
    scene.desk.decide(scene.desk.ask_approval(made, scene.people["desk lee.lead"], "sc_req_item"))
    return made


def task(scene: Scene, account: str, manager: str) -> str:
    of = item(scene, account, "New colleague", manager)
    agent = scene.desk.add_user("sam.agent")
    return scene.desk.add_task(
        of, short_description=f"Temporary Access Pass for {account}", assigned_to=agent
    )


def held(scene: Scene, sys_id: str, table: str, element: str = "work_notes") -> list[str]:
    """The live passes that stand on the ticket."""
    notes = "\n".join(
        [scene.desk.row(sys_id, table).get(element, ""), *scene.desk.notes(sys_id, element, table)]
    )
    return [each.text for each in scene.graph.passes.live() if each.text in notes]


def test_incidents_items_and_tasks_are_worked_in_one_sweep(scene: Scene) -> None:
    for name in ("ann.lee", "bob.ray", "kim.boss"):
        scene.person(name)
    scene.person("cat.new", manager=scene.people["kim.boss"])
    incident = scene.ticket("ann.lee", **EVERYONE, approval="approved")
    requested, ordered = item(scene, "bob.ray"), task(scene, "cat.new", "kim.boss")
    ran = scene.once()
    assert {outcome for outcome, _ in ran.outcomes().values()} == {"delivered"}, ran.out
    assert [
        len(held(scene, *each))
        for each in ((incident, "incident"), (requested, "sc_req_item"), (ordered, "sc_task"))
    ] == [
        1,
        1,
        1,
    ]
    assert (
        scene.desk.row(requested, "sc_req_item")["state"]
        == scene.desk.row(ordered, "sc_task")["state"]
        == "2"
    )


RECORDS = ("GET /api/now/table/sysapproval_approver", "GET /api/now/table/sys_audit")


def test_a_delivered_item_takes_at_most_eight_round_trips_four_for_its_approval_and_one_for_the_map(
    scene: Scene,
) -> None:
    """One of the eight looks through its notes, since the approval touched it."""
    scene.person("ann.lee")
    scene.once()
    before, plain = scene.calls(but=POLLS), scene.calls(but=(*POLLS, *RECORDS))
    requested = item(scene, "ann.lee")
    scene.once()
    assert held(scene, requested, "sc_req_item")
    assert scene.calls(but=(*POLLS, *RECORDS)) - plain <= 8 + 1
    assert scene.calls(but=POLLS) - before <= 12 + 1


def test_an_item_whose_variable_can_not_be_read_waits_and_is_not_written_to(scene: Scene) -> None:
    scene.person("ann.lee")
    requested = item(scene, "ann.lee")
    before = scene.desk.row(requested, "sc_req_item")["sys_mod_count"]
    scene.desk.access.hidden_tables.add("sc_item_option_mtom")
    (found,) = scene.once().outcomes().values()
    assert found == ("deferred", "evidence_missing")
    assert scene.desk.row(requested, "sc_req_item")["sys_mod_count"] == before


def test_an_answer_that_changes_while_the_item_is_handled_gets_nobody_a_pass(scene: Scene) -> None:
    """After the poll, and before the item is read again. The first batch is the privilege map's."""
    for name in ("ann.lee", "bob.ray"):
        scene.person(name)
    requested = item(scene, "ann.lee")

    def changed(respond: Callable[[], Response]) -> Response:
        scene.desk.answer(requested, account="bob.ray@contoso.com")
        return respond()

    scene.graph_server.faults.add(when("POST", "batch", nth=2), changed)
    (found,) = scene.once().outcomes().values()
    assert found == ("deferred", "ticket_changed")
    assert scene.graph.passes.made == 0


def policy(scene: Scene, state: str) -> None:
    """No item comes into this state without a group."""
    scene.desk.records.tables["sc_req_item"].policies = (Policy(frozenset({state}), ("assignment_group",)),)


def said(scene: Scene) -> str:
    return " ".join(scene.run("history", "--ticket", "RITM0010001").out.split())


def test_a_data_policy_on_delivery_keeps_no_pass_back_and_is_told_in_its_own_words(scene: Scene) -> None:
    scene.person("ann.lee")
    requested = item(scene, "ann.lee")
    policy(scene, "2")
    ((outcome, _),) = scene.once().outcomes().values()
    assert outcome == "delivered"
    assert len(held(scene, requested, "sc_req_item")) == 1
    assert "The following fields are mandatory: Assignment group" in said(scene)


def test_a_data_policy_on_the_end_of_an_item_lets_the_word_through_and_is_told(scene: Scene) -> None:
    scene.person("ann.lee")
    requested = item(scene, "ann.lee")
    policy(scene, "3")
    scene.once()
    (made,) = scene.graph.passes.live()
    scene.clock.added += 80
    scene.graph.passes.use("ann.lee@contoso.com", made.text)
    scene.once()
    scene.clock.added += 1000
    assert scene.ended(6) == 1
    assert "was used and has been deleted" in scene.desk.notes(requested, "work_notes", "sc_req_item")[-1]
    assert scene.desk.row(requested, "sc_req_item")["state"] == "2"
    assert "The following fields are mandatory: Assignment group" in said(scene)


def test_a_data_policy_on_a_refusal_lets_the_word_through_and_is_told(scene: Scene) -> None:
    for name in ("ann.lee", "kim.boss"):
        scene.person(name)
    requested = item(scene, "ann.lee", opener="kim.boss")
    policy(scene, "-5")
    assert scene.once().outcomes() == {"RITM0010001": ("refused", "requester_not_allowed")}
    assert "No Temporary Access Pass was made" in scene.desk.notes(requested, "work_notes", "sc_req_item")[-1]
    assert scene.desk.row(requested, "sc_req_item")["state"] == "1"
    assert "The following fields are mandatory: Assignment group" in said(scene)


@SEARCH
@pytest.mark.parametrize("kind", ["string", "journal", "encrypted"])
def test_a_restricted_field_of_an_item_holds_the_pass_and_is_emptied_at_its_end(
    scene: Scene, kind: str
) -> None:
    holds = Column("Pass", kind)  # type: ignore[arg-type]
    scene.desk.add_columns("sc_req_item", u_pass=holds, u_ref=Column("Reference"))
    path = scene.folder / "shipped" / "servicenow-requested-items.yaml"
    own = "note: {field: u_pass, marker: u_ref, plain: work_notes}"
    text = path.read_text().replace("note: {field: work_notes, plain: work_notes}", own)
    path.write_text(text)
    with (scene.folder / "config.yaml").open("a") as config:
        config.write("floor: {note_fields: [u_pass]}\n")
    scene.person("ann.lee")
    requested = item(scene, "ann.lee")
    ((outcome, _),) = scene.once().outcomes().values()
    assert outcome == "delivered"
    assert len(held(scene, requested, "sc_req_item", "u_pass")) == 1
    assert held(scene, requested, "sc_req_item") == []
    assert scene.desk.row(requested, "sc_req_item")["state"] == "2"
    scene.clock.added += 3700
    assert scene.ended() == 1
    assert scene.desk.row(requested, "sc_req_item")["u_pass"] == ""
    assert "has expired" in scene.desk.notes(requested, "work_notes", "sc_req_item")[-1]


def for_whom(scene: Scene, account: str) -> tuple[str, str]:
    """A requested item whose form asks for whom it is, by a reference; and the record that it points to."""
    scene.person(account)
    person = scene.people[f"desk {account}"]
    kind = next(
        row["sys_id"] for row in scene.desk.rows("sc_cat_item") if row["name"] == "Temporary Access Pass"
    )
    ordered = scene.desk.add_item(
        {"for_whom": person},
        references={"for_whom": "sys_user"},
        cat_item=kind,
        opened_by=person,
    )
    return approved(scene, ordered), person


def reading_for_whom(scene: Scene) -> None:
    scene.rewrite(
        "shipped/servicenow-requested-items.yaml",
        (
            "subject: {from: variables.account, then: [trim, lower, {require: upn}]}",
            'subject: {from: variables.for_whom.user_name, then: [trim, lower, {append: "@contoso.com"}]}',
        ),
    )


def test_whoever_a_variable_points_to_gets_the_pass(scene: Scene) -> None:
    reading_for_whom(scene)
    ordered, _ = for_whom(scene, "ann.lee")
    assert scene.once().outcomes() == {scene.desk.row(ordered, "sc_req_item")["number"]: ("delivered", None)}
    assert held(scene, ordered, "sc_req_item")


def test_a_record_that_turns_into_another_person_s_before_the_pass_is_made_makes_none(scene: Scene) -> None:
    """The variable still points to the same record; what the record says is read again before the POST."""
    reading_for_whom(scene)
    _, person = for_whom(scene, "ann.lee")
    record = scene.desk.records.tables["sys_user"].rows[person]

    def turned(handle: Callable[[], Response]) -> Response:
        record["user_name"] = "bob.ray"
        return handle()

    scene.graph_server.faults.add(when("POST", "batch", nth=2), turned)
    assert [reason for _, reason in scene.once().outcomes().values()] == ["ticket_changed"]
    assert scene.graph.passes.live() == [] and scene.graph.passes.made == 0
