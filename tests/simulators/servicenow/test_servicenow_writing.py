"""What is written to the fake ServiceNow, and what lands."""

import pytest

from connector.simulators import ServiceNow
from connector.simulators.servicenow import Column, Mail, Traps
from tests.simulators.servicenow.client import Client


def test_each_write_of_a_journal_appends_and_reads_back_empty(client: Client, three: list[str]) -> None:
    path = f"table/incident/{three[0]}"
    for text in ("one", "two"):
        assert client.send("PATCH", path, {"work_notes": text}).json()["result"]["work_notes"] == ""
    assert client.desk.notes(three[0]) == ["one", "two"]
    assert client.desk.row(three[0])["sys_mod_count"] == "2"
    history = client.send("GET", path, sysparm_display_value="true").json()["result"]["work_notes"]
    assert history.index("two") < history.index("one")
    assert "2025-06-15 17:06:40 - svc.passdesk (Work notes)\ntwo\n\n" in history


def test_the_journal_may_be_readable_or_empty_or_forbidden(client: Client, three: list[str]) -> None:
    client.desk.edit(three[0], work_notes="seen")
    query = f"element_id={three[0]}^element=work_notes"
    assert [row["value"] for row in client.rows(query, "sys_journal_field")] == ["seen"]
    client.desk.traps = Traps(journal="empty")
    assert client.rows(query, "sys_journal_field") == []
    client.desk.traps = Traps(journal="forbidden")
    assert client.send("GET", "table/sys_journal_field").status_code == 403


def test_a_note_that_may_not_be_written_is_dropped_in_silence(client: Client, three: list[str]) -> None:
    client.desk.access.read_only.add(("incident", "work_notes"))
    reply = client.send(
        "PATCH", f"table/incident/{three[0]}", {"work_notes": "lost"}, sysparm_display_value="all"
    )
    assert reply.status_code == 200
    assert reply.json()["result"]["work_notes"] == {"value": "", "display_value": ""}
    assert client.desk.notes(three[0]) == []


def test_an_answer_shows_a_journals_history_as_its_display_value_or_nothing(
    client: Client, three: list[str]
) -> None:
    path, asked = (
        f"table/incident/{three[0]}",
        {"sysparm_display_value": "all", "sysparm_fields": "work_notes"},
    )
    cell = client.send("PATCH", path, {"work_notes": "one"}, None, **asked).json()["result"]["work_notes"]
    assert cell["value"] == "" and cell["display_value"].endswith("(Work notes)\none\n\n")
    client.desk.traps = Traps(journal_echo=False)
    cell = client.send("PATCH", path, {"work_notes": "two"}, None, **asked).json()["result"]["work_notes"]
    assert cell == {"value": "", "display_value": ""}
    assert client.desk.notes(three[0]) == ["one", "two"]


def test_work_notes_are_mailed_to_their_list_and_comments_to_the_caller(client: Client) -> None:
    sys_id = client.desk.add_incident(caller_id="c" * 32, work_notes_list="boss@contoso.com")
    client.desk.edit(sys_id, work_notes="inside", comments="outside")
    assert client.desk.mailed == [Mail("boss@contoso.com", "inside"), Mail("c" * 32, "outside")]


def test_a_200_is_no_proof_that_each_field_landed(client: Client, three: list[str]) -> None:
    client.desk.access.read_only.add(("incident", "correlation_id"))
    sent = {"state": "99", "nothing": "x", "correlation_id": "x", "sys_created_by": "x", "category": "z"}
    assert client.send("PATCH", f"table/incident/{three[0]}", sent).status_code == 200
    row = client.desk.row(three[0])
    assert (row["state"], row["correlation_id"], row["sys_created_by"], row["category"]) == (
        "1",
        "",
        "admin",
        "z",
    )
    assert (row["sys_mod_count"], row["sys_updated_by"]) == ("1", "svc.passdesk")


def test_resolving_needs_a_code_and_the_refusal_names_its_label(client: Client, three: list[str]) -> None:
    path = f"table/incident/{three[1]}"
    reply = client.send(
        "PATCH", path, {"state": "6", "close_code": "Solved (Permanently)", "close_notes": "done"}
    )
    assert reply.status_code == 403
    assert "Resolution code" in reply.json()["error"]["detail"]
    assert client.desk.row(three[1])["state"] == "2"
    assert (
        client.send("PATCH", path, {"state": "6", "close_code": "User error", "close_notes": "x"}).status_code
        == 200
    )
    row = client.desk.row(three[1])
    assert (row["incident_state"], row["active"]) == ("6", "true")
    client.desk.edit(three[1], state="7")
    assert client.desk.row(three[1])["active"] == "false"


def test_a_record_is_made_and_deleted_over_the_wire(client: Client) -> None:
    made = client.send("POST", "table/incident", {"category": "x", "state": 1})
    sys_id = made.json()["result"]["sys_id"]
    assert (made.status_code, made.json()["result"]["number"]) == (201, "INC0010001")
    assert client.desk.row(sys_id)["state"] == "1"
    assert client.send("DELETE", f"table/incident/{sys_id}").status_code == 204
    assert client.send("GET", f"table/incident/{sys_id}").json()["error"]["message"] == "No Record found"


def test_an_encrypted_field_is_saved_and_shown_in_display_mode_only(client: Client, three: list[str]) -> None:
    client.desk.add_columns("incident", u_pass=Column("Pass", "encrypted"))
    path = f"table/incident/{three[0]}"
    client.send("PATCH", path, {"u_pass": "secret"})
    assert client.desk.row(three[0])["u_pass"] == ""
    reply = client.send(
        "PATCH", path, {"u_pass": "secret"}, sysparm_input_display_value="true", sysparm_display_value="all"
    )
    shown = reply.json()["result"]["u_pass"]
    assert shown["display_value"] == "secret"
    assert shown["value"] not in ("", "secret")


def test_an_echo_can_be_declined(client: Client, three: list[str]) -> None:
    headers = {"X-no-response-body": "true"}
    reply = client.send("PATCH", f"table/incident/{three[0]}", {"category": "z"}, headers=headers)
    assert reply.content == b""
    assert client.desk.row(three[0])["category"] == "z"


def test_a_table_may_be_declared_and_an_undeclared_column_is_a_mistake(desk: ServiceNow) -> None:
    with pytest.raises(KeyError, match="u_marker"):
        desk.add_incident(u_marker="x")
    desk.add_columns("incident", u_marker=Column("Marker"))
    assert desk.row(desk.add_incident(u_marker="x"))["u_marker"] == "x"
