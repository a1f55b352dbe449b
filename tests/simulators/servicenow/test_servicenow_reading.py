"""What is read from the fake ServiceNow: queries, pages, shapes, access."""

from typing import Any

import pytest

from connector.simulators.servicenow import Traps
from tests.simulators.servicenow.client import Client


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=x", "ab"),
        ("category!=x", "c"),
        ("stateIN1,3", "ac"),
        ("stateNOT IN1,3", "b"),
        ("categoryLIKEx", "ab"),
        ("short_descriptionSTARTSWITHa", "a"),
        ("short_descriptionENDSWITHc", "c"),
        ("close_codeISEMPTY", "bc"),
        ("close_codeISNOTEMPTY", "a"),
        ("state<2", "a"),
        ("state<=2", "ab"),
        ("state>2", "c"),
        ("state>=2", "bc"),
        ("stateBETWEEN2@3", "bc"),
        ("category=x^state=2", "b"),
        ("category=y^ORstate=1", "ac"),
        ("category=x^state=1^ORstate=2^ORDERBYDESCshort_description", "ba"),
        ("category=x^state=1^NQcategory=y", "ac"),
        ("ORDERBYDESCstate", "cba"),
        ("state=NOT_A_NUMBER", ""),
        ("state==1", ""),
        ("category=javascript:gs.getUserID()", ""),
    ],
)
def test_an_encoded_query_finds_what_the_platform_would(
    client: Client, three: list[str], query: str, found: str
) -> None:
    order = "" if "ORDERBY" in query else "^ORDERBYshort_description"
    assert "".join(client.numbers(query + order)) == found


@pytest.mark.parametrize(
    "query", ["no_such_field=banana", "^^^", "category=x^NQno_such_field=1", "Category=z", "u=1^ORv=2"]
)
def test_an_unknown_field_is_dropped_and_the_query_widens(
    client: Client, three: list[str], query: str
) -> None:
    assert len(client.rows(query)) == 3
    client.desk.traps = Traps(unknown_field="no_rows")
    assert client.rows(query) == []


def test_a_dropped_alternative_leaves_the_other_one(client: Client, three: list[str]) -> None:
    assert client.numbers("no_such_field=1^ORcategory=y") == ["c"]


def test_without_query_range_neither_a_comparison_nor_an_order_counts_or_both_are_refused(
    client: Client, three: list[str]
) -> None:
    client.desk.access.no_range.add(("incident", "state"))
    assert client.send("GET", "table/incident", sysparm_query="state>1").status_code == 403
    assert client.send("GET", "table/incident", sysparm_query="ORDERBYDESCstate").status_code == 403
    client.desk.traps = Traps(unreadable_field="ignored")
    assert client.numbers("state>1^ORDERBYDESCstate") == ["a", "b", "c"]
    assert client.numbers("state=2") == ["b"]


def test_a_doubled_caret_is_a_caret_in_a_value(client: Client) -> None:
    client.desk.add_incident(short_description="a^b")
    assert client.numbers("short_description=a^^b") == ["a^b"]


def test_a_query_and_a_field_list_walk_through_references(client: Client) -> None:
    boss = client.desk.add_user("grace.boss", email="grace@contoso.com")
    ann = client.desk.add_user("ann.lee", email="ann@contoso.com", manager=boss)
    client.desk.add_incident(caller_id=ann)
    client.desk.add_incident()
    fields = "caller_id.email,caller_id.manager.email,caller_id.nothing,nothing"
    assert client.rows("caller_id.user_name=ann.lee", sysparm_fields=fields) == [
        {"caller_id.email": "ann@contoso.com", "caller_id.manager.email": "grace@contoso.com"}
    ]
    assert client.rows("caller_idISEMPTY", sysparm_fields=fields) == [
        {"caller_id.email": "", "caller_id.manager.email": ""}
    ]


def test_a_reference_and_a_date_have_a_shape_for_each_display_mode(client: Client) -> None:
    ann = client.desk.add_user("ann.lee", name="Ann Lee")
    client.desk.add_incident(caller_id=ann)
    link = f"{client.url}/api/now/table/sys_user/{ann}"
    fields = "caller_id,state,sys_created_on"

    def seen(**params: str) -> dict[str, Any]:
        return client.rows(sysparm_fields=fields, **params)[0]

    utc, amsterdam = "2025-06-15 15:06:40", "2025-06-15 17:06:40"
    assert seen() == {"caller_id": {"link": link, "value": ann}, "state": "1", "sys_created_on": utc}
    assert seen(sysparm_exclude_reference_link="true")["caller_id"] == ann
    shown = seen(sysparm_display_value="true")
    assert shown == {
        "caller_id": {"display_value": "Ann Lee", "link": link},
        "state": "New",
        "sys_created_on": amsterdam,
    }
    assert seen(sysparm_display_value="all", sysparm_exclude_reference_link="true") == {
        "caller_id": {"display_value": "Ann Lee", "value": ann},
        "state": {"display_value": "New", "value": "1"},
        "sys_created_on": {"display_value": amsterdam, "value": utc},
    }


def test_the_limit_is_applied_before_access_so_that_a_short_page_is_not_the_end(
    client: Client, three: list[str]
) -> None:
    first = sorted(three)[0]
    client.desk.access.hidden_rows.add(("incident", first))
    reply = client.send("GET", "table/incident", sysparm_query="ORDERBYsys_id", sysparm_limit="1")
    assert (reply.json()["result"], reply.headers["X-Total-Count"]) == ([], "3")
    assert 'rel="next"' in reply.headers["Link"]
    assert len(client.rows("ORDERBYsys_id", sysparm_limit="1", sysparm_offset="1")) == 1
    assert client.send("GET", f"table/incident/{first}").status_code == 404


def test_count_and_links_can_be_left_out(client: Client, three: list[str]) -> None:
    reply = client.send(
        "GET", "table/incident", sysparm_no_count="true", sysparm_suppress_pagination_header="true"
    )
    assert len(reply.json()["result"]) == 3
    assert not {"X-Total-Count", "Link"} & set(reply.headers)


def test_a_field_that_may_not_be_read_is_a_missing_key_and_refuses_a_query(
    client: Client, three: list[str]
) -> None:
    client.desk.access.hidden_fields.add(("incident", "category"))
    assert "category" not in client.rows()[0]
    reply = client.send("GET", "table/incident", sysparm_query="category=x")
    assert (reply.status_code, reply.json()["error"]["message"]) == (
        403,
        "Insufficient rights to query records",
    )
    client.desk.traps = Traps(unreadable_field="ignored")
    assert len(client.rows("category=x")) == 3


def test_no_rights_to_a_table_are_an_empty_answer_or_a_403(client: Client, three: list[str]) -> None:
    client.desk.access.hidden_tables.add("incident")
    assert client.rows() == []
    client.desk.access.forbidden_tables.add("incident")
    assert client.send("GET", "table/incident").status_code == 403


def test_version_one_has_no_empty_answer(client: Client) -> None:
    assert client.send("GET", "v1/table/incident").status_code == 404
    assert client.send("GET", "v2/table/incident").json() == {"result": []}
