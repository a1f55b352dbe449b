"""A row from outside is made harmless before anything else sees it."""

from __future__ import annotations

import pytest

from connector.desks.servicenow.rows import Rows
from connector.mapping import Mapping
from connector.mapping.watch import AnyOf, Condition, Watch

ROWS = Rows(
    Mapping("incidents", "contoso", "incident", Watch((Condition("state", AnyOf(("1",))),)), {}),
    "https://contoso.example.org",
)
SYS_ID = "0123456789abcdef" * 2
RECORD: dict[str, object] = {"sys_id": SYS_ID, "number": "INC1", "state": "1", "active": "true"}


@pytest.mark.parametrize("number", ["", "INC\x1b[31m", "INC\n1", "I" * 41])
def test_a_number_that_nobody_could_read_out_gives_way_to_the_sys_id(number: str) -> None:
    ticket = ROWS.ticket({"sys_id": SYS_ID, "number": number, "state": "1", "active": "true"})
    assert ticket
    assert ticket.number == SYS_ID


def test_half_a_character_is_no_text_that_anything_chokes_on() -> None:
    ticket = ROWS.ticket({"sys_id": SYS_ID, "number": "INC\ud83d", "state": "\ud83d1", "active": "true"})
    assert ticket
    assert (ticket.number + ticket.fields["state"]).encode() == b"INC??1"


@pytest.mark.parametrize(
    "row", [None, "x", [], {}, RECORD | {"sys_id": "short"}, RECORD | {"sys_id": {"display_value": SYS_ID}}]
)
def test_what_is_no_record_is_no_ticket(row: object) -> None:
    assert ROWS.ticket(RECORD)
    assert ROWS.ticket(row) is None
