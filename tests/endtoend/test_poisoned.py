"""One call that can't be looked at stops no other (invariant 9)."""

from __future__ import annotations

import pytest

from connector.simulators.faults import Fault, drop_before, failure, html_page, truncated, when
from tests.endtoend.office import Office

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
    office.server.faults.add(when("GET", f"persons/(id/)?{office.people['card ann.lee']}", times=ALWAYS), fault)
    outcomes = office.once().outcomes()
    assert outcomes[office.number(good)] == ("delivered", None)
    assert outcomes[office.number(bad)][0] == "deferred"
