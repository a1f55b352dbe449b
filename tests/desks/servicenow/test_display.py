"""What people see of a field, beside what the desk stores: asked for only where a mapping names it.
servicenow.md §1.2, §3
"""

from __future__ import annotations

from dataclasses import replace

from connector.mapping import NoteRules
from tests.desks.servicenow.shop import Shop


def asked(shop: Shop) -> set[str]:
    """Of tickets; what names them as its parent is asked for as it is stored."""
    tickets = (each for each in shop.requests if "number" in each.query["sysparm_fields"])
    return {each.query["sysparm_display_value"] for each in tickets}


def test_a_name_with_display_gives_what_people_see_and_one_without_what_is_stored(shop: Shop) -> None:
    ann = shop.instance.add_user("ann.lee", name="Ann Lee")
    ticket = shop.instance.add_incident(caller_id=ann, opened_at="2026-07-01 12:00:00")
    names = ("caller_id", "caller_id@display", "state@display", "caller_id.name@display", "opened_by@display")
    desk = shop.desk(*names, table="incident")
    expected = {
        "caller_id": ann,
        "caller_id@display": "Ann Lee",
        "caller_id.name@display": "Ann Lee",
        "opened_by@display": "",
        "state": "1",
        "state@display": "New",
    }
    (polled,) = desk.poll()
    read = desk.read(ticket)
    assert read and {**read.fields} == {**polled.fields} == {
        **expected,
        "caller_id.name": "Ann Lee",
        "opened_by": "",
    }
    assert (polled.id, polled.number, polled.open, polled.touched) == (ticket, "INC0010001", True, False)
    assert asked(shop) == {"all"}


def test_nothing_is_shown_as_people_see_it_unless_a_mapping_names_it(shop: Shop) -> None:
    ticket = shop.instance.add_incident()
    desk = shop.desk("caller_id.name", table="incident")
    list(desk.poll())
    desk.read(ticket)
    assert asked(shop) == {"false"}


def test_no_journal_is_asked_for_beside_a_display_value(shop: Shop) -> None:
    """Facts 4.1: its display value is the whole history of notes."""
    ticket = shop.instance.add_incident(work_notes="a secret")
    note = NoteRules(field="work_notes")
    desk = shop.desk(
        "category@display", table="incident", note=note, settle={"used": {"comments": "x", "work_notes": "y"}}
    )
    list(desk.poll())
    desk.read(ticket)
    for each in shop.requests:
        assert not {"work_notes", "comments"} & set(each.query["sysparm_fields"].split(","))


def test_a_field_that_may_not_be_read_has_no_display_value_either(shop: Shop) -> None:
    ticket = shop.instance.add_incident(category="identity")
    shop.instance.access.hidden_fields.add(("incident", "category"))
    read = shop.desk("category@display", table="incident").read(ticket)
    assert read and "category@display" not in read.fields


def test_a_server_that_gives_no_display_values_leaves_them_absent(shop: Shop) -> None:
    ticket = shop.instance.add_incident(category="identity")
    shop.bend = lambda request: replace(
        request, target=request.target.replace("sysparm_display_value=all", "x=y")
    )
    read = shop.desk("category@display", table="incident").read(ticket)
    assert read and {**read.fields} == {"category": "identity", "state": "1"}


def test_variables_and_display_values_go_together(shop: Shop) -> None:
    item = shop.instance.add_item({"account": "ann"})
    read = shop.desk("variables.account", "state@display").read(item)
    assert read and {**read.fields} == {"state": "1", "state@display": "Open", "variables.account": "ann"}
