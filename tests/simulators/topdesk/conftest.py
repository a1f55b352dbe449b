"""An environment whose clock stands still, and a client of it."""

from collections.abc import Iterator

import pytest

from connector.simulators import Served, TOPdesk
from tests.simulators.topdesk.client import NOW, Client


@pytest.fixture
def desk() -> TOPdesk:
    return TOPdesk(clock=lambda: NOW)


@pytest.fixture
def client(desk: TOPdesk) -> Iterator[Client]:
    with Served(desk) as served:
        yield Client(desk, served.url)


@pytest.fixture
def ann(desk: TOPdesk) -> str:
    return desk.add_person(
        "Ann Lee", email="ann.lee@contoso.com", employeeNumber="E00001", branch="Amsterdam"
    )


@pytest.fixture
def three(desk: TOPdesk, ann: str) -> list[str]:
    """Calls a, b, c, a second apart: two of the category Identity, and one closed of Hardware."""
    made = []
    for second, (name, category, status) in enumerate(
        [("a", "Identity", "Registered"), ("b", "Identity", "In progress"), ("c", "Hardware", "Closed")]
    ):
        desk.clock = lambda second=second: NOW + second  # type: ignore[misc]
        made.append(desk.add_incident(ann, briefDescription=name, category=category, processingStatus=status))
    return made
