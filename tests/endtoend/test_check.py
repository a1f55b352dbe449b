"""`passdesk check`, the doctor: what is wrong is found before a ticket finds it, and nothing is changed by
looking.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from connector.simulators.servicenow import Table
from connector.simulators.servicenow.columns import SYSTEM, text
from tests.endtoend.scene import Scene
from tests.searching import SEARCH

ITEMS = """\
mapping: items
desk: contoso
table: sc_req_item
watch: {short_description: access}
values:
  subject: {from: variables.account, then: [{append: "@contoso.com"}]}
  requester: {from: request.requested_for.email, find_by: mail}
"""


def change(scene: Scene, old: str, new: str) -> None:
    path = scene.folder / "incidents.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def dictionary(scene: Scene, **labels: str) -> None:
    """The account may see what columns a task has."""
    scene.desk.add_table(
        Table("sys_dictionary", {**SYSTEM, **text("name", "element", "column_label")}, display="element")
    )
    for name, label in labels.items():
        scene.desk.add("sys_dictionary", name="task", element=name, column_label=label)


def checked(scene: Scene, code: int) -> dict[bool | None, str]:
    """The sentences of the findings, by how fine they are."""
    ran = scene.run("check", "--json")
    found = json.loads(ran.out)["findings"]
    assert ran.code == code, found
    return {
        fine: "\n".join(each["sentence"] for each in found if each["fine"] is fine)
        for fine in (True, False, None)
    }


def test_what_is_right_is_said_to_be_and_what_cannot_be_proven_is_left_open(scene: Scene) -> None:
    scene.ticket("ann.lee")
    found = checked(scene, 0)
    assert "every column that incidents names can be read, and asked for where it is watched" in found[True]
    assert "that the account may write to work_notes, state, close_code and close_notes is not proven" in str(
        found[None]
    )
    assert (
        "that callers can't read work_notes is not proven: the account may not see its access rules"
        in str(found[None])
    )
    assert not found[False]


def test_looking_changes_nothing(scene: Scene) -> None:
    tickets = [scene.ticket("ann.lee"), scene.ticket("bob.ray", category="network")]
    before = [scene.desk.row(each) for each in tickets]
    scene.run("check")
    assert [scene.desk.row(each) for each in tickets] == before
    assert not scene.desk.rows("sys_journal_field")
    assert not scene.graph.passes.made
    written = [each for each in scene.desk_server.tally.calls() if each[0] == "PATCH"]
    assert len(written) == 1
    assert not any(ticket in written[0][1] for ticket in tickets)


def test_a_watched_column_that_does_not_exist_is_found(scene: Scene) -> None:
    scene.ticket("ann.lee")
    change(scene, "category: identity", "category: identity, u_acess_pass: x")
    wrong = str(checked(scene, 1)[False])
    assert (
        "the column u_acess_pass doesn't exist: ServiceNow drops it from the query and returns every ticket"
        in wrong
    )


def test_it_is_found_though_no_row_may_be_seen(scene: Scene) -> None:
    scene.desk.access.hidden_rows.add(("incident", scene.ticket("ann.lee")))
    change(scene, "category: identity", "category: identity, u_acess_pass: x")
    found = checked(scene, 1)
    assert "the column u_acess_pass doesn't exist" in str(found[False])
    assert "shows no ticket, so whether the columns of incidents are there can't be told" in str(found[None])


def test_it_is_found_on_an_instance_that_returns_nothing_for_it(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.desk.traps = replace(scene.desk.traps, unknown_field="no_rows")
    change(scene, "category: identity", "category: identity, u_acess_pass: x")
    assert "the column u_acess_pass can't be read: misspelt, or the account may not" in str(
        checked(scene, 1)[False]
    )


def test_the_column_that_was_meant_is_named_where_the_dictionary_may_be_read(scene: Scene) -> None:
    scene.ticket("ann.lee")
    dictionary(scene, u_access_pass="Access pass", category="Category", caller_id="Caller")
    change(scene, "category: identity", "category: identity, u_acess_pass: x")
    assert "returns every ticket; write u_access_pass?" in str(checked(scene, 1)[False])


def test_a_column_that_a_value_comes_from_is_proven_as_well(scene: Scene) -> None:
    scene.ticket("ann.lee")
    change(scene, "from: caller_id.user_name", "from: caller_id.usr_name")
    assert "the column caller_id.usr_name doesn't exist" in str(checked(scene, 1)[False])


@pytest.mark.parametrize("known", [True, False])
def test_a_column_that_may_not_be_read_is_not_called_misspelt(scene: Scene, known: bool) -> None:
    scene.ticket("ann.lee")
    scene.desk.access.hidden_fields.add(("incident", "category"))
    if known:  # then it doesn't matter what becomes of a condition on it
        dictionary(scene, category="Category")
        scene.desk.traps = replace(scene.desk.traps, unreadable_field="ignored")
    assert "the column category is there, and can't be read; grant the account read on it" in str(
        checked(scene, 1)[False]
    )


def test_a_table_that_is_not_there_is_a_mistake_and_no_outage(scene: Scene) -> None:
    change(scene, "table: incident", "table: incidnt")
    assert "the table incidnt can't be read: it answers 400, Invalid table incidnt" in str(
        checked(scene, 1)[False]
    )


def test_clocks_that_are_apart_are_found_once_a_service(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.clock.added = 100
    wrong = str(checked(scene, 1)[False]).splitlines()
    assert len(wrong) == 2
    assert all(
        re.fullmatch(r"clocks are (99|100|101) s apart; set this machine's clock .*", each) for each in wrong
    )


def test_nothing_is_said_twice_of_two_mappings(scene: Scene) -> None:
    scene.ticket("ann.lee")
    other = (scene.folder / "incidents.yaml").read_text().replace("mapping: incidents", "mapping: others")
    (scene.folder / "others.yaml").write_text(other.replace("category: identity", "category: access"))
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text().replace("[incidents.yaml]", "[incidents.yaml, others.yaml]"))
    lines = scene.run("check").out.splitlines()
    assert len(set(lines)) == len(lines)
    assert sum("clocks are" in line for line in lines) == 2
    assert [name in " ".join(lines) for name in ("incidents names", "others names")] == [True, True]


@SEARCH
def test_a_variable_that_no_item_shows_is_found(scene: Scene) -> None:
    (scene.folder / "incidents.yaml").write_text(ITEMS)
    found = checked(scene, 0)
    assert "no ticket is in the queue of items, so whether its variables can be read can't be told" in str(
        found[None]
    )
    scene.person("ann.lee")
    item = scene.desk.add_item(
        {"account": "ann.lee"}, short_description="access", requested_for=scene.people["desk ann.lee"]
    )
    assert "every variable that items names can be read" in str(checked(scene, 0)[True])
    number = scene.desk.row(item, "sc_req_item")["number"]
    assert "subject ann.lee@contoso.com" in scene.run("explain", "contoso", number).out
    change(scene, "variables.account", "variables.acount")
    assert "none of the first 1 tickets in the queue shows variables.acount" in str(checked(scene, 1)[False])


def test_each_line_says_what_to_do_and_the_last_line_counts(scene: Scene) -> None:
    scene.ticket("ann.lee")
    lines = scene.run("check").out.splitlines()
    marks = [line[0] for line in lines[:-1]]
    assert lines[-1] == f"{len(marks)} checks: {marks.count('✓')} fine, 0 wrong, {marks.count('–')} open"
    found = json.loads(scene.run("check", "--json").out)["findings"]
    assert all(each["cure"] for each in found if each["fine"] is not True)


def test_a_watch_that_is_too_long_to_ask_for_is_a_mistake_with_its_place(scene: Scene) -> None:
    change(scene, "category: identity", f"category: [{', '.join(f'value{n}' for n in range(1200))}]")
    ran = scene.run("check")
    assert ran.code == 2
    assert "incidents.yaml:4:8: watch: the query is " in ran.err
