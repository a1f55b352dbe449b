"""Proof from ServiceNow's records that an approval is of what the ticket says now: of this record, newest
first, and nothing written after it. What can't be told proves nothing. servicenow.md §11
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest

from connector.desks.approved import filled, with_records
from connector.desks.servicenow.approval_records import NO_HISTORY, NOBODY, OTHERWISE, TOUCHED, UNREADABLE
from connector.desks.servicenow.kind import KIND
from connector.domain.approval import ApprovalRecord
from connector.domain.ticket import Ticket
from connector.mapping import Allow, Approval, Mapping, Pipeline
from connector.simulators import Request, Response
from tests.desks.servicenow.shop import OPEN, Shop, uncounted

APPROVERS, AUDIT, ANSWERS = "sysapproval_approver", "sys_audit", "sc_item_option_mtom"


@dataclass
class Desk:
    """A shop on a clock that tests move, and one mapping's view of it."""

    shop: Shop
    table: str = "sc_req_item"
    approval: str = "approval"
    values: dict[str, Pipeline] = field(default_factory=dict)
    unproven: Literal["wait", "accept"] = "wait"
    now: float = 1_770_000_000.0

    def __post_init__(self) -> None:
        self.values = self.values or {
            "subject": Pipeline(("variables.account",)),
            "requester": Pipeline(("opened_by.email",)),
        }
        self.shop.instance.clock = self.shop.instance.records.clock = lambda: self.now
        self.kim = self.shop.instance.add_user("kim.boss", email="kim.boss@contoso.com")

    @property
    def mapping(self) -> Mapping:
        rule = Approval(self.approval, ("approved",), ("rejected",), self.unproven)
        return Mapping("items", "shop", self.table, OPEN, self.values, allow=Allow(rule))

    def after(self, seconds: float = 60.0) -> None:
        self.now += seconds

    def item(self, **fields: str) -> str:
        return self.shop.instance.add_item({"account": "ann"}, None, None, **fields)

    def approved(self, sys_id: str, state: str = "approved", table: str = "") -> str:
        """Asked and answered, a minute each."""
        self.after()
        row = self.shop.instance.ask_approval(sys_id, self.kim, table or self.table)
        self.after()
        self.shop.instance.decide(row, state)
        return row

    def read(self, sys_id: str) -> Ticket:
        mapping = self.mapping
        records = KIND.records(self.shop.service, mapping)
        assert records.can_prove(mapping)
        ticket = KIND.desk(self.shop.service, mapping, self.shop.url, ()).read(sys_id)
        assert ticket
        return filled(records, mapping, [ticket])[0]

    def record(self, sys_id: str) -> ApprovalRecord:
        found = self.read(sys_id).approval
        assert found
        return found

    def history_is_readable(self) -> None:
        self.shop.instance.access.hidden_tables.discard(AUDIT)


@pytest.fixture
def items(shop: Shop) -> Desk:
    return Desk(shop)


@pytest.fixture
def incidents(shop: Shop) -> Desk:
    values = {
        "subject": Pipeline(("caller_id.user_name",)),
        "requester": Pipeline(("opened_by.email",)),
    }
    made = Desk(shop, "incident", values=values)
    made.history_is_readable()
    return made


def incident(desk: Desk, **fields: str) -> str:
    ann = desk.shop.instance.add_user("ann.lee", email="ann.lee@contoso.com")
    return desk.shop.instance.add_incident(caller_id=ann, opened_by=ann, **fields)


def proves(record: ApprovalRecord) -> bool:
    return bool(record.proof) and not record.void


def test_several_tickets_come_with_their_records_as_each_alone(items: Desk) -> None:
    made = [items.item() for _ in range(3)]
    for each in made[:2]:
        items.approved(each)
    service, mapping = items.shop.service, items.mapping
    desk = with_records(
        KIND.desk(service, mapping, items.shop.url, ()), KIND.records(service, mapping), mapping
    )
    found = desk.read_some(made)
    assert found == {each: items.read(each) for each in made}
    assert [bool(found[each].approval) for each in made] == [True, True, False]


# Answers on a form


def test_an_approval_after_the_answers_on_the_form_is_of_them(items: Desk) -> None:
    item = items.item()
    row = items.approved(item)
    found = items.record(item)
    assert "approved at 2026-02-02 02:42:00 UTC" in found.proof
    assert found.mark == f"{row}@2026-02-02 02:42:00"


def test_an_answer_in_the_second_of_the_approval_is_not_after_it(items: Desk) -> None:
    item = items.item()
    items.approved(item)
    items.shop.instance.answer(item, account="ann")
    assert proves(items.record(item))


def test_an_answer_that_was_changed_after_the_approval_makes_it_void(items: Desk) -> None:
    item = items.item()
    items.approved(item)
    assert proves(items.record(item))
    items.after()
    items.shop.instance.answer(item, account="eve")
    found = items.record(item)
    assert (found.void, found.why) == (True, "The field variables.account was changed after the approval.")


def test_it_counts_again_once_it_is_approved_again(items: Desk) -> None:
    item = items.item()
    first = items.approved(item)
    items.after()
    items.shop.instance.answer(item, account="eve")
    second = items.approved(item)
    assert proves(items.record(item))
    assert items.record(item).mark.startswith(second) and first != second


def test_a_variable_that_the_mapping_does_not_name_may_change(items: Desk) -> None:
    item = items.shop.instance.add_item({"account": "ann", "why": "lost"})
    items.approved(item)
    items.after()
    items.shop.instance.answer(item, why="stolen")
    assert proves(items.record(item))


def test_a_copied_approval_proves_nothing(items: Desk) -> None:
    item = items.item()
    items.approved(item)
    copy = items.shop.instance.clone(item, "sc_req_item")
    assert items.shop.instance.row(copy, "sc_req_item")["approval"] == "approved"
    assert items.record(copy) == ApprovalRecord(why=NOBODY)
    assert proves(items.record(item))


def test_an_approval_of_another_record_proves_nothing(items: Desk) -> None:
    item, other = items.item(approval="approved"), items.item()
    items.approved(other)
    assert items.record(item) == ApprovalRecord(why=NOBODY)

    def widened(request: Request) -> Request:
        return replace(request, target=request.target.replace("sysapproval", "u_nothing", 1))

    items.shop.bend = lambda request: widened(request) if APPROVERS in request.path else request
    assert not proves(items.record(item))


@pytest.mark.parametrize("state", ["rejected", "requested"])
def test_the_newest_answer_decides(items: Desk, state: str) -> None:
    item = items.item()
    items.approved(item)
    items.approved(item, state)
    items.shop.instance.edit(item, "sc_req_item", approval="approved")
    found = items.record(item)
    assert (found.void, found.why) == (True, OTHERWISE)


def test_of_two_answers_in_one_second_the_no_counts(items: Desk) -> None:
    item = items.item()
    rows = [items.shop.instance.ask_approval(item, items.kim, "sc_req_item") for _ in range(2)]
    items.after()
    items.shop.instance.decide(rows[1], "rejected")
    items.shop.instance.decide(rows[0])
    assert items.record(item).void


@pytest.mark.parametrize("state", ["not_required", "cancelled", "duplicate", "not requested"])
def test_who_need_not_answer_any_more_decides_nothing(items: Desk, state: str) -> None:
    item = items.item()
    items.approved(item)
    items.after()
    items.shop.instance.add(APPROVERS, sysapproval=item, approver=items.kim, state=state)
    assert proves(items.record(item))


def test_a_reminder_on_an_approval_makes_no_other_approval_of_it(items: Desk) -> None:
    item = items.item()
    row = items.approved(item)
    items.after()
    items.shop.instance.edit(row, APPROVERS, by="system", source_table="sc_req_item")
    assert items.record(item).mark == row


def reminded(desk: Desk, row: str) -> None:
    desk.shop.instance.edit(row, APPROVERS, by="system", source_table="sc_req_item")


def test_what_was_answered_before_the_question_is_approved_whoever_wrote_on_it_last(items: Desk) -> None:
    item = items.item()
    row = items.approved(item)
    items.after()
    reminded(items, row)
    assert proves(items.record(item))


@pytest.mark.parametrize("wait", [0.0, 60.0])
def test_a_reminder_proves_nothing_of_what_was_changed_before_it(items: Desk, wait: float) -> None:
    item = items.item()
    row = items.approved(item)
    items.after()
    items.shop.instance.answer(item, account="eve")
    items.after(wait)
    reminded(items, row)
    found = items.record(item)
    assert (found.proof, found.void, found.why) == ("", False, TOUCHED)


def test_a_reminder_makes_an_older_yes_no_newer_than_a_no(items: Desk) -> None:
    item = items.item()
    row = items.approved(item)
    items.after()
    items.shop.instance.add(APPROVERS, sysapproval=item, approver=items.kim, state="rejected")
    items.after()
    reminded(items, row)
    assert items.record(item).why == TOUCHED


def test_a_task_is_approved_by_its_item(items: Desk) -> None:
    item = items.item()
    task = items.shop.instance.add_task(item)
    items.table, items.approval = "sc_task", "request_item.approval"
    items.approved(item, table="sc_req_item")
    assert proves(items.record(task))
    items.after()
    items.shop.instance.answer(item, account="eve")
    assert items.record(task).void


def test_an_item_that_was_moved_to_an_approved_request_is_not_approved_by_it(items: Desk) -> None:
    item, other = items.item(), items.item()
    items.approval = "request.approval"
    request = items.shop.instance.row(other, "sc_req_item")["request"]
    items.approved(request, table="sc_request")
    assert items.record(other).why == NO_HISTORY
    items.after()
    items.shop.instance.edit(item, "sc_req_item", request=request)
    assert items.record(item).why == NO_HISTORY
    items.history_is_readable()
    assert items.record(item).void


@pytest.mark.parametrize("table", [APPROVERS, ANSWERS])
def test_times_that_may_not_be_read_prove_nothing(items: Desk, table: str) -> None:
    item = items.item()
    items.approved(item)
    assert proves(items.record(item))
    hidden = "sc_item_option" if table == ANSWERS else table
    items.shop.instance.access.hidden_fields.add((hidden, "sys_updated_on"))
    assert not proves(items.record(item))


@pytest.mark.parametrize("how", ["hidden", "forbidden", "row", "state", "uncounted"])
def test_approvers_that_may_not_all_be_read_prove_nothing(items: Desk, how: str) -> None:
    item = items.item()
    items.approved(item)
    newest = items.approved(item, "rejected")
    items.shop.instance.edit(item, "sc_req_item", approval="approved")
    access = items.shop.instance.access
    match how:
        case "hidden":
            access.hidden_tables.add(APPROVERS)
        case "forbidden":
            access.forbidden_tables.add(APPROVERS)
        case "row":
            access.hidden_rows.add((APPROVERS, newest))
        case "state":
            access.hidden_fields.add((APPROVERS, "sysapproval"))
        case _:
            items.shop.bend = uncounted
    found = items.record(item)
    assert (found.proof, found.why) == ("", UNREADABLE)


def test_an_error_beside_the_answers_is_no_answer(items: Desk) -> None:
    item = items.item()
    items.approved(item)
    half: dict[str, Any] = {"result": [], "error": {"message": "Transaction cancelled"}}
    answer = Response.json(200, half, {"X-Total-Count": "0"})
    items.shop.answer = lambda request: answer if APPROVERS in request.path else None
    with pytest.raises(Exception, match="can't be read"):
        items.record(item)


# Columns


def test_columns_are_proven_by_their_history(incidents: Desk) -> None:
    ticket = incident(incidents)
    incidents.approved(ticket)
    assert "history of columns" in incidents.record(ticket).proof


@pytest.mark.parametrize("column", ["caller_id", "opened_by"])
def test_a_column_that_changed_after_the_approval_makes_it_void(incidents: Desk, column: str) -> None:
    ticket = incident(incidents)
    incidents.approved(ticket)
    incidents.after()
    incidents.shop.instance.edit(ticket, **{column: incidents.kim})
    assert incidents.record(ticket).void


def test_what_changed_before_the_approval_was_approved(incidents: Desk) -> None:
    ticket = incident(incidents)
    incidents.after()
    incidents.shop.instance.edit(ticket, caller_id=incidents.kim)
    incidents.approved(ticket)
    assert proves(incidents.record(ticket))


def test_a_change_in_the_second_of_the_approval_is_not_proven_to_come_before(incidents: Desk) -> None:
    ticket = incident(incidents)
    incidents.approved(ticket)
    assert proves(incidents.record(ticket))
    incidents.shop.instance.edit(ticket, caller_id=incidents.kim)
    assert not proves(incidents.record(ticket))


def test_a_change_and_its_way_back_make_it_void_too(incidents: Desk) -> None:
    ticket = incident(incidents)
    ann = incidents.shop.instance.row(ticket)["caller_id"]
    incidents.approved(ticket)
    incidents.after()
    incidents.shop.instance.edit(ticket, caller_id=incidents.kim)
    incidents.shop.instance.edit(ticket, caller_id=ann)
    assert incidents.record(ticket).void


def test_a_name_that_changed_behind_a_reference_makes_it_void(incidents: Desk) -> None:
    incidents.shop.instance.records.history.tables |= {"sys_user"}
    ticket = incident(incidents)
    incidents.approved(ticket)
    assert proves(incidents.record(ticket))
    incidents.after()
    ann = incidents.shop.instance.row(ticket)["caller_id"]
    incidents.shop.instance.edit(ann, "sys_user", user_name="eve")
    assert incidents.record(ticket).void


def test_the_history_of_records_in_between_counts(items: Desk) -> None:
    items.history_is_readable()
    items.values["subject"] = Pipeline(("request.requested_for.user_name",))
    ann = items.shop.instance.add_user("ann.lee")
    item = items.item(requested_for=ann)
    items.approved(item)
    assert proves(items.record(item))
    items.after()
    request = items.shop.instance.row(item, "sc_req_item")["request"]
    items.shop.instance.edit(request, "sc_request", requested_for=items.kim)
    assert items.record(item).void


@pytest.mark.parametrize("how", ["hidden", "forbidden", "row", "uncounted", "unaudited", "reference"])
def test_a_history_that_may_not_be_read_is_not_a_clean_one(incidents: Desk, how: str) -> None:
    if how == "unaudited":
        incidents.shop.instance.records.history.tables = frozenset()
    ticket = incident(incidents)
    incidents.approved(ticket)
    access = incidents.shop.instance.access
    match how:
        case "hidden":
            access.hidden_tables.add(AUDIT)
        case "forbidden":
            access.forbidden_tables.add(AUDIT)
        case "row":
            access.hidden_rows.add((AUDIT, incidents.shop.instance.rows(AUDIT)[0]["sys_id"]))
        case "uncounted":
            incidents.shop.bend = lambda each: uncounted(each) if AUDIT in each.path else each
        case "reference":
            access.hidden_fields.add(("incident", "caller_id"))
    found = incidents.record(ticket)
    assert (found.proof, found.why) == ("", NO_HISTORY)


def test_who_approved_by_hand_is_in_the_history(incidents: Desk) -> None:
    ticket = incident(incidents)
    incidents.after()
    incidents.shop.instance.edit(ticket, approval="approved", by="kim.boss")
    assert proves(incidents.record(ticket))


@pytest.mark.parametrize("by", ["system", ""])
def test_what_no_person_approved_is_not_approved(incidents: Desk, by: str) -> None:
    ticket = incident(incidents)
    incidents.after()
    incidents.shop.instance.edit(ticket, approval="approved", by=by)
    assert incidents.record(ticket) == ApprovalRecord(why=NOBODY)


def test_a_ticket_that_was_made_approved_is_not_approved(incidents: Desk) -> None:
    ticket = incident(incidents, approval="approved")
    assert incidents.record(ticket) == ApprovalRecord(why=NOBODY)
    copy = incidents.shop.instance.clone(ticket)
    assert incidents.record(copy) == ApprovalRecord(why=NOBODY)


def test_a_column_behind_the_first_that_is_filled_decides_nothing(items: Desk) -> None:
    items.values["subject"] = Pipeline(("variables.account", "requested_for.user_name"))
    item, empty = items.item(), items.shop.instance.add_item({"account": ""}, None, None)
    for each in (item, empty):
        items.approved(each)
    assert proves(items.record(item))
    assert items.record(empty).why == NO_HISTORY


def test_the_requesters_column_is_looked_at_where_the_history_may_be_read(items: Desk) -> None:
    item = items.item()
    items.approved(item)
    items.after()
    items.shop.instance.edit(item, "sc_req_item", opened_by=items.kim)
    assert proves(items.record(item))
    items.history_is_readable()
    assert items.record(item).void


# What it costs


def test_many_tickets_are_asked_about_at_once_and_unapproved_ones_never(items: Desk) -> None:
    wanted = [items.item() for _ in range(5)]
    for each in wanted[:3]:
        items.approved(each)
    mapping = items.mapping
    desk = KIND.desk(items.shop.service, mapping, items.shop.url, ())
    tickets = filled(KIND.records(items.shop.service, mapping), mapping, [*desk.poll()])
    shown = {each.id: each.approval for each in tickets}
    assert [each for each in wanted if shown[each] is not None] == wanted[:3]
    assert len(items.shop.calls(APPROVERS)) == len(items.shop.calls(AUDIT)) == 1
    assert len(items.shop.calls(ANSWERS)) == 1


@pytest.mark.parametrize("how", ["forbidden", "unaudited"])
def test_a_history_that_there_is_not_is_not_asked_for_again_where_no_proof_needs_it(
    items: Desk, how: str
) -> None:
    items.history_is_readable()
    if how == "forbidden":
        items.shop.instance.access.forbidden_tables.add(AUDIT)
    else:
        items.shop.instance.records.history.tables = frozenset()
    item = items.item()
    items.approved(item)
    mapping = items.mapping
    records = KIND.records(items.shop.service, mapping)
    desk = KIND.desk(items.shop.service, mapping, items.shop.url, ())
    for _ in range(3):
        ticket = desk.read(item)
        assert ticket and filled(records, mapping, [ticket])[0].approval
    assert len(items.shop.calls(AUDIT)) == 1
