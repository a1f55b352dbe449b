"""One call, read by its id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.domain.errors import Down
from connector.simulators import Response
from connector.simulators.faults import ALWAYS, answer, when
from connector.simulators.topdesk import refused
from tests.desks.topdesk.office import MAPPING, Office, office


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def test_ids_in_capitals_are_the_same_ids(there: Office) -> None:
    made = there.incident()
    there.traps(uppercase_ids=True)
    desk = there.desk(replace(MAPPING, settle={"used": {"processingStatus.id": ""}}))
    (ticket,) = desk.poll()
    assert ticket.id == made
    assert ticket.fields["caller.id"] == there.people["Ann Lee"]
    assert ticket.fields["processingStatus.id"] == ticket.fields["processingStatus.id"].lower() != ""
    again = desk.read(made)
    assert again is not None and again.fields == ticket.fields


def test_a_list_and_a_single_read_tell_times_alike_with_their_zone(there: Office) -> None:
    made = there.incident(optionalFields1={"date1": "2026-10-01T09:30:00+02:00"})
    desk = there.desk(replace(MAPPING, settle={"used": {"optionalFields1.date1": ""}}), "callDate")
    (ticket,) = desk.poll()
    read = desk.read(made)
    assert read is not None
    assert (
        ticket.fields["optionalFields1.date1"]
        == read.fields["optionalFields1.date1"]
        == "2026-10-01T07:30:00Z"
    )
    assert ticket.fields["callDate"] == "2026-09-21T14:13:20Z"


def test_a_read_shows_the_same_ticket_as_the_poll(there: Office) -> None:
    made = there.incident()
    desk = there.desk()
    assert [desk.read(made)] == list(desk.poll())


def test_a_call_that_is_gone_or_hidden_is_none(there: Office) -> None:
    made, hidden = there.incident(), there.incident()
    assert there.desk().read(made) and there.desk().read(hidden)
    there.server.remove(made)
    there.server.access.hidden_incidents.add(hidden)
    desk = there.desk()
    assert (desk.read(made), desk.read(hidden)) == (None, None)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_desk_that_shows_no_call_at_all_does_not_say_that_this_one_is_gone(
    there: Office, status: int
) -> None:
    made = there.incident()
    there.served.faults.add(when("GET", "/incidents", times=ALWAYS), answer(refused(status, "No")))
    with pytest.raises(Down):
        there.desk().read(made)


def test_a_call_that_alone_is_forbidden_is_none(there: Office) -> None:
    made = there.incident()
    assert there.desk().read(made)
    there.served.faults.add(when("GET", "/incidents/id/"), answer(refused(403, "No")))
    assert there.desk().read(made) is None


def test_another_record_than_was_asked_for_is_down(there: Office) -> None:
    made, other = there.incident(), there.incident()
    there.served.faults.add(
        when("GET", "/incidents/id/"), answer(Response.json(200, there.server.incident(other)))
    )
    with pytest.raises(Down, match="another record"):
        there.desk().read(made)


def test_only_an_id_is_put_into_an_address(there: Office) -> None:
    with pytest.raises(ValueError, match="a UUID in small letters"):
        there.desk().read("../persons")
    assert there.asked == []
