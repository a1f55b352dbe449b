"""A variable that an item doesn't show is empty only where its form, read whole, has none of that name."""

from __future__ import annotations

import pytest

from connector.domain.reasons import Reason
from connector.domain.several import Several
from connector.mapping import Mapping, MappingNo, Pipeline
from tests.desks.conftest import MAPPING
from tests.desks.servicenow.shop import Shop, uncounted
from tests.desks.servicenow.test_variables import MTOM, PEOPLE, read

ABSENT = "variables.for_whom"


def test_a_variable_that_the_form_does_not_have_is_empty(shop: Shop) -> None:
    form = shop.instance.add_form("account", "why")
    item = shop.instance.add_item({"account": "ann"}, cat_item=form)
    assert read(shop, item, "variables.account", ABSENT) == {"variables.account": "ann", ABSENT: ""}
    (polled,) = shop.desk("variables.account", ABSENT).poll()
    assert polled.fields[ABSENT] == ""


def test_a_column_behind_a_variable_that_the_form_does_not_have_is_empty(shop: Shop) -> None:
    form = shop.instance.add_form("account")
    item = shop.instance.add_item({"account": "ann"}, cat_item=form)
    assert read(shop, item, "variables.for_whom.user_name") == {"variables.for_whom.user_name": ""}


def test_a_variable_of_a_set_of_the_form_is_one_of_the_forms(shop: Shop) -> None:
    """It is on the form, and the item shows none: its row may be hidden."""
    form = shop.instance.add_form("account", people=["for_whom"])
    item = shop.instance.add_item({"account": "ann"}, cat_item=form)
    assert read(shop, item, "variables.account", ABSENT) == {"variables.account": "ann"}
    assert read(shop, item, "variable_sets.people.for_whom") == {}
    assert read(shop, item, "variable_sets.others.for_whom") == {"variable_sets.others.for_whom": ""}


def test_a_variable_that_is_on_the_form_and_hidden_is_absent(shop: Shop) -> None:
    form = shop.instance.add_form("account", "for_whom")
    item = shop.instance.add_item({"for_whom": "kim", "account": "ann"}, cat_item=form)
    hidden = next(row["sys_id"] for row in shop.instance.rows(MTOM))
    shop.instance.access.hidden_rows.add((MTOM, hidden))
    assert read(shop, item, "variables.account", ABSENT) == {"variables.account": "ann"}


@pytest.mark.parametrize("table", ["item_option_new", "io_set_item", "item_option_new_set"])
def test_where_the_form_is_not_read_whole_a_variable_is_absent(shop: Shop, table: str) -> None:
    form = shop.instance.add_form("account", people=["why"])
    item = shop.instance.add_item({"account": "ann"}, cat_item=form)
    assert read(shop, item, ABSENT) == {ABSENT: ""}
    key, value = {
        "item_option_new": ("cat_item", form),
        "io_set_item": ("sc_cat_item", form),
        "item_option_new_set": ("internal_name", "people"),
    }[table]
    row = next(each for each in shop.instance.rows(table) if each[key] == value)
    shop.instance.access.hidden_rows.add((table, row["sys_id"]))
    assert read(shop, item, "variables.account", ABSENT) == {"variables.account": "ann"}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("item_option_new", "name"),
        ("item_option_new", "cat_item"),
        ("io_set_item", "variable_set"),
        ("sc_req_item", "cat_item"),
    ],
)
def test_where_a_column_of_the_form_may_not_be_read_a_variable_is_absent(
    shop: Shop, table: str, column: str
) -> None:
    form = shop.instance.add_form("account", people=["why"])
    item = shop.instance.add_item({"account": "ann"}, cat_item=form)
    assert read(shop, item, ABSENT) == {ABSENT: ""}
    shop.instance.access.hidden_fields.add((table, column))
    assert ABSENT not in read(shop, item, ABSENT)


def test_where_a_proxy_drops_the_count_a_hidden_variable_is_absent(shop: Shop) -> None:
    form = shop.instance.add_form("account", "for_whom")
    item = shop.instance.add_item({"for_whom": "kim", "account": "ann"}, cat_item=form)
    for table, key, value in (("item_option_new", "name", "for_whom"), (MTOM, "request_item", item)):
        rows = shop.instance.rows(table)
        hidden = next(each["sys_id"] for each in rows if each[key] == value)
        shop.instance.access.hidden_rows.add((table, hidden))
    shop.bend = uncounted
    assert ABSENT not in read(shop, item, ABSENT, "variables.account")


def test_where_every_variable_is_shown_no_form_is_asked_for(shop: Shop) -> None:
    form = shop.instance.add_form("account")
    item = shop.instance.add_item({"account": "ann"}, cat_item=form)
    assert read(shop, item, "variables.account")
    assert shop.calls("sc_req_item") or shop.calls(MTOM)
    assert shop.calls("item_option_new") == shop.calls("io_set_item") == []


def subject(shop: Shop, item: str, *names: str) -> object:
    ticket = shop.desk(*names).read(item)
    assert ticket
    values = {"subject": Pipeline(names)}
    return Mapping("items", "shop", "sc_req_item", MAPPING.watch, values).facts(ticket.fields)


@pytest.mark.parametrize("rows", [[{"account": "ann"}, {"account": "bob"}], [{"account": "ann"}] * 2])
def test_two_rows_refuse_and_say_so(shop: Shop, rows: list[dict[str, str]]) -> None:
    item = shop.instance.add_item({}, {"people": rows})
    no = subject(shop, item, PEOPLE)
    assert isinstance(no, MappingNo)
    assert (no.reason, no.field) == (Reason.SUBJECT_AMBIGUOUS, PEOPLE)
    assert "there are several" in no.sentence


def test_one_name_twice_with_different_answers_refuses(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    question = shop.instance.add("item_option_new", name="account")
    option = shop.instance.add("sc_item_option", item_option_new=question, value="bob")
    shop.instance.add(MTOM, request_item=item, sc_item_option=option)
    assert isinstance(read(shop, item, "variables.account")["variables.account"], Several)
    no = subject(shop, item, "variables.account")
    assert isinstance(no, MappingNo) and no.reason is Reason.SUBJECT_AMBIGUOUS


def test_one_name_twice_with_the_same_answer_is_one(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    question = shop.instance.add("item_option_new", name="account")
    option = shop.instance.add("sc_item_option", item_option_new=question, value="ann")
    shop.instance.add(MTOM, request_item=item, sc_item_option=option)
    assert read(shop, item, "variables.account") == {"variables.account": "ann"}


def test_first_of_goes_on_only_past_a_variable_that_is_not_on_the_form(shop: Shop) -> None:
    form = shop.instance.add_form("account")
    item = shop.instance.add_item({"account": "ann"}, cat_item=form)
    found = subject(shop, item, ABSENT, "variables.account")
    assert not isinstance(found, MappingNo)
    other = shop.instance.add_item({"account": "ann"})
    no = subject(shop, other, ABSENT, "variables.account")
    assert isinstance(no, MappingNo) and no.reason is Reason.EVIDENCE_MISSING
