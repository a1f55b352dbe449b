"""An instance whose clock stands still, and a client of it."""

from collections.abc import Iterator

import pytest

from connector.simulators import Served, ServiceNow
from tests.simulators.servicenow.client import NOW, Client


@pytest.fixture
def desk() -> ServiceNow:
    return ServiceNow(clock=lambda: NOW, zone="Europe/Amsterdam")


@pytest.fixture
def client(desk: ServiceNow) -> Iterator[Client]:
    with Served(desk) as served:
        yield Client(desk, served.url)


@pytest.fixture
def three(desk: ServiceNow) -> list[str]:
    """Incidents a, b, c: in categories x, x, y and states 1, 2, 3."""
    rows = [("a", "x", "1", "Solution provided"), ("b", "x", "2", ""), ("c", "y", "3", "")]
    return [
        desk.add_incident(short_description=name, category=category, state=state, close_code=code)
        for name, category, state, code in rows
    ]
