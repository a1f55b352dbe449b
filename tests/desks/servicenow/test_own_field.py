"""A restricted field of the shop's own for passes: plain, a journal, or encrypted; nobody says which.
servicenow.md §4.3
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.outcome import DidNot, Happened, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import WriteReceipt
from connector.domain.secret import Secret
from connector.lifecycle.roles import TicketWrite
from connector.mapping import NoteRules
from connector.simulators import Request, Response
from connector.simulators.servicenow import Column
from tests.desks.receipts import ALL_SET, NOT_ALL_SET
from tests.desks.servicenow.shop import Shop
from tests.http.loopback import within

PASS = "k7#RmQ2x"
FIRST = "Temporary Access Pass for Ann Lee (ann.lee@contoso.com)"
TEXT = f"{FIRST}\n\n    {PASS}\n\nWorks once.\nReference TAP-7QK3F9C2-1"
FIELDS = {"state": "2", "u_ref": "TAP-7QK3F9C2-1"}
NOTE = TicketWrite(Secret(TEXT), FIELDS)
PLAIN, JOURNAL, ENCRYPTED = Column("Pass"), Column("Pass", "journal"), Column("Pass", "encrypted")
KINDS = pytest.mark.parametrize("column", [PLAIN, JOURNAL, ENCRYPTED], ids=["plain", "journal", "encrypted"])


@pytest.fixture
def ticket(shop: Shop) -> str:
    shop.instance.add_columns("incident", u_ref=Column("Reference"))
    return shop.instance.add_incident(category="identity")


def desk(shop: Shop, plain: str = "work_notes") -> ServiceNowDesk:
    return shop.desk(
        table="incident", note=NoteRules("u_pass", "u_ref", plain), settle={"delivered": {"state": "2"}}
    )


def writes(shop: Shop) -> list[Request]:
    return [each for each in shop.requests if each.method == "PATCH"]


def held(shop: Shop, ticket: str) -> str:
    return "\n".join([shop.instance.row(ticket)["u_pass"], *shop.instance.notes(ticket, "u_pass")])


@KINDS
def test_the_pass_is_kept_whatever_kind_the_field_is_of(shop: Shop, ticket: str, column: Column) -> None:
    shop.instance.add_columns("incident", u_pass=column)
    assert desk(shop).write(ticket, NOTE) == NOT_ALL_SET  # the state is still to be set
    assert TEXT in held(shop, ticket)
    assert (shop.instance.row(ticket)["u_ref"], shop.instance.row(ticket)["state"]) == ("TAP-7QK3F9C2-1", "1")


@KINDS
def test_pass_and_marker_go_in_one_write_and_the_fields_are_never_sent_as_display_values(
    shop: Shop, ticket: str, column: Column
) -> None:
    """A choice's value could be another one's label, and a date would be one of the account's zone (§1.2)."""
    shop.instance.add_columns("incident", u_pass=column)
    made = desk(shop)
    made.write(ticket, NOTE)
    made.write(ticket, TicketWrite(None, {"state": "2"}))
    made.write(ticket, NOTE)
    for each in writes(shop):
        body = json.loads(each.body)
        assert ("u_pass" in body) is ("u_ref" in body)
        if "state" in body:
            assert each.query["sysparm_input_display_value"] == "false"


@KINDS
def test_a_field_that_was_seen_to_need_no_display_mode_takes_all_in_one_write(
    shop: Shop, ticket: str, column: Column
) -> None:
    shop.instance.add_columns("incident", u_pass=column)
    made = desk(shop)
    made.write(ticket, NOTE)
    del shop.requests[:]
    assert made.write(ticket, NOTE) == Happened(WriteReceipt(column is not ENCRYPTED))
    assert len(shop.requests) == 1


def test_a_text_for_the_callers_goes_with_the_pass(shop: Shop, ticket: str) -> None:
    """The teller can't tell whether a journal was written, and doesn't write to it twice."""
    shop.instance.add_columns("incident", u_pass=ENCRYPTED)
    desk(shop).write(ticket, TicketWrite(Secret(TEXT), {"state": "2", "comments": "We are on it."}))
    assert shop.instance.notes(ticket, "comments") == ["We are on it."]


def no_field(shop: Shop) -> None:
    """Its name is mistyped: ServiceNow drops it in silence."""


def read_only(shop: Shop) -> None:
    shop.instance.add_columns("incident", u_pass=PLAIN)
    shop.instance.access.read_only.add(("incident", "u_pass"))


def write_only(shop: Shop) -> None:
    shop.instance.add_columns("incident", u_pass=PLAIN)
    shop.instance.access.hidden_fields.add(("incident", "u_pass"))


def too_short(shop: Shop) -> None:
    shop.instance.add_columns("incident", u_pass=replace(PLAIN, longest=100))


def older_note(shop: Shop) -> None:
    """It holds an earlier one, and takes no other."""
    read_only(shop)
    for row in shop.instance.rows():
        shop.instance.edit(row["sys_id"], u_pass=TEXT.replace(PASS, "zzzzzzzz"))


@pytest.mark.parametrize("broken", [no_field, read_only, write_only, too_short, older_note])
def test_what_is_not_seen_to_be_kept_was_not_delivered(shop: Shop, ticket: str, broken: object) -> None:
    broken(shop)  # type: ignore[operator]
    done = desk(shop).write(ticket, NOTE)
    assert isinstance(done, DidNot)
    assert (done.reason, done.retry) == (Reason.DESK_REFUSED, Retry.COUNTED)
    assert "the field u_pass doesn't show what was written to it" in done.detail
    assert PASS not in repr(done)


def test_a_field_that_becomes_encrypted_is_found_out(shop: Shop, ticket: str) -> None:
    shop.instance.add_columns("incident", u_pass=PLAIN)
    made = desk(shop)
    made.write(ticket, NOTE)
    shop.instance.edit(ticket, u_pass="")
    shop.instance.add_columns("incident", u_pass=ENCRYPTED)
    assert isinstance(made.write(ticket, NOTE), DidNot)
    assert isinstance(made.write(ticket, NOTE), Happened)
    assert TEXT in held(shop, ticket)


@KINDS
def test_an_echo_that_shows_nothing_is_looked_at_once_more(shop: Shop, ticket: str, column: Column) -> None:
    """A PATCH that answers in value mode: ciphertext is no proof."""
    shop.instance.add_columns("incident", u_pass=column)

    def bend(request: Request) -> Request:
        mode = "sysparm_display_value=all"
        return (
            replace(request, target=request.target.replace(mode, "x=y"))
            if request.method == "PATCH"
            else request
        )

    shop.bend = bend
    assert desk(shop).write(ticket, NOTE) == NOT_ALL_SET
    assert [each.method for each in shop.requests] == (["PATCH"] if column is PLAIN else ["PATCH", "GET"])


def test_a_look_that_cannot_be_had_is_no_proof(shop: Shop, ticket: str) -> None:
    read_only(shop)
    gone = Response.json(503, {"error": {"message": f"no {PASS}"}})
    shop.answer = lambda request: gone if request.method == "GET" else None
    done = desk(shop).write(ticket, NOTE)
    assert isinstance(done, DidNot) and PASS not in repr(done)


def test_a_lost_reply_is_unknown(shop: Shop, ticket: str) -> None:
    shop.instance.add_columns("incident", u_pass=ENCRYPTED)
    shop.answer = lambda request: Response(500)
    assert isinstance(desk(shop).write(ticket, NOTE), Unknown)
    assert len(shop.requests) == 1


@KINDS
def test_it_is_emptied_and_seen_to_be_before_the_rest_is_said(
    shop: Shop, ticket: str, column: Column
) -> None:
    shop.instance.add_columns("incident", u_pass=column)
    made = desk(shop)
    made.write(ticket, NOTE)
    del shop.requests[:]
    assert made.write(ticket, TicketWrite("It has expired.", {"state": "2", "u_pass": ""})) == ALL_SET
    assert shop.instance.row(ticket)["u_pass"] == ""
    assert shop.instance.notes(ticket) == ["It has expired."]
    assert [set(json.loads(each.body)) for each in shop.requests] == [{"u_pass"}, {"state", "work_notes"}]


@pytest.mark.parametrize("column", [PLAIN, ENCRYPTED], ids=["plain", "encrypted"])
def test_what_can_not_be_emptied_is_noticed(shop: Shop, ticket: str, column: Column) -> None:
    shop.instance.add_columns("incident", u_pass=column)
    made = desk(shop)
    made.write(ticket, NOTE)
    shop.instance.access.read_only.add(("incident", "u_pass"))
    assert made.write(ticket, TicketWrite("It has expired.", {"u_pass": ""})) == NOT_ALL_SET
    assert shop.instance.notes(ticket) == ["It has expired."]


@KINDS
def test_one_field_may_hold_passes_and_notices(shop: Shop, ticket: str, column: Column) -> None:
    shop.instance.add_columns("incident", u_pass=column)
    made = desk(shop, plain="u_pass")
    assert isinstance(made.write(ticket, NOTE), Happened)
    assert isinstance(
        made.write(ticket, TicketWrite("It has expired.", {"state": "2", "u_pass": ""})), Happened
    )
    assert held(shop, ticket).strip().endswith("It has expired.")
    assert PASS not in shop.instance.row(ticket)["u_pass"]
    assert shop.instance.row(ticket)["state"] == "2"


def test_nothing_of_the_pass_stays_behind_in_the_desk(shop: Shop, ticket: str) -> None:
    shop.instance.add_columns("incident", u_pass=ENCRYPTED)
    made = desk(shop)
    assert isinstance(made.write(ticket, NOTE), Happened)
    assert PASS in held(shop, ticket)
    assert PASS not in within(made, 3)
