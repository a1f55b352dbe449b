"""`passdesk check` at TOPdesk, and about mail: what is wrong is found before a call finds it, and looking
changes nothing.
"""

from __future__ import annotations

import json

from connector.simulators.faults import answer, failure, html_page, when
from connector.simulators.messages import Response
from tests.endtoend.house import House
from tests.endtoend.office import Office

ALWAYS = 1000


def checked(house: House, code: int) -> dict[bool | None, str]:
    """The sentences of the findings, by how fine they are."""
    ran = house.run("check", "--json")
    found = json.loads(ran.out)["findings"]
    assert ran.code == code, found
    return {
        fine: "\n".join(each["sentence"] for each in found if each["fine"] is fine)
        for fine in (True, False, None)
    }


def test_what_is_right_is_said_to_be_and_what_cannot_be_proven_is_left_open(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    before = office.desk.incident(ticket)
    found = checked(office, 0)
    assert not found[False]
    for says in (
        "every field that calls names can be read",
        "the person cards of callers can be read",
        "notes can be read back",
    ):
        assert says in found[True]
    assert "that callers don't see notes is proven when the first one is read back" in str(found[None])
    assert office.desk.incident(ticket) == before and not office.notes(ticket)


def test_a_trail_that_may_not_be_read_is_a_problem_with_its_cure(office: Office) -> None:
    office.ticket("ann.lee")
    office.server.faults.add(when("GET", "progresstrail", times=ALWAYS), failure(403))
    assert "the progress trail can't be read" in checked(office, 1)[False]


def test_cards_that_may_not_be_read_are_a_problem_with_their_cure(office: Office) -> None:
    office.ticket("ann.lee")
    office.server.faults.add(when("GET", "/persons/", times=ALWAYS), failure(403))
    assert "the person card of a caller can't be read" in checked(office, 1)[False]


def test_a_desk_that_shows_no_call_leaves_open_whether_the_names_are_right(office: Office) -> None:
    assert "no call is shown, so whether the fields of calls are there can't be told" in str(
        checked(office, 0)[None]
    )


def test_a_desk_in_maintenance_could_not_be_reached(office: Office) -> None:
    office.server.faults.add(when("GET", "", times=ALWAYS), html_page())
    assert "bureau" in office.run("check").out
    assert checked(office, 3)[False]


def test_a_tenant_whose_domains_cannot_be_read_serves_nobody(office: Office) -> None:
    office.ticket("ann.lee")
    office.mailing("calls.yaml")
    office.graph_server.faults.add(
        when("GET", "/organization", times=ALWAYS), answer(Response.json(403, {"error": {"code": "x"}}))
    )
    assert "the tenant's domains can't be read" in str(checked(office, 1)[False])
