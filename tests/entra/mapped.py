"""A whole simulated tenant behind real HTTP, and the privilege map that is read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from connector.entra.graph import Graph
from connector.entra.map_reading import MapReader
from connector.entra.privilege_chart import Chart
from connector.entra.privilege_map import TenantMap
from connector.guards.evidence import Known, Missing
from connector.guards.paths import Path, PathKind
from connector.http.service import Call
from connector.simulators import Graph as SimulatedGraph
from connector.simulators import Served
from connector.simulators.graph import Tenant
from connector.simulators.graph.applications import Applications
from connector.simulators.tokens import PERMISSIONS
from tests.entra.tenant import Signing, Time

GUEST_INVITER = "Guest Inviter"


@dataclass
class SignedIn(Signing):
    """Signs with a token of the simulator, made when it is asked for."""

    token: Callable[[], str]

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token()}"}


@dataclass
class Mapped:
    """`ann` is the person that tests ask about."""

    there: SimulatedGraph
    served: Served
    graph: Graph
    time: Time
    calls: list[Call]
    ann: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def tenant(self) -> Tenant:
        return self.there.tenant

    @property
    def applications(self) -> Applications:
        return self.there.tenant.applications

    def may_only(self, *lacking: str) -> None:
        """Take these permissions away from the application."""
        self.there.tokens.roles = frozenset(PERMISSIONS) - set(lacking)

    def reader(self, *protected: str, pim_absent: bool = False) -> MapReader:
        return MapReader(self.graph, frozenset(protected), pim_absent, self.time)

    def map(self, *protected: str, pim_absent: bool = False) -> TenantMap:
        """A map that was read once."""
        found = TenantMap(self.reader(*protected, pim_absent=pim_absent), self.time)
        found.refresh()
        return found

    def chart(self, *protected: str, pim_absent: bool = False) -> Chart:
        found = self.reader(*protected, pim_absent=pim_absent).read()
        assert isinstance(found, Chart), found
        return found

    def ways(self, *protected: str, groups: tuple[str, ...] = ()) -> set[tuple[PathKind, str, bool, str]]:
        """Kind, end, whether it is privileged, and the group that opens it, of each of Ann's paths."""
        found = self.chart(*protected).paths(self.ann, groups)
        return {(each.kind, each.through, each.privileged, each.by) for each in found}


@contextmanager
def mapped() -> Iterator[Mapped]:
    time, calls, there = Time(), list[Call](), SimulatedGraph(seed=11)
    with Served(there) as served:
        signing = SignedIn(lambda: there.tokens.issue().text)
        graph = Graph(
            served.url, signing, on_call=calls.append, sleep=time.sleep, random=lambda: 0.0, monotonic=time
        )
        yield Mapped(there, served, graph, time, calls, there.tenant.add_user("ann.lee@contoso.com"))
        graph.close()


def why(known: Known[Any]) -> str:
    assert isinstance(known, Missing), known
    return known.why


def found(known: Known[tuple[Path, ...]]) -> tuple[Path, ...]:
    assert not isinstance(known, Missing), known.why
    return known
