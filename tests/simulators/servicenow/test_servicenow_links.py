"""Parents, children and what a rule copies between them. servicenow.md §10"""

from __future__ import annotations

from tests.simulators.servicenow.client import Client


def test_the_count_of_children_follows_their_parent(client: Client) -> None:
    parent, other = client.desk.add_incident(), client.desk.add_incident()
    child = client.desk.add_incident(parent_incident=parent)
    assert client.desk.row(parent)["child_incidents"] == "1"
    client.desk.edit(child, parent_incident=other)
    assert [client.desk.row(each)["child_incidents"] for each in (parent, other)] == ["0", "1"]


def test_a_rule_copies_work_notes_down_or_both_ways_and_no_comments(client: Client) -> None:
    parent = client.desk.add_incident()
    child = client.desk.add_incident(parent_incident=parent)
    client.desk.edit(parent, work_notes="first")
    assert not client.desk.notes(child)
    client.desk.records.copies = "down"
    client.desk.edit(parent, work_notes="second", comments="for the caller")
    client.desk.edit(child, work_notes="third")
    assert client.desk.notes(child) == ["second", "third"]
    client.desk.records.copies = "both"
    client.desk.edit(child, work_notes="fourth")
    assert client.desk.notes(parent) == ["first", "second", "fourth"]
    assert not client.desk.notes(child, "comments")


def test_a_parent_of_any_table_tells_its_class(client: Client) -> None:
    item = client.desk.add_item()
    task = client.desk.add_task(item)
    row = client.desk.row(task, "sc_task")
    assert row["parent"] == item
    (shown,) = client.rows(f"sys_id={task}", "sc_task", sysparm_fields="parent.sys_class_name")
    assert shown == {"parent.sys_class_name": "sc_req_item"}
