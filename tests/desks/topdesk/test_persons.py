"""Who the caller is: only the card behind `caller.id` says it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.domain.ticket import Ticket
from connector.mapping import AnyOf, Condition, Watch
from connector.mapping.pipeline import Pipeline
from connector.simulators import Response
from connector.simulators.faults import ALWAYS, answer, drop_before, when
from connector.simulators.topdesk import refused
from tests.desks.topdesk.office import MAPPING, WATCH, Office, office

CARD = "/persons/"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def naming(*fields: str) -> Any:
    return replace(MAPPING, values={"subject": Pipeline(fields)})


def one(there: Office, *fields: str) -> Ticket:
    (ticket,) = there.desk(naming(*fields) if fields else MAPPING).poll()
    return ticket


def cards(there: Office) -> list[str]:
    return [route for route in there.routes("GET") if CARD in route]


def test_the_card_counts_and_not_the_address_that_somebody_typed_into_the_call(there: Office) -> None:
    made = there.incident(there.people["Walter Other"])
    there.server.edit(made, caller={"email": "grace.boss@contoso.com", "dynamicName": "Grace Boss"})
    ticket = one(
        there, "caller.email", "caller.dynamicName", "caller.employeeNumber", "caller.networkLoginName"
    )
    assert {name: text for name, text in ticket.fields.items() if name.startswith("caller.")} == {
        "caller.id": there.people["Walter Other"],
        "caller.email": "walter.other@contoso.com",
        "caller.dynamicName": "Other, Walter",
        "caller.employeeNumber": "E00011",
        "caller.networkLoginName": "walter.other",
    }


def test_an_unregistered_caller_is_nobody_whatever_was_typed(there: Office) -> None:
    made = there.incident()
    there.server.edit(
        made, caller={"id": None, "dynamicName": "Grace Boss", "email": "grace.boss@contoso.com"}
    )
    ticket = one(there, "caller.email", "caller.dynamicName")
    assert (
        ticket.fields["caller.email"]
        == ticket.fields["caller.dynamicName"]
        == ticket.fields["caller.id"]
        == ""
    )
    assert cards(there) == []


@pytest.mark.parametrize("version", [1, 2])
def test_an_archived_card_is_nobodys(there: Office, version: int) -> None:
    if version == 1:
        there.served.faults.add(
            when("GET", "/persons/[0-9a-f]{8}", times=ALWAYS), answer(refused(406, "KI 17703"))
        )
    there.incident(there.people["Dana Gone"])
    ticket = one(there)
    assert (ticket.fields["caller.email"], ticket.fields["caller.id"]) == ("", "")


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("shape", ["list", "errors", "text", "html", "empty"])
def test_a_card_that_can_not_be_read_leaves_its_fields_out(there: Office, status: int, shape: Any) -> None:
    """Absent is not empty: nobody goes on to another field."""
    there.served.faults.add(when("GET", CARD, times=ALWAYS), answer(refused(status, "No", shape)))
    there.incident()
    ticket = one(there)
    assert "caller.email" not in ticket.fields
    assert ticket.fields["caller.id"] == there.people["Ann Lee"]


def test_a_hidden_person_is_not_an_unregistered_one(there: Office) -> None:
    there.server.access.hidden_persons.add(there.people["Ann Lee"])
    there.incident()
    ticket = one(there)
    assert ticket.fields["caller.id"] == there.people["Ann Lee"] and cards(there)
    assert "caller.email" not in ticket.fields


@pytest.mark.parametrize(
    "change",
    [{"id": "6f1967b7-15e8-4935-ac26-d50770ed07a7"}, {"id": None}, {"archived": None}, {"archived": "no"}],
)
def test_a_card_of_another_or_that_does_not_say_whether_it_is_archived_says_nothing(
    there: Office, change: dict[str, Any]
) -> None:
    card = {"id": there.people["Ann Lee"], "archived": False, "email": "ann.lee@contoso.com"} | change
    there.served.faults.add(when("GET", CARD, times=ALWAYS), answer(Response.json(200, card)))
    there.incident()
    ticket = one(there)
    assert ticket.fields["caller.id"] == there.people["Ann Lee"] and cards(there)
    assert "caller.email" not in ticket.fields


def test_a_card_with_its_id_in_capitals_is_the_right_one(there: Office) -> None:
    there.traps(uppercase_ids=True)
    there.incident()
    assert one(there).fields["caller.email"] == "ann.lee@contoso.com"


def test_a_version_that_knows_persons_by_the_older_path_is_learnt_once(there: Office) -> None:
    there.served.faults.add(
        when("GET", "/persons/[0-9a-f]{8}", times=ALWAYS), answer(refused(404, "Page not found", "html"))
    )
    there.incident()
    there.incident(there.people["Kim Park"])
    assert [ticket.fields["caller.email"] for ticket in there.desk().poll()] == [
        "ann.lee@contoso.com",
        "kim.park@contoso.com",
    ]
    assert [each.rpartition("/")[0] for each in cards(there)] == [
        "GET /tas/api/persons",
        *["GET /tas/api/persons/id"] * 2,
    ]


def test_a_card_is_read_once_in_a_sweep_and_anew_in_the_next(there: Office) -> None:
    first = there.incident()
    there.incident()
    desk = there.desk()
    list(desk.poll())
    desk.read(first)
    assert len(cards(there)) == 1
    there.server.edit_person(there.people["Ann Lee"], archived=True)
    assert [ticket.fields["caller.email"] for ticket in desk.poll()] == ["", ""]


def test_a_card_that_could_not_be_had_is_not_remembered(there: Office) -> None:
    there.incident()
    desk = there.desk()
    there.served.faults.add(when("GET", CARD, times=5), drop_before)
    (ticket,) = desk.poll()
    assert "caller.email" not in ticket.fields
    (ticket,) = desk.poll()
    assert ticket.fields["caller.email"] == "ann.lee@contoso.com"


def test_cards_are_read_by_many_threads_at_once(there: Office) -> None:
    made = [there.incident(person) for person in there.people.values()]
    desk = there.desk()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(desk.read, made * 3))
    known = {ticket.id: ticket.fields["caller.id"] for ticket in found if ticket}
    assert [known[key] for key in made] == [
        "" if who == "Dana Gone" else key for who, key in there.people.items()
    ]


def test_only_the_reference_to_a_manager_is_read(there: Office) -> None:
    there.incident()
    ticket = one(there, "caller.manager.id", "caller.manager.name")
    assert ticket.fields["caller.manager.id"] == there.people["Mia Manager"]
    assert ticket.fields["caller.manager.name"] == "Manager, Mia"
    assert len(cards(there)) == 1


def test_a_person_without_a_manager_has_an_empty_one(there: Office) -> None:
    there.incident(there.people["Mia Manager"])
    assert one(there, "caller.manager.id").fields["caller.manager.id"] == ""


def test_a_watch_on_the_caller_is_checked_on_the_card_and_not_asked_for(there: Office) -> None:
    there.incident()
    wanted = there.incident(there.people["Walter Other"])
    there.server.edit(wanted, caller={"email": "ann.lee@contoso.com"})
    there.incident(there.people["Grace Boss"], category="Hardware", subcategory="Laptop")
    watch = Watch((*WATCH.conditions, Condition("caller.email", AnyOf(("walter.other@contoso.com",)))))
    there.traps(fiql=False)
    desk = there.desk(replace(MAPPING, watch=watch))
    assert [ticket.id for ticket in desk.poll()] == [wanted]
    assert desk.ignored == 2
    assert all("caller" not in each["query"] for each in there.queries())
    assert len(cards(there)) == 2  # not of the call that doesn't match anyway


def test_no_card_is_read_where_no_field_of_the_caller_is_named(there: Office) -> None:
    there.incident()
    ticket = one(there, "caller.id")
    assert ticket.fields["caller.id"] == there.people["Ann Lee"]
    assert cards(there) == []
