"""Reference variables, the usual "for whom?" field: what the person's record says, and only what is sure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.desks.servicenow import pointed, variables
from connector.domain.several import Several
from tests.desks.servicenow.shop import Shop
from tests.desks.servicenow.test_variables import MTOM, read

USER, MAIL = "variables.for_whom.user_name", "variables.for_whom.email"
TO_PEOPLE = {"for_whom": "sys_user"}


def ann(shop: Shop) -> str:
    return shop.instance.add_user("ann.lee", email="ann.lee@contoso.com")


def ordered(shop: Shop, value: str) -> str:
    return shop.instance.add_item({"for_whom": value, "why": "x"}, references=TO_PEOPLE)


def test_the_record_that_a_variable_points_to_is_read(shop: Shop) -> None:
    item = ordered(shop, ann(shop))
    assert read(shop, item, USER, MAIL, "variables.why") == {
        USER: "ann.lee",
        MAIL: "ann.lee@contoso.com",
        "variables.why": "x",
    }


def test_a_column_behind_the_person_is_read_too(shop: Shop) -> None:
    boss = shop.instance.add_user("kim.boss", email="kim@contoso.com")
    item = ordered(shop, shop.instance.add_user("ann.lee", manager=boss))
    name = "variables.for_whom.manager.email"
    assert read(shop, item, name) == {name: "kim@contoso.com"}


def test_it_costs_one_call_more_for_a_ticket_and_one_for_a_page(shop: Shop) -> None:
    items = [ordered(shop, shop.instance.add_user(f"p{number}")) for number in range(20)]
    desk = shop.desk(USER)
    assert [each.fields[USER] for each in desk.poll()] and len(shop.calls("sys_user")) == 1
    del shop.requests[:]
    (ticket,) = [desk.read(items[0])]
    assert ticket and ticket.fields[USER].startswith("p")
    asked = [each.path.rpartition("/")[2] for each in shop.requests]
    assert asked == [MTOM, "sys_user", "sc_req_item"]  # the last one: what is linked to it


def test_what_a_poll_and_a_reading_say_is_the_same(shop: Shop) -> None:
    ordered(shop, ann(shop))
    desk = shop.desk(USER, MAIL)
    (polled,) = desk.poll()
    assert desk.read(polled.id) == polled


def test_a_task_reads_through_the_variables_of_its_item(shop: Shop) -> None:
    task = shop.instance.add_task(ordered(shop, ann(shop)))
    assert read(shop, task, USER, table="sc_task") == {USER: "ann.lee"}


def test_more_people_than_a_call_takes_are_several_calls(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointed, "AT_ONCE", 3)
    monkeypatch.setattr(variables, "ITEMS", 4)
    for number in range(10):
        ordered(shop, shop.instance.add_user(f"p{number}"))
    assert {each.fields[USER] for each in shop.desk(USER).poll()} == {f"p{number}" for number in range(10)}
    assert max(len(each.target) for each in shop.requests) < 7500


def test_an_empty_variable_points_to_nobody(shop: Shop) -> None:
    item = ordered(shop, "")
    assert read(shop, item, USER, MAIL) == {USER: "", MAIL: ""}
    assert shop.calls("sys_user") == []


@pytest.mark.parametrize("value", ["{ann},{bob}", "ann.lee", "{ANN}", "javascript:x", "{ann}^ORactive=true"])
def test_what_is_no_single_record_is_absent_and_never_asked_for(shop: Shop, value: str) -> None:
    """A list collector holds several ids: none of them is picked."""
    first = ann(shop)
    filled = value.replace("{ann}", first).replace("{ANN}", first.upper()).replace("{bob}", "b" * 32)
    assert read(shop, ordered(shop, filled), USER) == {}
    assert shop.calls("sys_user") == []


def test_a_record_that_is_gone_or_hidden_is_absent_and_not_empty(shop: Shop) -> None:
    person = ann(shop)
    item = ordered(shop, person)
    shop.instance.access.hidden_rows.add(("sys_user", person))
    assert read(shop, item, USER) == {}
    assert read(shop, ordered(shop, "f" * 32), USER) == {}


def test_a_column_that_may_not_be_read_is_absent(shop: Shop) -> None:
    item = ordered(shop, ann(shop))
    shop.instance.access.hidden_fields.add(("sys_user", "email"))
    assert read(shop, item, USER, MAIL) == {USER: "ann.lee"}


@pytest.mark.parametrize("column", ["type", "reference"])
def test_a_definition_that_may_not_be_read_proves_nothing(shop: Shop, column: str) -> None:
    item = shop.instance.add_item({"for_whom": ann(shop)}, references=TO_PEOPLE)
    shop.instance.access.hidden_fields.add(("item_option_new", column))
    assert read(shop, item, USER) == ({} if column == "reference" else {USER: "ann.lee"})


@pytest.mark.parametrize("table", ["", "cmn_location", "sys_user_group", "sys_user?x=1", "../sys_user"])
def test_only_people_are_read_and_no_table_that_an_answer_names(shop: Shop, table: str) -> None:
    person = ann(shop)
    item = shop.instance.add_item({"for_whom": person}, references={"for_whom": table})
    assert read(shop, item, USER) == {}
    assert [each for each in shop.requests if MTOM not in each.path and "sc_req_item" not in each.path] == []


def test_people_that_may_not_be_read_are_absent(shop: Shop) -> None:
    item = ordered(shop, ann(shop))
    shop.instance.access.forbidden_tables.add("sys_user")
    assert read(shop, item, USER, "variables.why") == {"variables.why": "x"}


def test_a_server_that_shows_other_people_misdirects_nothing(shop: Shop) -> None:
    item = ordered(shop, ann(shop))
    shop.instance.add_user("eve", email="eve@example.org")
    shop.bend = lambda request: replace(
        request, target=request.target.replace("=sys_idIN", "=u_idIN").replace("%3Dsys_idIN", "%3Du_idIN")
    )
    assert read(shop, item, USER) == {USER: "ann.lee"}


def test_a_variable_with_two_answers_points_to_nobody(shop: Shop) -> None:
    item = ordered(shop, ann(shop))
    question = shop.instance.add("item_option_new", name="for_whom", type="8", reference="sys_user")
    option = shop.instance.add(
        "sc_item_option", item_option_new=question, value=shop.instance.add_user("bob")
    )
    shop.instance.add(MTOM, request_item=item, sc_item_option=option)
    assert isinstance(read(shop, item, USER)[USER], Several)


def test_a_variable_that_turns_to_another_person_is_seen_by_the_next_reading(shop: Shop) -> None:
    item = ordered(shop, ann(shop))
    desk = shop.desk(USER)
    before = desk.read(item)
    shop.instance.answer(item, for_whom=shop.instance.add_user("eve"))
    after = desk.read(item)
    assert before and after and (before.fields[USER], after.fields[USER]) == ("ann.lee", "eve")


def test_a_person_who_is_called_otherwise_now_is_seen_by_the_next_reading(shop: Shop) -> None:
    person = ann(shop)
    item = ordered(shop, person)
    desk = shop.desk(USER)
    assert desk.read(item)
    shop.instance.records.tables["sys_user"].rows[person]["user_name"] = "someone.else"
    after = desk.read(item)
    assert after and after.fields[USER] == "someone.else"
