"""Where the account may not write it, a journal drops a note in silence: whether it keeps them is seen at the
first one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain import logger as log
from connector.domain.outcome import DidNot, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.secret import Secret
from connector.lifecycle.roles import TicketWrite
from connector.mapping import NoteRules
from connector.simulators import Request, Response
from connector.simulators.servicenow import Column, Traps
from tests.desks.receipts import ALL_SET, NOT_ALL_SET
from tests.desks.servicenow.shop import Shop
from tests.http.loopback import within

PASS = "k7#RmQ2x"
FIELDS = {"state": "2", "u_ref": "TAP-7QK3F9C2-2"}
NOTE = TicketWrite(
    Secret(f"Temporary Access Pass for Ann Lee\n\n    {PASS}\n\nReference TAP-7QK3F9C2-2"), FIELDS
)
CURE = "the desk accepted the note but didn't keep it: the account must be allowed to write work_notes"


@pytest.fixture
def ticket(shop: Shop) -> str:
    shop.instance.add_columns("incident", u_ref=Column("Reference"))
    return shop.instance.add_incident(category="identity")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(log, "event", lambda event, **known: found.append((event.value, known)))
    return found


def desk(shop: Shop) -> ServiceNowDesk:
    return shop.desk(table="incident", note=NoteRules(marker="u_ref"))


def drops(shop: Shop) -> None:
    shop.instance.access.read_only.add(("incident", "work_notes"))


def set_up(shop: Shop, **traps: Any) -> None:
    shop.instance.traps = replace(Traps(), **traps)


def methods(shop: Shop) -> list[str]:
    return [each.method for each in shop.requests]


def test_the_answer_of_the_first_write_proves_it_without_another_call(shop: Shop, ticket: str) -> None:
    made = desk(shop)
    assert made.write(ticket, NOTE) == ALL_SET
    assert methods(shop) == ["PATCH"]


def test_once_it_was_proven_nobody_asks_for_the_history_again(shop: Shop, ticket: str) -> None:
    made = desk(shop)
    made.write(ticket, NOTE)
    set_up(shop, journal="forbidden", journal_echo=False)
    assert made.write(shop.instance.add_incident(), NOTE) == ALL_SET
    assert [each.query["sysparm_display_value"] for each in shop.requests] == ["all", "false"]
    assert "work_notes" not in shop.requests[1].query["sysparm_fields"]


def test_a_notice_is_not_asked_for_and_proves_nothing(shop: Shop, ticket: str) -> None:
    made = desk(shop)
    made.write(ticket, TicketWrite("No pass was made. Reference TAP-7QK3F9C2", {"state": "2"}))
    assert [each.query["sysparm_display_value"] for each in shop.requests] == ["false"]
    drops(shop)
    shop.instance.edit(ticket, work_notes="hello")
    assert isinstance(made.write(ticket, NOTE), DidNot)


def test_where_the_answer_does_not_show_it_the_journal_is_looked_at_once(shop: Shop, ticket: str) -> None:
    set_up(shop, journal_echo=False)
    made = desk(shop)
    assert made.write(ticket, NOTE) == ALL_SET
    assert methods(shop) == ["PATCH", "GET"]
    made.write(ticket, NOTE)
    assert methods(shop) == ["PATCH", "GET", "PATCH"]


@pytest.mark.parametrize("echo", [True, False])
@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_note_that_was_dropped_was_not_handed_over(
    shop: Shop, ticket: str, echo: bool, elsewhere: bool
) -> None:
    """The marker and the state landed, and prove nothing."""
    set_up(shop, journal_echo=echo)
    drops(shop)
    shop.instance.edit(
        shop.instance.add_incident() if elsewhere else ticket, work_notes="called the person back"
    )
    made = desk(shop)
    for _ in range(2):
        done = made.write(ticket, NOTE)
        assert done == DidNot(Reason.DESK_REFUSED, Retry.NEVER, CURE)
        assert isinstance(done, DidNot) and done.trouble and not done.trouble.shared
    assert shop.instance.row(ticket)["u_ref"] == "TAP-7QK3F9C2-2"


def test_an_earlier_attempts_note_is_not_this_ones(shop: Shop, ticket: str) -> None:
    drops(shop)
    shop.instance.edit(ticket, work_notes="Reference TAP-7QK3F9C2-1")
    assert isinstance(desk(shop).write(ticket, NOTE), DidNot)


def test_the_reference_in_a_comment_is_not_the_note(shop: Shop, ticket: str) -> None:
    """`settle` may name it to the caller, and a server may drop the condition on the field
    (servicenow.md §0.1).
    """
    drops(shop)
    shop.instance.edit(ticket, work_notes="called the person back")

    def bend(request: Request) -> Request:
        return replace(request, target=request.target.replace("elementINwork_notes", "nothing=1"))

    shop.bend = bend
    said = TicketWrite(NOTE.note, {**FIELDS, "comments": "We are on it: TAP-7QK3F9C2-2"})
    assert isinstance(desk(shop).write(ticket, said), DidNot)


@pytest.mark.parametrize("journal", ["forbidden", "empty"])
def test_where_nobody_can_tell_the_200_counts_and_one_warning_says_so(
    shop: Shop, ticket: str, told: list[tuple[str, dict[str, Any]]], journal: str
) -> None:
    set_up(shop, journal=journal, journal_echo=False)
    made = desk(shop)
    for _ in range(2):
        assert made.write(ticket, NOTE) == ALL_SET
    ((action, known),) = told
    assert (action, known["desk"], known["mapping"]) == ("note_unproven", "shop", "items")
    assert "grant the account read on sys_journal_field" in known["cure"]
    assert PASS not in repr(told)


def test_what_could_not_be_told_is_found_out_later(
    shop: Shop, ticket: str, told: list[tuple[str, dict[str, Any]]]
) -> None:
    """On a fresh instance nobody has written a note yet."""
    drops(shop)
    made = desk(shop)
    assert made.write(ticket, NOTE) == ALL_SET
    shop.instance.edit(shop.instance.add_incident(), work_notes="the first note of all")
    assert isinstance(made.write(ticket, NOTE), DidNot)
    assert len(told) == 1


@pytest.mark.parametrize("hidden", ["value", "element"])
def test_a_journal_whose_columns_may_not_be_read_proves_nothing(
    shop: Shop, ticket: str, told: list[tuple[str, dict[str, Any]]], hidden: str
) -> None:
    set_up(shop, journal_echo=False, unreadable_field="ignored")
    shop.instance.access.hidden_fields.add(("sys_journal_field", hidden))
    assert desk(shop).write(ticket, NOTE) == ALL_SET
    assert len(told) == 1


def test_notes_of_other_tickets_in_a_look_at_one_prove_nothing(
    shop: Shop, ticket: str, told: list[tuple[str, dict[str, Any]]]
) -> None:
    """The condition was dropped, and ours may come behind 10,000 others."""
    set_up(shop, journal_echo=False)
    shop.bend = lambda request: replace(request, target=request.target.replace("element_idIN", "nothingIN"))
    shop.instance.edit(shop.instance.add_incident(), work_notes="of another ticket")
    assert desk(shop).write(ticket, NOTE) == ALL_SET
    assert len(told) == 1


def test_a_look_that_cannot_be_had_leaves_it_open(shop: Shop, ticket: str) -> None:
    set_up(shop, journal_echo=False)
    down = Response.json(503, {"error": {"message": f"no {PASS}"}})
    shop.answer = lambda request: down if request.method == "GET" else None
    done = desk(shop).write(ticket, NOTE)
    assert isinstance(done, Unknown) and PASS not in repr(done)


def test_a_note_without_a_reference_can_not_be_looked_for(
    shop: Shop, ticket: str, told: list[object]
) -> None:
    shop.instance.edit(ticket, work_notes="readable")
    assert desk(shop).write(ticket, TicketWrite(Secret(PASS))) == ALL_SET
    assert methods(shop) == ["PATCH"]
    assert told


def test_choices_and_dates_are_still_read_back_as_values(shop: Shop, ticket: str) -> None:
    assert (
        desk(shop).write(ticket, TicketWrite(NOTE.note, {"state": "2", "due_date": "2026-03-02 08:00:00"}))
        == ALL_SET
    )
    assert desk(shop).write(ticket, TicketWrite(NOTE.note, {"state": "In Progress"})) == NOT_ALL_SET
    assert {each.query["sysparm_input_display_value"] for each in shop.requests} == {"false"}


def test_after_a_lost_reply_the_marker_tells_only_where_the_journal_can_not(shop: Shop, ticket: str) -> None:
    drops(shop)
    made = desk(shop)
    made.write(ticket, NOTE)
    seen = made.read(ticket)
    assert seen and made.shows_note(seen, "TAP-7QK3F9C2-2")
    shop.instance.edit(ticket, work_notes="called the person back")
    assert not made.shows_note(seen, "TAP-7QK3F9C2-2")
    set_up(shop, journal="forbidden")
    assert made.shows_note(seen, "TAP-7QK3F9C2-2")
    assert not made.shows_note(seen, "TAP-7QK3F9C2-1")


def test_nothing_of_the_history_stays_behind_in_the_desk(shop: Shop, ticket: str) -> None:
    made = desk(shop)
    assert made.write(ticket, NOTE) == ALL_SET
    assert PASS in shop.instance.notes(ticket)[-1]
    assert PASS not in within(made, 3)
