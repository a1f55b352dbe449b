"""Who approved a ticket, and to whom it is assigned: asked with four eyes only, and only what is sure.
servicenow.md §5
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest

from connector.desks.servicenow.approvals import MOST, Approvals
from connector.domain.errors import Down
from connector.domain.ticket import Ticket
from connector.mapping import Allow, Approval, Key, Mapping
from connector.simulators import Request, Response
from tests.desks.servicenow.shop import OPEN, Shop

TABLE = "sysapproval_approver"
KIM, LEE, MAX = (Key(f"{each}@contoso.com", "mail") for each in ("kim.boss", "lee.lead", "max.head"))


def mapping(table: str = "sc_req_item", field: str = "approval", *, four_eyes: bool = True) -> Mapping:
    return Mapping(
        "items", "shop", table, OPEN, {}, allow=Allow(Approval(field, ("approved",)), four_eyes=four_eyes)
    )


def approve(shop: Shop, record: str, key: Key = KIM, state: str = "approved") -> str:
    person = shop.instance.add_user(key.value.partition("@")[0], email=key.value)
    return shop.instance.add(TABLE, sysapproval=record, approver=person, state=state)


def read(
    shop: Shop, sys_id: str, table: str = "sc_req_item", field: str = "approval", *, four_eyes: bool = True
) -> Ticket:
    allow = mapping(table, field, four_eyes=four_eyes).allow
    ticket = shop.desk("state", table=table, allow=allow).read(sys_id)
    assert ticket
    return ticket


def approvers(
    shop: Shop, sys_id: str, table: str = "sc_req_item", field: str = "approval"
) -> list[Key | None]:
    ticket = read(shop, sys_id, table, field)
    return [*Approvals(shop.service, mapping(table, field)).of(ticket)]


def test_everybody_who_approved_is_told_by_mail_in_one_call(shop: Shop) -> None:
    item = shop.instance.add_item()
    approve(shop, item)
    approve(shop, item, LEE)
    assert sorted(str(each) for each in approvers(shop, item)) == [str(KIM), str(LEE)]
    assert len(shop.calls(TABLE)) == 1


@pytest.mark.parametrize("state", ["requested", "rejected", "not_required", "cancelled", "duplicate"])
def test_who_was_only_asked_did_not_approve(shop: Shop, state: str) -> None:
    item = shop.instance.add_item()
    approve(shop, item, state=state)
    approve(shop, item, LEE)
    assert approvers(shop, item) == [LEE]


@pytest.mark.parametrize("dropped", ["sysapproval", "state"])
def test_a_dropped_condition_makes_nobody_an_approver(shop: Shop, dropped: str) -> None:
    item, other = shop.instance.add_item(), shop.instance.add_item()
    approve(shop, other)
    approve(shop, item, LEE, "rejected")
    approve(shop, item, MAX)

    def widened(request: Request) -> Request:
        path, _, asked = request.target.partition("?")
        params = dict(parse_qsl(asked))
        terms = params.get("sysparm_query", "").split("^")
        params["sysparm_query"] = "^".join(term for term in terms if not term.startswith(f"{dropped}="))
        return replace(request, target=f"{path}?{urlencode(params)}") if TABLE in path else request

    shop.bend = widened
    assert approvers(shop, item) == [MAX]


@pytest.mark.parametrize(
    "hide",
    [
        lambda shop, row: shop.instance.access.hidden_tables.add(TABLE),
        lambda shop, row: shop.instance.access.forbidden_tables.add(TABLE),
        lambda shop, row: shop.instance.access.hidden_rows.add((TABLE, row)),
        lambda shop, row: shop.instance.access.hidden_fields.add((TABLE, "state")),
        lambda shop, row: shop.instance.access.hidden_fields.add((TABLE, "sysapproval")),
    ],
)
def test_what_may_not_be_read_is_no_approval(shop: Shop, hide: object) -> None:
    item = shop.instance.add_item()
    row = approve(shop, item)
    assert approvers(shop, item) == [KIM]
    assert callable(hide)
    hide(shop, row)
    assert approvers(shop, item) == []


@pytest.mark.parametrize("column", [(TABLE, "approver"), ("sys_user", "email")])
def test_an_approver_whose_mail_may_not_be_read_is_somebody_unknown(
    shop: Shop, column: tuple[str, str]
) -> None:
    item = shop.instance.add_item()
    approve(shop, item)
    shop.instance.access.hidden_fields.add(column)
    assert approvers(shop, item) == [None]


def test_an_approver_without_a_mail_is_unknown_beside_one_who_is_known(shop: Shop) -> None:
    item = shop.instance.add_item()
    shop.instance.add(TABLE, sysapproval=item, approver=shop.instance.add_user("nameless"), state="approved")
    approve(shop, item)
    assert approvers(shop, item) == [KIM, None]


def test_of_a_crowd_only_some_are_told_and_that_there_are_more(shop: Shop) -> None:
    item = shop.instance.add_item()
    for number in range(MOST + 1):
        approve(shop, item, Key(f"boss{number}@contoso.com", "mail"))
    found = approvers(shop, item)
    assert (len(found), found[-1]) == (MOST + 1, None)


def test_a_task_is_approved_where_its_approval_field_says(shop: Shop) -> None:
    item = shop.instance.add_item()
    task = shop.instance.add_task(item)
    approve(shop, item)
    assert approvers(shop, task, "sc_task", "approval") == []
    assert approvers(shop, task, "sc_task", "request_item.approval") == [KIM]
    request = shop.instance.row(item, "sc_req_item")["request"]
    approve(shop, request, LEE)
    assert approvers(shop, task, "sc_task", "request_item.request.approval@display") == [LEE]


def test_a_record_that_cannot_be_told_asks_nothing(shop: Shop) -> None:
    item = shop.instance.add_item()
    task = shop.instance.add_task(item, request_item="")
    approve(shop, item)
    assert approvers(shop, task, "sc_task", "request_item.approval") == []
    assert shop.calls("sc_task") and not shop.calls(TABLE)


def test_a_desk_that_is_down_is_no_answer(shop: Shop) -> None:
    item = shop.instance.add_item()
    ticket = read(shop, item)
    shop.answer = lambda request: Response.json(500, {"error": {"message": "busy"}})
    with pytest.raises(Down):
        Approvals(shop.service, mapping()).of(ticket)


def test_the_agent_is_read_by_mail_with_four_eyes_only(shop: Shop) -> None:
    agent = shop.instance.add_user("fred", email="fred.agent@contoso.com")
    item = shop.instance.add_item(assigned_to=agent)
    assert read(shop, item).agent == "fred.agent@contoso.com"
    del shop.requests[:]
    assert read(shop, item, four_eyes=False).agent is None
    assert not any("assigned_to" in request.target for request in shop.requests)


def test_nobody_is_told_from_somebody_whose_mail_may_not_be_read(shop: Shop) -> None:
    nameless = shop.instance.add_user("nameless")
    assert read(shop, shop.instance.add_item()).agent == ""
    assert read(shop, shop.instance.add_item(assigned_to=nameless)).agent is None
    shop.instance.access.hidden_fields.add(("sc_req_item", "assigned_to"))
    assert read(shop, shop.instance.add_item()).agent is None
