"""The catalogue of the fake ServiceNow: requests, items, their variables, tasks; and fields of a shop's
own.
"""

import pytest

from connector.simulators.servicenow import Column, Policy
from tests.simulators.servicenow.client import Client

ANSWER = "request_item,sc_item_option.item_option_new.name,sc_item_option.value"
ROW = "parent_id,variable_set.internal_name,item_option_new.name,row_index,value"


def answers(client: Client, item: str) -> dict[str, str]:
    rows = client.rows(f"request_item={item}", "sc_item_option_mtom", sysparm_fields=ANSWER)
    return {row["sc_item_option.item_option_new.name"]: row["sc_item_option.value"] for row in rows}


def test_an_items_variables_stand_in_a_table_of_their_own(client: Client) -> None:
    item = client.desk.add_item({"account": "ann", "why": ""})
    client.desk.add_item({"account": "bob"})
    assert answers(client, item) == {"account": "ann", "why": ""}
    (row,) = client.rows(f"sys_id={item}", "sc_req_item", sysparm_fields="number,variables.account,account")
    assert row == {"number": "RITM0010001"}


def test_variables_can_not_be_queried_on_the_item(client: Client) -> None:
    """Facts 5 and 0.1: the condition is dropped."""
    for account in ("ann", "bob"):
        client.desk.add_item({"account": account})
    assert len(client.rows("variables.account=ann", "sc_req_item")) == 2
    assert len(client.rows("sc_item_option.value=ann", "sc_item_option_mtom")) == 1


def test_a_variable_can_be_changed_by_a_person(client: Client) -> None:
    item = client.desk.add_item({"account": "ann"})
    client.desk.answer(item, account="bob")
    assert answers(client, item) == {"account": "bob"}
    with pytest.raises(KeyError):
        client.desk.answer(item, nothing="x")


def test_rows_of_a_multi_row_set_are_told_apart_by_their_index(client: Client) -> None:
    item = client.desk.add_item(
        {"why": "x"}, {"people": [{"account": "ann", "city": "Delft"}, {"account": "bob"}]}
    )
    rows = client.rows(
        f"parent_id={item}",
        "sc_multi_row_question_answer",
        sysparm_fields=ROW,
        sysparm_exclude_reference_link="true",
    )
    assert [(row["row_index"], row["item_option_new.name"], row["value"]) for row in rows] == [
        ("1", "account", "ann"),
        ("1", "city", "Delft"),
        ("2", "account", "bob"),
    ]
    assert {(row["parent_id"], row["variable_set.internal_name"]) for row in rows} == {(item, "people")}
    assert answers(client, item) == {"why": "x"}


def test_a_request_has_items_and_an_item_has_tasks(client: Client) -> None:
    ann = client.desk.add_user("ann.lee", email="ann.lee@contoso.com")
    kind = client.desk.add("sc_cat_item", name="Temporary Access Pass")
    item = client.desk.add_item(requested_for=ann, cat_item=kind)
    client.desk.add_task(item)
    (task,) = client.rows("request_item.cat_item.name=Temporary Access Pass", "sc_task")
    (row,) = client.rows(table="sc_req_item", sysparm_fields="request.requested_for.email,request.number")
    assert task["number"] == "SCTASK0010001"
    assert row == {"request.requested_for.email": "ann.lee@contoso.com", "request.number": "REQ0010001"}


def test_columns_and_rows_of_the_new_tables_fall_to_access_too(client: Client) -> None:
    item = client.desk.add_item({"account": "ann"})
    client.desk.access.hidden_fields.add(("sc_item_option", "value"))
    (row,) = client.rows(f"request_item={item}", "sc_item_option_mtom", sysparm_fields=ANSWER)
    assert "sc_item_option.value" not in row and row["sc_item_option.item_option_new.name"] == "account"
    client.desk.access.hidden_tables.add("sc_item_option_mtom")
    assert client.rows(f"request_item={item}", "sc_item_option_mtom") == []


def test_an_approval_has_its_approvers(client: Client) -> None:
    item, kim = client.desk.add_item(), client.desk.add_user("kim.boss", name="Kim Boss")
    client.desk.add(
        "sysapproval_approver", sysapproval=item, source_table="sc_req_item", approver=kim, state="approved"
    )
    (row,) = client.rows(f"sysapproval={item}", "sysapproval_approver", sysparm_display_value="all")
    assert (row["approver"]["display_value"], row["state"]["display_value"]) == ("Kim Boss", "Approved")


def test_any_table_may_have_a_data_policy(client: Client) -> None:
    client.desk.records.tables["sc_task"].policies = (
        Policy(frozenset({"3"}), ("close_notes", "assigned_to")),
    )
    task = client.desk.add_task(client.desk.add_item())
    reply = client.send("PATCH", f"table/sc_task/{task}", {"state": "3", "close_notes": "done"})
    assert reply.status_code == 403
    assert (
        reply.json()["error"]["detail"]
        == "Data Policy Exception: The following fields are mandatory: Assigned to"
    )
    sent = {"state": "3", "close_notes": "done", "assigned_to": "a" * 32}
    assert client.send("PATCH", f"table/sc_task/{task}", sent).status_code == 200
    assert client.desk.row(task, "sc_task")["active"] == "false"


def test_a_journal_of_a_shops_own_shows_its_history_in_display_mode_only_and_is_mailed_to_nobody(
    client: Client,
) -> None:
    client.desk.add_columns("incident", u_pass=Column("Pass", "journal"))
    ticket = client.desk.add_incident(caller_id="c" * 32, work_notes_list="boss@contoso.com")
    path = f"table/incident/{ticket}"
    reply = client.send(
        "PATCH", path, {"u_pass": "one"}, sysparm_display_value="all", sysparm_fields="u_pass"
    )
    shown = reply.json()["result"]["u_pass"]
    assert shown["value"] == ""
    assert shown["display_value"].endswith(" - svc.passdesk (Pass)\none\n\n")
    client.send("PATCH", path, {"u_pass": ""})
    assert client.desk.notes(ticket, "u_pass") == ["one"]
    assert client.desk.mailed == []


def test_a_text_that_is_longer_than_its_column_is_cut_in_silence(client: Client) -> None:
    client.desk.add_columns("incident", u_pass=Column("Pass", longest=4))
    ticket = client.desk.add_incident()
    assert client.send("PATCH", f"table/incident/{ticket}", {"u_pass": "123456"}).status_code == 200
    assert client.desk.row(ticket)["u_pass"] == "1234"


def test_an_encrypted_field_is_emptied_in_display_mode_only(client: Client) -> None:
    client.desk.add_columns("incident", u_pass=Column("Pass", "encrypted"))
    ticket = client.desk.add_incident(u_pass="secret")
    client.send("PATCH", f"table/incident/{ticket}", {"u_pass": ""})
    assert client.desk.row(ticket)["u_pass"] == "secret"
    client.send("PATCH", f"table/incident/{ticket}", {"u_pass": ""}, sysparm_input_display_value="true")
    assert client.desk.row(ticket)["u_pass"] == ""
