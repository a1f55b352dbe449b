"""A tenant with a clock that can be put forward, a client of it, and Ann."""

from collections.abc import Iterator

import pytest

from connector.simulators import Graph, Served
from tests.simulators.graph.client import NOW, Client


@pytest.fixture
def now() -> list[float]:
    return [NOW]


@pytest.fixture
def graph(now: list[float]) -> Graph:
    return Graph(clock=lambda: now[0])


@pytest.fixture
def client(graph: Graph) -> Iterator[Client]:
    with Served(graph) as served:
        yield Client(graph, served.url)


@pytest.fixture
def ann(graph: Graph) -> str:
    return graph.tenant.add_user("ann.lee@contoso.com", employeeId="42")
