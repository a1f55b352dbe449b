"""Variables of requested items and their tasks: read where a mapping names them, and only what is sure.
servicenow.md §5
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from connector.desks.servicenow import variables as servicenow_variables
from connector.desks.servicenow.dialect import ServiceNowDialect
from connector.domain.errors import Down
from connector.domain.several import Several
from connector.mapping import AnyOf, Condition, NoteRules, Watch
from connector.mapping.keys.dialect import unsupported
from connector.simulators import Request, Response
from connector.simulators.servicenow import Traps
from tests.desks.conftest import MAPPING
from tests.desks.servicenow.shop import Shop, uncounted

MTOM, SETS = "sc_item_option_mtom", "sc_multi_row_question_answer"
PEOPLE = "variable_sets.people.account"


def read(shop: Shop, item: str, *names: str, table: str = "sc_req_item") -> dict[str, str]:
    """What a single reading of a ticket gives for these names."""
    ticket = shop.desk(*names, table=table).read(item)
    assert ticket
    return {name: text for name, text in ticket.fields.items() if name in names}


def test_a_variable_is_read_by_its_name(shop: Shop) -> None:
    item = shop.instance.add_item({"account": " Ann.Lee ", "why": ""})
    shop.instance.add_item({"account": "kim.boss"})
    assert read(shop, item, "variables.account", "variables.why") == {
        "variables.account": " Ann.Lee ",
        "variables.why": "",
    }


def test_a_poll_is_a_page_and_one_call_for_variables_and_one_for_children(shop: Shop) -> None:
    for number in range(30):
        shop.instance.add_item({"account": f"person{number}", "why": "x"})
    assert {ticket.fields["variables.account"] for ticket in shop.desk("variables.account").poll()} == {
        f"person{number}" for number in range(30)
    }
    assert (len(shop.calls("sc_req_item")), len(shop.calls(MTOM))) == (2, 1)


def test_one_call_reads_an_item_and_its_variables(shop: Shop) -> None:
    """The answers lead to their item: what a poll and a reading say is the same."""
    ann = shop.instance.add_user("ann.lee", email="ann.lee@contoso.com")
    item = shop.instance.add_item(
        {"account": "ann", "why": "x"}, requested_for=ann, work_notes_list="boss@contoso.com"
    )
    desk = shop.desk("variables.account", "request.requested_for.email", "state@display", "approval")
    (polled,) = desk.poll()
    del shop.requests[:]
    assert desk.read(item) == polled
    assert shop.requests[0].path == f"/api/now/table/{MTOM}"
    assert not any(each.path.endswith(item) for each in shop.requests)
    assert polled.fields["request.requested_for.email"] == "ann.lee@contoso.com"
    assert polled.mailed is True


def flat(request: Request, item: str) -> Response | None:
    """A server that reads nothing behind the item."""
    if MTOM not in request.path:
        return None
    cells = {
        "request_item": item,
        "sc_item_option.item_option_new.name": "account",
        "sc_item_option.value": "ann",
    }
    return Response.json(200, {"result": [{"sys_id": "a" * 32, **cells}]})


def test_an_item_that_its_answers_do_not_show_whole_is_read_itself(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    shop.answer = lambda request: flat(request, item)
    assert read(shop, item, "variables.account") == {"variables.account": "ann"}
    assert [each.path for each in shop.requests] == [
        f"/api/now/table/{MTOM}",
        "/api/now/table/sc_req_item",
    ]
    assert shop.requests[1].query["sysparm_query"] == f"sys_id={item}^ORparent={item}"


def test_an_item_without_answers_is_read_itself(shop: Shop) -> None:
    item = shop.instance.add_item()
    assert shop.desk("variables.account").read(item)
    assert [each.path for each in shop.requests] == [
        f"/api/now/table/{MTOM}",
        "/api/now/table/sc_req_item",  # which form it is of
        "/api/now/table/sc_req_item",
    ]
    assert shop.requests[2].query["sysparm_query"] == f"sys_id={item}^ORparent={item}"


@pytest.mark.parametrize("gone", [True, False])
def test_an_item_that_may_not_be_seen_is_none_whatever_its_answers_show(shop: Shop, gone: bool) -> None:
    item = shop.instance.add_item({"account": "ann"})
    assert shop.desk("variables.account").read(item)
    if gone:
        del shop.instance.records.tables["sc_req_item"].rows[item]
    else:
        shop.instance.access.hidden_rows.add(("sc_req_item", item))
    assert shop.desk("variables.account").read(item) is None


def test_a_column_that_may_not_be_read_is_absent_whichever_way_it_is_read(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    shop.instance.access.hidden_fields.add(("sc_req_item", "approval"))
    assert read(shop, item, "variables.account", "approval") == {"variables.account": "ann"}


def test_where_no_mapping_names_a_variable_none_is_asked_for(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    desk = shop.desk("request.requested_for.email")
    assert [ticket.id for ticket in desk.poll()] == [item]
    assert shop.calls(MTOM) == []


def test_an_idle_poll_asks_for_no_variables(shop: Shop) -> None:
    shop.instance.add_item({"account": "ann"}, state="3")
    desk = shop.desk("variables.account")
    assert list(desk.poll()) == []
    assert [each.path for each in shop.requests] == ["/api/now/table/sc_req_item"]


def test_only_the_variables_of_tickets_that_match_are_asked_for(shop: Shop) -> None:
    """The server drops the condition and shows every ticket (§0.1)."""
    wanted = shop.instance.add_item({"account": "ann"})
    shop.instance.add_item({"account": "bob"}, state="4")
    shop.bend = lambda request: replace(request, target=request.target.replace("stateIN", "u_stateIN"))
    assert [ticket.id for ticket in shop.desk("variables.account").poll()] == [wanted]
    assert [each.query["sysparm_query"] for each in shop.calls(MTOM)] == [
        f"request_itemIN{wanted}^ORDERBYsys_id"
    ]


def test_a_variable_that_the_item_does_not_show_is_absent_and_not_empty(shop: Shop) -> None:
    """It could as well be a row that an ACL hides: `first_of` must not go on to another person."""
    item = shop.instance.add_item({"account": "ann"})
    assert read(shop, item, "variables.account", "variables.for_whom") == {"variables.account": "ann"}


def test_a_variable_whose_row_is_hidden_is_absent(shop: Shop) -> None:
    item = shop.instance.add_item({"for_whom": "ann", "account": "kim"})
    hidden = next(row["sys_id"] for row in shop.instance.rows(MTOM) if row["sys_id"])
    shop.instance.access.hidden_rows.add((MTOM, hidden))
    assert read(shop, item, "variables.for_whom", "variables.account") == {"variables.account": "kim"}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (MTOM, "sc_item_option"),
        (MTOM, "request_item"),
        ("sc_item_option", "value"),
        ("sc_item_option", "item_option_new"),
        ("item_option_new", "name"),
    ],
)
@pytest.mark.parametrize("in_query", ["refused", "ignored"])
def test_a_variable_whose_columns_may_not_be_read_is_absent(
    shop: Shop, table: str, column: str, in_query: str
) -> None:
    item = shop.instance.add_item({"account": "ann"})
    shop.instance.add_item({"account": "bob"})
    shop.instance.traps = Traps(unreadable_field=in_query)  # type: ignore[arg-type]
    shop.instance.access.hidden_fields.add((table, column))
    assert read(shop, item, "variables.account") == {}


@pytest.mark.parametrize("name", ["variables.account", PEOPLE])
def test_variables_in_a_table_that_may_not_be_read_are_absent(shop: Shop, name: str) -> None:
    item = shop.instance.add_item({"account": "ann"}, {"people": [{"account": "ann"}]})
    table = MTOM if name == "variables.account" else SETS
    assert read(shop, item, name) == {name: "ann"}
    shop.instance.access.hidden_tables.add(table)
    assert read(shop, item, name) == {}
    shop.instance.access.forbidden_tables.add(table)
    assert read(shop, item, name) == {}


def test_a_desk_that_gives_no_sense_for_variables_is_down_and_nothing_is_absent(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    desk = shop.desk("variables.account")
    shop.instance.traps = Traps(timed_out=True)
    with pytest.raises(Down, match=MTOM):
        desk.read(item)


def test_two_answers_that_contradict_each_other_are_several(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann", "why": "lost"})
    for value, name in (("bob", "account"), ("lost", "why")):
        question = shop.instance.add("item_option_new", name=name)
        option = shop.instance.add("sc_item_option", item_option_new=question, value=value)
        shop.instance.add(MTOM, request_item=item, sc_item_option=option)
    found = read(shop, item, "variables.account", "variables.why")
    assert found == {"variables.account": "ann, bob", "variables.why": "lost"}
    assert isinstance(found["variables.account"], Several)
    assert not isinstance(found["variables.why"], Several)


def test_a_task_has_the_variables_of_its_requested_item(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    tasks = [shop.instance.add_task(item), shop.instance.add_task(item)]
    assert read(shop, tasks[0], "variables.account", table="sc_task") == {"variables.account": "ann"}
    assert [
        each.fields["variables.account"] for each in shop.desk("variables.account", table="sc_task").poll()
    ] == ["ann", "ann"]
    assert len(shop.calls(MTOM)) == 2


def test_a_task_of_no_item_has_empty_variables_and_one_whose_item_is_hidden_absent_ones(shop: Shop) -> None:
    task = shop.instance.add_task("")
    assert read(shop, task, "variables.account", table="sc_task") == {"variables.account": ""}
    shop.instance.access.hidden_fields.add(("sc_task", "request_item"))
    assert read(shop, task, "variables.account", table="sc_task") == {}


def test_a_server_that_shows_other_items_answers_proves_nothing(shop: Shop) -> None:
    """A dropped condition widens the query: what is shown of an item may not be all of it."""
    item = shop.instance.add_item({"account": "ann"})
    shop.instance.add_item({"account": "bob"})
    shop.bend = lambda request: replace(
        request, target=request.target.replace("=request_itemIN", "=u_itemIN")
    )
    assert read(shop, item, "variables.account") == {}


def test_more_answers_than_a_page_holds_are_all_read(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servicenow_variables, "MOST", 4)
    made = {
        shop.instance.add_item({"account": f"p{number}", "why": "x", "how": "y"}): f"p{number}"
        for number in range(5)
    }
    assert {
        ticket.id: ticket.fields["variables.account"] for ticket in shop.desk("variables.account").poll()
    } == made
    assert len(shop.calls(MTOM)) == 4


def test_a_page_whose_rows_are_all_hidden_does_not_hold_the_reading(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servicenow_variables, "MOST", 2)
    item = shop.instance.add_item({"account": "ann", "why": "x", "how": "y"})
    shop.instance.access.hidden_tables.add(MTOM)
    assert read(shop, item, "variables.account") == {}
    assert len(shop.calls(MTOM)) == 1


def test_more_tickets_than_a_call_takes_are_several_calls(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servicenow_variables, "ITEMS", 3)
    for number in range(7):
        shop.instance.add_item({"account": f"p{number}"})
    assert {ticket.fields["variables.account"] for ticket in shop.desk("variables.account").poll()} == {
        f"p{number}" for number in range(7)
    }
    assert len(shop.calls(MTOM)) == 3


def test_a_full_page_of_items_fits_into_an_address(shop: Shop) -> None:
    """Facts 1.4: 8192 bytes."""
    for number in range(servicenow_variables.ITEMS):
        shop.instance.add_item({"account": str(number)})
    desk = shop.desk("variables.account", "variable_sets.people.account")
    assert len(list(desk.poll())) == servicenow_variables.ITEMS
    assert max(len(each.target) for each in shop.requests) < 7500


def test_a_set_of_one_row_is_read_by_set_and_column(shop: Shop) -> None:
    item = shop.instance.add_item(
        {"why": "x"}, {"people": [{"account": "ann", "city": ""}], "other": [{"account": "kim"}]}
    )
    assert read(shop, item, PEOPLE, "variable_sets.people.city") == {
        PEOPLE: "ann",
        "variable_sets.people.city": "",
    }
    assert shop.calls(MTOM) == []


def test_a_set_of_several_rows_names_several(shop: Shop) -> None:
    for rows in (
        [{"account": "ann"}, {"account": "kim"}],
        [{"account": "ann"}, {"account": "ann"}],
        [{"account": "ann"}, {"x": ""}],
    ):
        item = shop.instance.add_item({}, {"people": rows})
        assert isinstance(read(shop, item, PEOPLE)[PEOPLE], Several)


def test_a_set_of_which_a_row_is_hidden_names_nobody(shop: Shop) -> None:
    item = shop.instance.add_item({}, {"people": [{"account": "ann"}, {"account": "kim"}]})
    shop.instance.access.hidden_rows.add((SETS, shop.instance.rows(SETS)[0]["sys_id"]))
    assert read(shop, item, PEOPLE) == {}


def test_a_set_of_which_a_row_may_be_hidden_names_nobody_where_a_proxy_drops_the_count(shop: Shop) -> None:
    item = shop.instance.add_item({}, {"people": [{"account": "ann"}, {"account": "kim"}]})
    shop.instance.access.hidden_rows.add((SETS, shop.instance.rows(SETS)[0]["sys_id"]))
    shop.bend = uncounted
    assert read(shop, item, PEOPLE) == {}


@pytest.mark.parametrize(
    "column", ["parent_id", "variable_set.internal_name", "item_option_new.name", "row_index", "value"]
)
def test_a_set_of_which_one_row_hides_a_column_names_nobody(shop: Shop, column: str) -> None:
    """A rule for a column may be one of that row alone."""
    item = shop.instance.add_item({}, {"people": [{"account": "ann"}, {"account": "kim"}]})

    def first_hides(request: Request) -> Response | None:
        if f"/table/{SETS}" not in request.path:
            return None
        reply = shop.instance(request)
        rows = json.loads(reply.body)["result"]
        return Response.json(
            200, {"result": [without(rows[0], column), *rows[1:]]}, {"X-Total-Count": str(len(rows))}
        )

    shop.answer = first_hides
    assert read(shop, item, PEOPLE) == {}


def without(row: dict[str, str], column: str) -> dict[str, str]:
    return {name: text for name, text in row.items() if name != column}


def test_an_answer_that_hides_its_name_may_be_the_one_that_the_form_has_no_more(shop: Shop) -> None:
    form = shop.instance.add_form("account")
    item = shop.instance.add_item({"account": "ann", "for_whom": "kim"}, cat_item=form)

    def nameless(request: Request) -> Response | None:
        if f"/table/{MTOM}" not in request.path:
            return None
        reply, name = shop.instance(request), "sc_item_option.item_option_new.name"
        rows = [
            row if row[name] == "account" else without(row, name) for row in json.loads(reply.body)["result"]
        ]
        return Response.json(200, {"result": rows}, {"X-Total-Count": str(len(rows))})

    shop.answer = nameless
    assert read(shop, item, "variables.for_whom", "variables.account") == {"variables.account": "ann"}


@pytest.mark.parametrize("column", ["row_index", "value", "variable_set", "item_option_new", "parent_id"])
def test_a_set_whose_columns_are_called_otherwise_names_nobody(shop: Shop, column: str) -> None:
    """The table isn't documented."""
    item = shop.instance.add_item({}, {"people": [{"account": "ann"}]})
    del shop.instance.records.tables[SETS].columns[column]
    assert read(shop, item, PEOPLE) == {}


@pytest.mark.parametrize(
    ("name", "table", "says"),
    [
        ("variables.for_whom.email@display", "sc_req_item", "has no display value"),
        ("variables.for_whom.email", "incident", "the table incident has no variables"),
        ("variables.account@display", "sc_req_item", "has no display value; write variables.account"),
        ("variables.account", "incident", "the table incident has no variables; name one of its columns"),
        ("variable_sets.people", "sc_req_item", "write variable_sets.SET.NAME"),
        ("work_notes@display", "incident", "there before; name another column"),
        ("request.comments@display", "sc_req_item", "there before; name another column"),
        ("u_pass@display", "incident", "there before; name another column"),
    ],
)
def test_a_name_that_can_not_be_read_is_told_at_once_with_its_cure(
    shop: Shop, name: str, table: str, says: str
) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        shop.desk(name, table=table, note=NoteRules(field="u_pass"))
    assert str(refused.value).startswith(f"{name}: ")
    assert shop.requests == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"watch": Watch((Condition("variables.account", AnyOf(("ann",))),))},
            "watch: ServiceNow can't be asked for variables.a",
        ),
        (
            {"watch": Watch((Condition("state@display", AnyOf(("New",))),))},
            "watch: ServiceNow can't be asked for state@display",
        ),
        (
            {"settle": {"used": {"variables.done": "yes"}}},
            "settle.used: variables.done can't be set; name a column of the table",
        ),
        (
            {"settle": {"delivered": {"work_notes_list": "x"}}},
            "settle.delivered: work_notes_list would make the desk mail its notes",
        ),
        ({"note": NoteRules(marker="u_ref@display")}, "note.marker: u_ref@display can't be set"),
    ],
)
def test_what_is_no_column_is_neither_watched_nor_set(changes: dict[str, object], says: str) -> None:
    mapping = replace(MAPPING, table="sc_req_item", **changes)  # type: ignore[arg-type]
    sentence, *_ = unsupported(ServiceNowDialect(), mapping, "https://contoso.example.org")
    assert says in sentence


def test_a_variable_that_is_changed_is_seen_by_the_next_reading(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    assert read(shop, item, "variables.account") == {"variables.account": "ann"}
    shop.instance.answer(item, account="bob")
    assert read(shop, item, "variables.account") == {"variables.account": "bob"}


def test_variables_that_come_with_their_links_are_read_too(shop: Shop) -> None:
    """A server that doesn't leave the links out."""
    item = shop.instance.add_item({"account": "ann"})
    shop.bend = lambda request: replace(
        request, target=request.target.replace("sysparm_exclude_reference_link", "x")
    )
    assert read(shop, item, "variables.account") == {"variables.account": "ann"}
