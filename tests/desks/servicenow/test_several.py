"""A handful of tickets in one list: what it shows is what a read of each shows."""

from __future__ import annotations

import json

import pytest

from connector.desks.servicenow.query import LONGEST
from connector.mapping import NoteRules
from connector.simulators import Request, Response
from tests.desks.servicenow.shop import Shop, uncounted
from tests.searching import SEARCH

FIELDS = ("variables.account", "request.requested_for.email", "state@display", "approval")


def test_items_come_with_their_variables_and_display_values_as_a_read_shows_them(shop: Shop) -> None:
    ann = shop.instance.add_user("ann.lee", email="ann.lee@contoso.com")
    items = [shop.instance.add_item({"account": f"p{each}"}, requested_for=ann) for each in range(5)]
    bare = shop.instance.add_item({})
    desk = shop.desk(*FIELDS)
    alone = {each: desk.read(each) for each in (*items, bare)}
    each_alone = len(shop.requests)
    assert desk.read_some([*items, bare]) == alone
    assert len(shop.requests) - each_alone < 6 < each_alone


def test_a_ticket_with_children_is_linked_and_its_neighbours_are_not(shop: Shop) -> None:
    first, second = (shop.instance.add_incident() for _ in range(2))
    shop.instance.add_incident(parent=first)
    desk = shop.desk("caller_id.email", table="incident")
    found = desk.read_some([first, second])
    assert found == {each: desk.read(each) for each in (first, second)}
    assert (bool(found[first].links), found[second].links) == (True, "")


def test_a_child_that_may_not_be_read_leaves_its_parent_unknown_and_no_neighbour(shop: Shop) -> None:
    first, second = (shop.instance.add_incident() for _ in range(2))
    child = shop.instance.add_incident(parent=first)
    desk = shop.desk("caller_id.email", table="incident")
    assert desk.read_some([first, second])[first].links
    shop.instance.access.hidden_rows.add(("incident", child))
    found = desk.read_some([first, second])
    assert found == {each: desk.read(each) for each in (first, second)}
    assert (found[first].links, found[second].links) == (None, "")


def test_where_children_are_not_counted_nobody_is_called_unlinked(shop: Shop) -> None:
    made = [shop.instance.add_incident() for _ in range(2)]
    desk = shop.desk("caller_id.email", table="incident")
    assert [each.links for each in desk.read_some(made).values()] == ["", ""]
    shop.bend = uncounted
    found = desk.read_some(made)
    assert found == {each: desk.read(each) for each in made}
    assert [each.links for each in found.values()] == [None, None]


def test_a_row_that_comes_twice_is_left_out(shop: Shop) -> None:
    first, second = (shop.instance.add_incident() for _ in range(2))
    desk = shop.desk("caller_id.email", table="incident", note=NoteRules(field="u_access_pass"))
    assert {*desk.read_some([first, second])} == {first, second}

    def twice(request: Request) -> Response | None:
        if "sys_idIN" not in request.query.get("sysparm_query", ""):
            return None
        answer = shop.instance(request)
        rows = json.loads(answer.body)["result"]
        again = next(row for row in rows if row["sys_id"] == first)
        return Response.json(200, {"result": [*rows, {**again, "number": "INC666"}]})

    shop.answer = twice
    assert {*desk.read_some([first, second])} == {second}


@SEARCH
def test_ids_that_have_no_room_in_an_address_are_asked_for_in_smaller_handfuls(shop: Shop) -> None:
    """A mapping whose columns nearly fill the address, as far as the dialect lets it."""
    made, names = [shop.instance.add_incident() for _ in range(20)], ["u_first"]
    with pytest.raises(ValueError, match=f"ServiceNow takes {LONGEST}"):
        while shop.desk(*names, table="incident"):
            names.append(f"u_column_{len(names):03}")
    found = shop.desk(*names[:-1], table="incident").read_some(made)
    asked = [each for each in shop.requests if "sys_idIN" in each.query["sysparm_query"]]
    assert {*found} == {*made} and len(asked) > 1
    assert all(len(shop.url + each.target) <= LONGEST for each in asked)
