"""Listing and reading tickets, whatever the server makes of the query. The numbers are of
servicenow.md §0.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.desks.servicenow.desk import PAGE, ServiceNowDesk
from connector.domain.errors import Down
from connector.http.service import Service
from connector.lifecycle.roles import TicketWrite
from connector.mapping import AnyOf, Condition, NoteRules, Watch
from tests.desks.conftest import MAPPING
from tests.desks.receipts import ALL_SET
from tests.desks.servicenow.instance import HTML, NOT_FOUND, Instance, Says, error

MANY = PAGE * 2 + 7


def numbers(desk: ServiceNowDesk) -> list[str]:
    return [ticket.number for ticket in desk.poll()]


def test_an_idle_poll_is_one_request(instance: Instance, desk: ServiceNowDesk) -> None:
    assert numbers(desk) == []
    assert [(each.method, each.path) for each in instance.seen] == [("GET", "/api/now/table/incident")]


def test_every_page_is_read_until_one_is_empty(instance: Instance, desk: ServiceNowDesk) -> None:
    for each in range(MANY):
        instance.add(each + 1)
    assert len(set(numbers(desk))) == MANY
    assert len(instance.seen) == 4


def test_a_short_page_is_not_the_end(instance: Instance, desk: ServiceNowDesk) -> None:
    """Trap 4: the limit is applied before the ACLs."""
    ids = [instance.add(each + 1) for each in range(MANY)]
    instance.hidden = set(ids[:150])
    assert len(numbers(desk)) == MANY - 150


@pytest.mark.parametrize(
    ("count", "asked"), [("1", 1), ("2", 2), (None, 2), ("", 2), ("many", 2)], ids=lambda value: f"{value}"
)
def test_a_short_page_is_the_end_only_where_no_more_are_counted(
    instance: Instance, service: Service, count: str | None, asked: int
) -> None:
    desk = ServiceNowDesk(service, replace(MAPPING, note=NoteRules(field="u_pass")), instance.url)
    row = instance.rows[instance.add(1)]
    headers = {} if count is None else {"X-Total-Count": count}
    instance.script = [Says(200, {"result": [row]}, headers)]
    assert [each.number for each in desk.poll()] == ["INC0000001"]
    assert len(instance.seen) == asked


def test_a_page_is_asked_for_behind_the_last_sys_id_and_in_order(
    instance: Instance, desk: ServiceNowDesk
) -> None:
    last = instance.add(3)
    instance.add(1)
    numbers(desk)
    first, second = (each.query["sysparm_query"] for each in instance.seen)
    assert first == "category=identity^stateIN1,2^ORDERBYsys_id"
    assert second == f"category=identity^stateIN1,2^sys_id>{last}^ORDERBYsys_id"


def test_a_server_that_ignores_the_cursor_neither_repeats_rows_nor_holds_the_poll(
    instance: Instance, desk: ServiceNowDesk
) -> None:
    for each in range(MANY):
        instance.add(each + 1)
    instance.ignores_cursor = True
    found = numbers(desk)
    assert len(found) == len(set(found)) == PAGE
    assert len(instance.seen) == 2


def test_rows_that_do_not_match_are_ignored_and_counted(instance: Instance, desk: ServiceNowDesk) -> None:
    """Trap 1: a condition on a column that doesn't exist is dropped, and every ticket comes back."""
    instance.add(1)
    instance.add(2, category="network")
    instance.add(3, state="6")
    assert numbers(desk) == ["INC0000001"]
    assert desk.ignored == 2


def test_a_missing_column_is_no_match_and_not_an_empty_one(instance: Instance, service: Service) -> None:
    from connector.mapping import Empty

    watch = Watch((Condition("assigned_to", Empty(True)),))
    desk = ServiceNowDesk(service, replace(MAPPING, watch=watch), instance.url)
    instance.add(1)
    instance.add(2, assigned_to="")
    assert numbers(desk) == ["INC0000002"]


def test_rows_that_are_no_records_are_ignored_and_counted(instance: Instance, desk: ServiceNowDesk) -> None:
    good = {"sys_id": "a" * 32, "number": "INC1", "category": "identity", "state": "1", "active": "true"}
    rows = [
        good,
        "x",
        None,
        {"number": "INC2"},
        {**good, "sys_id": "A" * 32},
        {**good, "sys_id": "../" + "a" * 29},
    ]
    instance.script = [Says(200, {"result": rows}), Says(200, {"result": []})]
    assert numbers(desk) == ["INC1"]
    assert desk.ignored == 5


@pytest.mark.parametrize(
    "answer",
    [
        Says(
            200,
            {
                "result": [{"sys_id": "a" * 32}],
                "error": {"message": "Transaction cancelled: maximum execution time exceeded"},
            },
        ),
        Says(200, {"result": {"sys_id": "a" * 32}}),
        Says(200, {"records": []}),
        Says(200, []),
        Says(200, '{"result": [{"sys_id": "aa'),
        HTML,
        Says(202),
        Says(302, None, {"Location": "https://login.example.org/"}),
        error(400, "Invalid table incident"),
        error(401, "User Not Authenticated", "Required to provide Auth information"),
        error(
            403,
            "Insufficient rights to query records",
            "Field(s) present in the query do not have permission to be read",
        ),
        Says(404, {"error": {"message": "Not here", "detail": None}}),
    ],
)
def test_what_is_no_list_of_records_is_down(instance: Instance, desk: ServiceNowDesk, answer: Says) -> None:
    """§0.3, §0.6, §0.7, §0.8 and §0.9."""
    instance.answer = lambda seen: answer
    with pytest.raises(Down) as down:
        numbers(desk)
    assert down.value.service == "contoso-servicenow"
    assert "html" not in str(down.value).lower()


def test_a_refused_query_names_the_table_and_what_the_desk_said(
    instance: Instance, desk: ServiceNowDesk
) -> None:
    instance.script = [error(403, "Insufficient rights to query records", "Field(s) present\r\nin the query")]
    with pytest.raises(
        Down,
        match=r"the table incident .* 403, Insufficient rights to query records: "
        r"Field\(s\) present in the query",
    ):
        numbers(desk)


def test_no_record_found_on_a_list_is_an_empty_list(instance: Instance, desk: ServiceNowDesk) -> None:
    instance.add(1)
    instance.script = [NOT_FOUND]
    assert numbers(desk) == []
    assert numbers(desk) == ["INC0000001"]


def test_no_journal_and_no_field_for_passes_is_ever_asked_for(instance: Instance, service: Service) -> None:
    """But to see that the field is empty, once it was emptied."""
    note = replace(MAPPING.note, field="u_restricted")
    settle = {"used": {"comments": "It was used.", "u_restricted": "", "state": "6"}}
    desk = ServiceNowDesk(service, replace(MAPPING, note=note, settle=settle), instance.url)
    sys_id = instance.add(1)
    numbers(desk)
    desk.read(sys_id)
    desk.write(sys_id, TicketWrite("A word.", {"comments": "It was used.", "u_restricted": "", "state": "6"}))
    emptied = [each for each in instance.writes() if each.json == {"u_restricted": ""}]
    assert len(emptied) == 1
    for each in instance.seen:
        asked = set(each.query["sysparm_fields"].split(","))
        assert not asked & {"comments", "work_notes", "comments_and_work_notes"}
        assert ("u_restricted" in asked) is (each in emptied)
        assert ("state" in asked) is (each not in emptied)
        assert each.query["sysparm_display_value"] == "false"


def test_a_ticket_says_what_its_row_says(instance: Instance, desk: ServiceNowDesk) -> None:
    instance.add(1, work_notes_list="b" * 32, u_passdesk="TAP-7QK3F9C2-1", sys_mod_count="3")
    (ticket,) = desk.poll()
    assert (ticket.desk, ticket.number, ticket.open, ticket.mailed, ticket.touched) == (
        instance.url,
        "INC0000001",
        True,
        True,
        True,
    )
    assert ticket.opened == "2026-03-02 08:01:00"
    assert ticket.fields == {"category": "identity", "state": "1", "u_passdesk": "TAP-7QK3F9C2-1"}


def test_references_that_come_as_links_are_read_by_their_value(instance: Instance, service: Service) -> None:
    watch = Watch((Condition("assignment_group", AnyOf(("c" * 32,))),))
    desk = ServiceNowDesk(service, replace(MAPPING, watch=watch), instance.url)
    instance.add(1, assignment_group={"link": "https://contoso.example.org/x", "value": "c" * 32})
    assert [ticket.fields["assignment_group"] for ticket in desk.poll()] == ["c" * 32]


def test_a_watch_list_that_may_not_be_read_is_not_an_empty_one(
    instance: Instance, desk: ServiceNowDesk
) -> None:
    empty, hidden = instance.add(1), instance.add(2)
    del instance.rows[hidden]["work_notes_list"]
    assert {ticket.id: ticket.mailed for ticket in desk.poll()} == {empty: False, hidden: None}


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({}, True),
        ({"active": "false"}, False),
        ({"active": None, "state": "2"}, True),
        ({"active": None, "state": "7"}, False),
        ({"active": None, "state": None}, False),
    ],
)
def test_active_says_whether_a_ticket_is_open_and_else_its_state(
    instance: Instance, desk: ServiceNowDesk, fields: dict[str, str | None], is_open: bool
) -> None:
    sys_id = instance.add(1, **fields)
    ticket = desk.read(sys_id)
    assert ticket and ticket.open is is_open


def test_a_ticket_that_is_gone_is_none(instance: Instance, desk: ServiceNowDesk) -> None:
    sys_id = instance.add(1)
    assert desk.read(sys_id)
    del instance.rows[sys_id]
    assert desk.read(sys_id) is None


def test_another_record_than_was_asked_for_is_down(instance: Instance, desk: ServiceNowDesk) -> None:
    other = {"sys_id": "b" * 32, "number": "INC2", "state": "1"}
    instance.script = [Says(200, {"result": [other]}), Says(200, {"result": other})]
    with pytest.raises(Down, match="another record"):
        desk.read("a" * 32)


@pytest.mark.parametrize("sys_id", ["", "a" * 31, "A" * 32, "a" * 32 + "\n", "../" + "a" * 29])
def test_only_a_sys_id_becomes_a_path(instance: Instance, desk: ServiceNowDesk, sys_id: str) -> None:
    with pytest.raises(ValueError, match="sys_id"):
        desk.read(sys_id)
    with pytest.raises(ValueError, match="sys_id"):
        desk.write(sys_id, TicketWrite("A word."))
    assert instance.seen == []


def test_cookies_are_never_sent_back(instance: Instance, desk: ServiceNowDesk) -> None:
    """Trap 7: a shared session earns a 202."""
    cookie = {"Set-Cookie": "JSESSIONID=1; Path=/"}
    sys_id = instance.add(1)
    instance.script = [Says(200, {"result": []}, cookie)]
    numbers(desk)
    assert desk.write(sys_id, TicketWrite(None, {"state": "2"})) == ALL_SET
    assert all("cookie" not in each.headers for each in instance.seen)
