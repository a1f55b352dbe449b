"""One call that can't be looked at stops no other (invariant 9)."""

from __future__ import annotations

import pytest

from connector.simulators.faults import Fault, answer, drop_before, failure, html_page, truncated, when
from connector.simulators.topdesk import refused
from tests.endtoend.office import Office
from tests.searching import SEARCH

ALWAYS = 1000
POISON: list[Fault] = [failure(500), html_page(), truncated, drop_before]


@pytest.mark.parametrize("fault", POISON)
def test_a_call_whose_trail_cannot_be_read_waits_alone(office: Office, fault: Fault) -> None:
    bad, good = office.ticket("ann.lee"), office.ticket("bob.ray")
    office.server.faults.add(when("GET", f"{bad}/progresstrail", times=ALWAYS), fault)
    outcomes = office.once().outcomes()
    assert outcomes[office.number(good)] == ("delivered", None)
    assert outcomes[office.number(bad)][0] == "deferred"


@pytest.mark.parametrize("fault", POISON)
def test_a_call_whose_callers_card_cannot_be_read_waits_alone(office: Office, fault: Fault) -> None:
    bad, good = office.ticket("ann.lee"), office.ticket("bob.ray")
    office.server.faults.add(
        when("GET", f"persons/(id/)?{office.people['card ann.lee']}", times=ALWAYS), fault
    )
    outcomes = office.once().outcomes()
    assert outcomes[office.number(good)] == ("delivered", None)
    assert outcomes[office.number(bad)][0] == "deferred"


@SEARCH
def test_a_call_that_refuses_its_note_is_no_desk_that_is_down(office: Office) -> None:
    bad, good = office.ticket("ann.lee"), office.ticket("bob.ray")
    office.server.faults.add(
        when("PATCH", f"{bad}$", times=ALWAYS), answer(refused(400, "A mandatory field is empty"))
    )
    ran = office.once()
    assert ran.outcomes() == {
        office.number(good): ("delivered", None),
        office.number(bad): ("deferred", "desk_refused"),
    }
    assert (ran.code, "unreachable" in ran.report) == (0, False)
    for _ in range(20):
        office.clock.added += 60
        ran = office.once()
    assert ran.outcomes()[office.number(bad)] == ("stuck", "attempts_exhausted")
    assert (ran.code, office.held(bad), office.unknown(good)) == (1, [], 0)
