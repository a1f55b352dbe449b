from __future__ import annotations

from dataclasses import replace

import pytest

from connector.desks.topdesk.dialect import TopdeskDialect
from connector.domain.outcome import State
from connector.domain.people import Subject
from connector.domain.ticket import Attempt, Claim, Ticket
from connector.mapping import AnyOf, Condition, Mapping, Watch
from connector.mapping.queue import Queue
from tests.desks.conftest import MAPPING

TICKET = Ticket(
    "https://contoso.example.org",
    "a" * 32,
    "INC1",
    {"category": "identity", "state": "1"},
    open=True,
    mailed=False,
    links="",
)
CLAIM = Claim(TICKET.desk, TICKET.id, TICKET.number, "incidents", State.LIVE, "worker", 1, "TAP-7QK3F9C2")
TRIED = replace(CLAIM, attempt=Attempt(1, "TAP-7QK3F9C2-1", Subject("", "", ""), None, "", 0, 0, True, 0))
SETS_SIX = replace(MAPPING, settle={"delivered": {"state": "6", "u_done": "true"}})


def is_ours(mapping: Mapping, seen: Ticket) -> bool:
    """Once an attempt was made."""
    return Queue(mapping).is_ours(TRIED, seen)


def ticket(*, is_open: bool = True, **fields: str) -> Ticket:
    return replace(TICKET, open=is_open, fields={**TICKET.fields, **fields})


def test_before_an_attempt_only_a_ticket_in_the_queue_is_ours() -> None:
    queue = Queue(SETS_SIX)
    assert queue.is_ours(CLAIM, TICKET) and queue.wants(TICKET)
    assert not queue.is_ours(CLAIM, ticket(state="6"))
    assert not queue.is_ours(CLAIM, ticket(is_open=False))


def test_a_ticket_that_is_still_watched_is_as_we_left_it() -> None:
    assert is_ours(MAPPING, TICKET)


def test_what_our_own_word_wrote_takes_no_ticket_out_of_our_hands() -> None:
    assert is_ours(SETS_SIX, ticket(state="6"))
    assert is_ours(SETS_SIX, ticket(state="6", is_open=False))


@pytest.mark.parametrize(
    "changed",
    [
        ticket(state="3"),
        ticket(category="network"),
        ticket(is_open=False),
        ticket(state="6", category="network"),
        ticket(state="7", is_open=False),
    ],
)
def test_a_ticket_that_somebody_changed_is_not(changed: Ticket) -> None:
    assert not is_ours(SETS_SIX, changed)


def test_a_field_that_can_no_longer_be_read_is_not_known_to_be_ours() -> None:
    assert not is_ours(MAPPING, replace(TICKET, fields={"category": "identity"}))


CALL = {"category": "identity", "state": "1", "processingStatus.name": "In progress"}
WORKED = replace(
    MAPPING,
    settle={"delivered": {"processingStatus.name": "In progress"}},
    traits=TopdeskDialect.traits,
)


def watching(*statuses: str) -> Mapping:
    condition = Condition("processingStatus.name", AnyOf(statuses))
    return replace(WORKED, watch=Watch((*MAPPING.watch.conditions, condition)))


def test_a_status_that_tickets_in_the_queue_have_too_closed_nothing() -> None:
    closed = replace(TICKET, open=False, fields=CALL)
    assert not is_ours(watching("Registered", "In progress"), closed)
    assert not is_ours(WORKED, closed)
    assert not is_ours(
        replace(MAPPING, settle={"delivered": {"state": "2"}}), ticket(state="2", is_open=False)
    )


def test_a_status_that_takes_a_call_out_of_the_queue_may_have_completed_it() -> None:
    assert is_ours(watching("Registered"), replace(TICKET, open=False, fields=CALL))
