"""Links over which a desk may copy notes: none is overlooked, and what can't be read is never "no link".
servicenow.md §10
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from connector.desks.servicenow.children import Children
from connector.desks.servicenow.links import links_of
from connector.domain.ticket import Ticket
from connector.mapping import Mapping, NoteRules, Pipeline, Watch
from connector.simulators import Request, Response
from tests.desks.servicenow.shop import Shop, uncounted

NONE = {"sys_class_name": "incident", "parent": "", "parent_incident": "", "child_incidents": ""}
OTHER = "a" * 32
TASK = {"sys_class_name": "sc_task"}
OWN_FIELD = NoteRules(field="u_access_pass")


def mapping(table: str = "incident", **more: Any) -> Mapping:
    return Mapping("m", "shop", table, Watch(()), {"subject": Pipeline(("x",))}, **more)


def links(table: str = "incident", **texts: str | None) -> str | None:
    given = {name.replace("__", "."): text for name, text in texts.items()}
    told = {**NONE, "sys_class_name": table, **given}
    return links_of(mapping(table), {name: text for name, text in told.items() if text is not None})


@pytest.mark.parametrize(
    "texts",
    [
        {"parent_incident": OTHER},
        {"child_incidents": "1"},
        {"child_incidents": " 12 "},
        {"parent": OTHER, "parent__sys_class_name": "incident"},
        {"parent_incident": OTHER, "child_incidents": None, "parent": None},
    ],
)
def test_each_link_of_an_incident_is_seen_also_where_another_can_not_be_read(texts: dict[str, Any]) -> None:
    assert links(**texts)


@pytest.mark.parametrize("count", ["", "0", "00"])
def test_no_children_are_told_as_nothing_or_as_zero(count: str) -> None:
    assert links(child_incidents=count) == ""


@pytest.mark.parametrize(
    "texts",
    [
        {"parent_incident": None},
        {"child_incidents": None},
        {"child_incidents": "some"},
        {"child_incidents": "-1"},
        {"parent": None},
        {"parent": OTHER, "parent__sys_class_name": None},
        {"parent": OTHER, "parent__sys_class_name": ""},
    ],
)
def test_what_can_not_be_read_is_not_taken_for_no_link(texts: dict[str, Any]) -> None:
    assert links(**texts) is None


@pytest.mark.parametrize(
    ("table", "parent"),
    [("sc_task", "sc_req_item"), ("sc_req_item", "sc_request"), ("incident", "problem")],
)
def test_a_parent_in_another_table_is_no_link(table: str, parent: str) -> None:
    assert links(table, parent=OTHER, parent__sys_class_name=parent) == ""


@pytest.mark.parametrize("table", ["sc_task", "sc_req_item", "sn_customerservice_case", "u_work"])
def test_a_parent_in_the_same_table_is_a_link_whatever_the_table(table: str) -> None:
    assert links(table, parent=OTHER, parent__sys_class_name=table)


def test_a_table_of_the_shops_own_has_no_columns_of_incidents_unless_it_extends_them() -> None:
    bare = {"sys_class_name": "u_work", "parent": ""}
    assert links_of(mapping("u_work"), bare) == ""
    assert links_of(mapping("u_work"), {**bare, "child_incidents": "0", "parent_incident": OTHER})
    assert links_of(mapping("u_work"), {**bare, "child_incidents": "0"}) is None


def test_rows_of_the_table_task_are_told_apart_by_their_class() -> None:
    """A requested item's tasks have it as their parent, and all of them are rows of `task`."""
    task = {"parent": OTHER, "sys_class_name": "sc_task", "parent.sys_class_name": "sc_req_item"}
    assert links_of(mapping("task"), task) == ""
    assert links_of(mapping("task"), {**task, "parent.sys_class_name": "sc_task"})
    assert links_of(mapping("task"), {**NONE, "child_incidents": "2"})


@pytest.mark.parametrize(
    "task",
    [
        {"parent": OTHER, "parent.sys_class_name": "sc_task"},
        {"sys_class_name": "", "parent": ""},
        {"sys_class_name": "u_incident", "parent": ""},
        {"sys_class_name": "incident", "parent": ""},
    ],
)
def test_a_row_of_the_table_task_whose_class_tells_nothing_is_not_taken_for_one_without_links(
    task: dict[str, str],
) -> None:
    """Who can't see its class can't tell either whether its parent is of the same one."""
    assert links_of(mapping("task"), task) is None


@pytest.mark.parametrize(
    ("table", "own", "parent", "told"),
    [
        ("u_work", "u_work", "u_other", ""),
        ("u_work", "u_work", "sc_req_item", ""),
        ("u_work", "u_special", "u_special", "it has a parent in the same table"),
        ("u_work", "u_special", "u_work", "it has a parent in the same table"),
        ("u_work", "u_special", "u_other", None),  # which may extend u_work, too
        ("u_work", "u_special", "sc_req_item", ""),
        ("u_work", None, "u_special", None),
        ("u_work", None, "u_work", "it has a parent in the same table"),
        ("u_work", "u_work", "incident", ""),
        ("sc_task", None, "sc_req_item", None),
    ],
)
def test_a_parents_class_is_compared_with_the_records_own_and_not_with_the_table_alone(
    table: str, own: str | None, parent: str, told: str | None
) -> None:
    """A table of the shop's own shows the rows of every table that extends it."""
    row = {"sys_class_name": own, "parent": OTHER, "parent.sys_class_name": parent}
    assert links_of(mapping(table), {name: text for name, text in row.items() if text}) == told


def test_an_incident_of_the_shops_own_is_linked_to_a_parent_that_is_an_incident() -> None:
    row = {**NONE, "sys_class_name": "u_vip", "parent": OTHER, "parent.sys_class_name": "incident"}
    assert links_of(mapping("u_vip"), row)


def linked(shop: Shop, sys_id: str, table: str = "incident", **more: Any) -> set[str | None]:
    """What a poll and a second look say."""
    desk = shop.desk(table=table, **more)
    (polled,) = [each for each in desk.poll() if each.id == sys_id]
    read = desk.read(sys_id)
    assert read
    return {polled.links, read.links}


def test_a_poll_and_a_second_look_see_the_same_links(shop: Shop) -> None:
    alone, parent = shop.instance.add_incident(), shop.instance.add_incident()
    child = shop.instance.add_incident(parent_incident=parent)
    assert linked(shop, alone) == {""}
    assert linked(shop, parent) == {"it has child incidents"}
    assert linked(shop, child) == {"it has a parent incident"}
    assert linked(shop, child, note=OWN_FIELD) == {""}


def test_a_lagging_count_of_children_hides_none(shop: Shop) -> None:
    parent = shop.instance.add_incident()
    shop.instance.add_incident(parent_incident=parent)
    shop.instance.edit(parent, child_incidents="0")
    assert linked(shop, parent) == {"other tickets name it as their parent"}


@pytest.mark.parametrize("hidden", [True, False])
def test_children_of_the_same_table_are_asked_for_and_hidden_ones_are_no_none(
    shop: Shop, hidden: bool
) -> None:
    alone, parent = shop.instance.add_item(), shop.instance.add_item()
    child = shop.instance.add_item(parent=parent, state="3")
    if hidden:
        shop.instance.access.hidden_rows.add(("sc_req_item", child))
    assert linked(shop, parent, "sc_req_item") == (
        {None} if hidden else {"other tickets name it as their parent"}
    )
    assert linked(shop, alone, "sc_req_item") == {""}


def test_tasks_of_an_item_are_no_children_of_the_same_table(shop: Shop) -> None:
    item = shop.instance.add_item()
    task = shop.instance.add_task(item)
    assert linked(shop, item, "sc_req_item") == {""}
    assert linked(shop, task, "sc_task") == {""}


def test_a_column_that_may_not_be_read_leaves_the_links_unknown(shop: Shop) -> None:
    ticket = shop.instance.add_incident()
    shop.instance.access.hidden_fields.add(("incident", "child_incidents"))
    assert linked(shop, ticket) == {None}


def test_where_children_may_not_be_asked_for_links_are_unknown(shop: Shop) -> None:
    ticket = shop.instance.add_item()
    shop.answer = lambda request: (
        Response.json(403, {"error": {"message": "Insufficient rights to query records"}})
        if "parent" in request.query.get("sysparm_query", "")
        else None
    )
    assert linked(shop, ticket, "sc_req_item") == {None}


def test_where_a_proxy_drops_the_count_a_hidden_child_is_not_taken_for_none(shop: Shop) -> None:
    parent = shop.instance.add_item()
    child = shop.instance.add_item(parent=parent, state="3")
    shop.instance.access.hidden_rows.add(("sc_req_item", child))
    shop.bend = uncounted
    assert linked(shop, parent, "sc_req_item") == {None}


@pytest.mark.parametrize("column", ["parent", "sys_class_name"])
def test_a_child_that_hides_a_column_is_not_taken_for_none(shop: Shop, column: str) -> None:
    parent, alone = (Ticket(shop.url, each * 32, "", TASK, True, False, "") for each in "bc")
    child = {"sys_id": OTHER, "parent": parent.id, **TASK}
    hiding = {name: text for name, text in child.items() if name != column}

    def asked(request: Request) -> Response | None:
        found = [hiding] if parent.id in request.query["sysparm_query"] else []
        return Response.json(200, {"result": found}, {"X-Total-Count": str(len(found))})

    shop.answer = asked
    told = Children(shop.service, mapping("task")).filled([parent, alone])
    assert [each.links for each in told] == [None, ""]


def test_with_display_values_links_are_told_by_what_is_stored(shop: Shop) -> None:
    parent = shop.instance.add_item()
    child = shop.instance.add_item(parent=parent)
    desk = shop.desk("state@display", table="sc_req_item")
    assert {each.id: each.links for each in desk.poll()} == {
        parent: "other tickets name it as their parent",
        child: "it has a parent in the same table",
    }


def test_a_hundred_incidents_are_one_question_and_a_field_of_its_own_asks_none(shop: Shop) -> None:
    for _ in range(160):
        shop.instance.add_incident()
    list(shop.desk(table="incident").poll())
    asked = [each for each in shop.requests if "parentIN" in each.query["sysparm_query"]]
    assert len(asked) == 2
    assert max(len(each.target) for each in asked) < 8192
    list(shop.desk(table="incident", note=OWN_FIELD).poll())
    assert len([each for each in shop.requests if "parentIN" in each.query["sysparm_query"]]) == 2


def test_two_hundred_items_are_one_question(shop: Shop) -> None:
    for _ in range(200):
        shop.instance.add_item()
    list(shop.desk().poll())
    (asked,) = [each for each in shop.requests if "parentIN" in each.query["sysparm_query"]]
    assert len(asked.target) < 8192


def looks(shop: Shop, ticket: str, table: str = "incident") -> tuple[str | None, int]:
    """A look says this of a ticket's links, and asks so often."""
    del shop.requests[:]
    found = shop.desk(table=table).read(ticket)
    assert found
    return found.links, len(shop.requests)


def test_a_look_asks_for_a_ticket_and_its_children_at_once(shop: Shop) -> None:
    alone, parent, above = (shop.instance.add_incident() for _ in range(3))
    shop.instance.add_incident(parent=above)
    shop.instance.add_incident(parent_incident=parent)
    shop.instance.edit(parent, child_incidents="0")
    assert looks(shop, alone) == ("", 1)
    assert looks(shop, parent) == looks(shop, above) == ("other tickets name it as their parent", 1)
    task = shop.instance.add_task(shop.instance.add_item())
    assert looks(shop, task, "sc_task") == ("", 1)


@pytest.mark.parametrize("counted", [True, False])
def test_a_look_that_may_not_show_every_child_leaves_the_links_unknown(shop: Shop, counted: bool) -> None:
    parent = shop.instance.add_incident()
    child = shop.instance.add_incident(parent=parent)
    shop.instance.access.hidden_rows.add(("incident", child))
    shop.bend = (lambda request: request) if counted else uncounted
    assert looks(shop, parent) == (None, 1)


def test_more_children_than_a_look_shows_are_a_link_all_the_same(shop: Shop) -> None:
    parent = shop.instance.add_incident()
    for _ in range(120):
        shop.instance.add_incident(parent=parent)
    assert looks(shop, parent)[0] == "other tickets name it as their parent"


@pytest.mark.parametrize("column", ["parent", "parent_incident"])
def test_a_row_beside_a_ticket_that_hides_why_it_came_is_not_taken_for_a_stranger(
    shop: Shop, column: str
) -> None:
    ticket = shop.instance.add_incident()
    rows = {**NONE, "parent.sys_class_name": "", "number": "INC1", "state": "1", "active": "true"}
    beside = {name: text for name, text in {**rows, "sys_id": OTHER}.items() if name != column}
    shop.answer = lambda request: Response.json(
        200, {"result": [{**rows, "sys_id": ticket}, beside]}, {"X-Total-Count": "2"}
    )
    assert looks(shop, ticket) == (None, 1)


def test_strangers_beside_a_ticket_are_no_children_of_it(shop: Shop) -> None:
    """The server dropped the condition: every row came, and the count shows that these are all."""
    ticket = shop.instance.add_incident()
    shop.instance.add_incident(parent_incident=shop.instance.add_incident())
    shop.bend = lambda request: replace(request, target=re.sub("&sysparm_query=[^&]*", "", request.target))
    assert looks(shop, ticket) == ("", 1)


@pytest.mark.parametrize("trap", ["forbidden", "hidden by its children"])
def test_a_ticket_that_the_look_does_not_show_is_read_by_itself(shop: Shop, trap: str) -> None:
    ticket = shop.instance.add_incident()
    children = [{"sys_id": OTHER, **NONE, "parent_incident": ticket}] * 100
    said = {
        "forbidden": Response.json(403, {"error": {"message": "Insufficient rights to query records"}}),
        "hidden by its children": Response.json(200, {"result": children}, {"X-Total-Count": "101"}),
    }[trap]
    shop.answer = lambda request: (
        said if request.query.get("sysparm_query", "").startswith("sys_id=") else None
    )
    assert looks(shop, ticket) == ("", 3)


def test_a_hidden_child_is_found_in_few_questions(shop: Shop) -> None:
    tickets = [shop.instance.add_item() for _ in range(80)]
    child = shop.instance.add_item(parent=tickets[17], state="3")
    shop.instance.access.hidden_rows.add(("sc_req_item", child))
    told = {each.id: each.links for each in shop.desk(table="sc_req_item").poll()}
    assert told == {**dict.fromkeys(tickets, ""), tickets[17]: None}
    assert len([each for each in shop.requests if "parentIN" in each.query["sysparm_query"]]) < 20


def test_more_children_than_a_reply_shows_keep_no_other_ticket_back(shop: Shop) -> None:
    alone, parent = shop.instance.add_item(), shop.instance.add_item()
    for _ in range(1001):
        shop.instance.add_item(parent=parent, state="3")
    assert linked(shop, parent, "sc_req_item") == {"other tickets name it as their parent"}
    assert linked(shop, alone, "sc_req_item") == {""}
