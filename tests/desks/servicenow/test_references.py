"""What the notes and the marker of a ticket say about earlier attempts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.desks.servicenow import journal as servicenow_journal
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.errors import Down
from connector.domain.ticket import Ticket
from connector.http.service import Service
from tests.desks.conftest import MAPPING
from tests.desks.servicenow.instance import Instance, Says


def polled(desk: ServiceNowDesk) -> list[Ticket]:
    return list(desk.poll())


def test_references_are_found_oldest_first(instance: Instance, desk: ServiceNowDesk) -> None:
    sys_id = instance.add(1)
    instance.note(sys_id, "Reference TAP-7QK3F9C2-2 · made", "2026-03-02 08:05:00")
    instance.note(sys_id, "Reference TAP-7QK3F9C2-1 · made", "2026-03-02 08:01:00")
    instance.note(sys_id, "TAP-tooshort, TAP-7QK3F9CU, TAP-7QK3F9C22", "2026-03-02 08:06:00")
    assert desk.references(polled(desk)) == {sys_id: ("TAP-7QK3F9C2-1", "TAP-7QK3F9C2-2")}


def test_a_reference_counts_where_it_stands_last(instance: Instance, desk: ServiceNowDesk) -> None:
    """A late note of an earlier attempt is the one that an agent reads."""
    sys_id = instance.add(1)
    for minute, number in enumerate((1, 2, 1)):
        instance.note(sys_id, f"Reference TAP-7QK3F9C2-{number}", f"2026-03-02 08:0{minute}:00")
    assert desk.references(polled(desk)) == {sys_id: ("TAP-7QK3F9C2-2", "TAP-7QK3F9C2-1")}


def test_only_the_fields_that_we_write_to_are_looked_through(instance: Instance, service: Service) -> None:
    desk = ServiceNowDesk(
        service, replace(MAPPING, note=replace(MAPPING.note, field="u_restricted")), instance.url
    )
    sys_id = instance.add(1)
    desk.references(polled(desk))
    (query,) = (each.query for each in instance.seen if each.path.endswith("sys_journal_field"))
    assert (
        query["sysparm_query"]
        == f"element_idIN{sys_id}^name=incident^elementINu_restricted,work_notes^ORDERBYsys_created_on"
    )
    assert query["sysparm_fields"] == "sys_id,element_id,element,value,sys_created_on"


def test_a_journal_that_may_not_be_read_leaves_the_marker(instance: Instance, desk: ServiceNowDesk) -> None:
    marked, plain = instance.add(1, u_passdesk="TAP-7QK3F9C2-1"), instance.add(2)
    instance.note(plain, "TAP-7QK3F9C2-2")
    instance.journal_forbidden = True
    assert desk.references(polled(desk)) == {marked: ("TAP-7QK3F9C2-1",)}


def test_an_empty_journal_is_only_a_look(instance: Instance, desk: ServiceNowDesk) -> None:
    instance.add(1)
    assert desk.references(polled(desk)) == {}
    assert [each.path for each in instance.seen if each.path.endswith("sys_journal_field")]


def test_a_desk_that_is_down_is_no_empty_journal(instance: Instance, desk: ServiceNowDesk) -> None:
    instance.add(1)
    tickets = polled(desk)
    instance.answer = lambda seen: Says(200, {"result": [], "error": {"message": "Transaction cancelled"}})
    with pytest.raises(Down, match="sys_journal_field"):
        desk.references(tickets)


def test_many_tickets_are_looked_up_a_hundred_at_once(instance: Instance, desk: ServiceNowDesk) -> None:
    for each in range(101):
        instance.note(instance.add(each + 1), f"TAP-7QK3F9C2-{each}")
    tickets = polled(desk)
    before = len(instance.seen)
    assert len(desk.references(tickets)) == 101
    assert len(instance.seen) - before == 2
    assert desk.references([]) == {}


def test_a_long_journal_is_read_to_its_end(
    instance: Instance, desk: ServiceNowDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servicenow_journal, "NOTES", 2)
    sys_id = instance.add(1)
    for each in range(5):
        instance.note(sys_id, f"TAP-7QK3F9C2-{each}", f"2026-03-02 08:0{each}:00")
    assert len(desk.references(polled(desk))[sys_id]) == 5
