"""The privilege map of one replica: the shipped one over the shipped simulator's routes, without the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from connector.domain.errors import Down
from connector.entra.graph import Graph
from connector.entra.map_reading import MapReader
from connector.entra.privilege_chart import Chart
from connector.entra.privilege_map import TenantMap
from connector.guards.evidence import Known
from connector.http.service import Answer, Service
from connector.simulators.graph.directory import Directory
from connector.simulators.graph.errors import GraphError
from connector.simulators.graph.objects import Objects
from connector.simulators.messages import Request
from tests.simulation.entra import GraphWire, SimGraph

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

EVERY, RETRY = 90.0, 20.0  # seconds, as worker/background.py has them


@dataclass(frozen=True)
class Round:
    """A round of reading that was answered. `whole`: no part was refused; `true`: none lied."""

    begun: float
    done: float
    whole: bool
    true: bool


class MapWire(GraphWire):
    """What the map's client asks of its Service. It notes whether all was answered, and truly."""

    def __init__(self, world: World, replica: Replica) -> None:
        super().__init__(world, replica)
        self.whole = self.true = True

    def read(self, method: str, path: str, *, json: Any = None, **more: Any) -> Answer:
        network = self.world.network
        try:
            return network.read(self.replica, "entra", "map", lambda: self._answered(json))
        except Down:
            self.whole = False  # at that moment: who stands still meanwhile may meet the outage's end
            raise

    def _answered(self, json: Any) -> Answer:
        parts = [{"id": each["id"], **self._one(each["url"])} for each in json["requests"]]
        return Answer(200, {"responses": parts}, self.date())

    def _one(self, url: str) -> dict[str, Any]:
        out, part = self.world.network.out, self.world.shape.map_part
        if part and part in url and out("map_part"):
            self.whole = False
            return {"status": 403, "body": {"error": {"code": "Forbidden"}}}
        try:
            found = self._routed(url)
        except GraphError as error:
            return {"status": error.status, "body": {"error": {"code": error.code}}}
        if part and part in url and out("map_lies") and found.get("value"):
            self.true = False
            found = {"value": []}
        return {"status": 200, "body": found}

    def _routed(self, url: str) -> dict[str, Any]:
        request, directory = Request("GET", f"/v1.0{url}"), Directory(self.world.tenant)
        _, first, *rest = request.segments
        match [first, *rest]:
            case ["roleManagement", _, "roleAssignments"]:
                return directory.role_assignments(request)
            case ["roleManagement", *_]:
                return directory.role_eligibilities(request)
            case ["identityGovernance", *_]:
                return directory.group_eligibilities(request)
        kind, _, key = first.partition("(")
        route = [kind, key.removesuffix(")"), *rest] if key else [first, *rest]
        return Objects(directory).read(route, request)


class MapGraph(SimGraph):
    """The shipped client over that wire."""

    def __init__(self, world: World, replica: Replica) -> None:
        super().__init__(world, replica)
        self.wire = MapWire(world, replica)
        self._service = cast(Service, self.wire)


@dataclass
class WatchedReader:
    """The shipped reader. The truth keeps, of each round, when it began and whether it was whole."""

    world: World
    graph: MapGraph
    reader: MapReader
    rounds: list[Round] = field(default_factory=list)

    def read(self) -> Known[Chart]:
        wire, begun = self.graph.wire, self.world.hub.now
        wire.whole = wire.true = True
        found = self.reader.read()
        self.rounds.append(Round(begun, self.world.hub.now, wire.whole, wire.true))
        return found


class ReplicaMap:
    """The map of one replica, and what its rounds were like."""

    def __init__(self, world: World, replica: Replica) -> None:
        self.world = world
        graph = MapGraph(world, replica)
        protected = frozenset(world.people.floor.protected_groups)
        reader = MapReader(cast(Graph, graph), protected, monotonic=replica.mono)
        self.watched = WatchedReader(world, graph, reader)
        self.map = TenantMap(self.watched, replica.mono, tell=lambda event, **known: self.tell(event, known))

    def tell(self, event: str, known: dict[str, object]) -> None:
        self.world.tell(f"{event} ({known})")

    def run(self) -> None:
        """The mirror of worker/background.py."""
        while True:
            self.world.hub.pause(EVERY if self.map.refresh() else RETRY)
