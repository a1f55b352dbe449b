"""Where the demo plays: three simulators behind real HTTP, a configuration for them, and a clock that runs faster than ours."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from connector.config import Config, load
from connector.demo.cast import fill
from connector.simulators.faults import drop_after, when
from connector.simulators.graph import Graph
from connector.simulators.http import Served
from connector.simulators.identity import Identity
from connector.simulators.servicenow import ServiceNow

CONFIG = """\
entra:
  credential: {{kind: managed_identity}}
  graph_url: {graph}
desks:
  contoso-servicenow:
    kind: servicenow
    url: {desk}
    auth: {{kind: client_credentials, client_id: env:DEMO_CLIENT_ID, client_secret: env:DEMO_CLIENT_SECRET}}
mappings: [incidents.yaml]
workers: 4
lease: 10m
log: {{format: console, level: error}}
"""


@dataclass
class FastClock:
    """Time that passes `speed` times as fast, and can be moved on."""

    speed: float = 20
    began: float = field(default_factory=time.time)
    from_: float = field(default_factory=time.monotonic)
    moved: float = 0

    def steady(self) -> float:
        return (time.monotonic() - self.from_) * self.speed + self.moved

    def wall(self) -> float:
        return self.began + self.steady()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.speed)


@dataclass(frozen=True)
class Stage:
    desk: ServiceNow
    graph: Graph
    served: tuple[Served, Served, Served]
    clock: FastClock
    config: Config

    def calls(self) -> dict[str, int]:
        return dict(zip(("ServiceNow", "Graph", "sign-in"), (each.tally.total() for each in self.served), strict=True))


@contextmanager
def stage() -> Iterator[Stage]:
    """Simulators that serve, a filled queue and a loaded configuration; all of it is gone afterwards."""
    clock = FastClock()
    desk, identity = ServiceNow(clock=clock.wall), Identity()
    graph = Graph(identity.tokens, clock=clock.wall)
    fill(desk, graph)
    with ExitStack() as stack:
        served = Served(desk), Served(graph), Served(identity)
        for each in served:
            stack.enter_context(each)
        pat = next(user.id for user in graph.tenant.users.values() if user.upn.startswith("pat."))
        served[1].faults.add(when("POST", f"/users/{pat}/authentication"), drop_after)
        secrets = {"DEMO_CLIENT_ID": desk.accounts.client_id, "DEMO_CLIENT_SECRET": desk.accounts.client_secret}
        os.environ |= identity.environment(served[2].url) | secrets
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="passdesk-demo-")))
        mapping = files("connector.demo").joinpath("incidents.yaml").read_text("utf-8")
        (folder / "incidents.yaml").write_text(mapping, "utf-8")
        (folder / "config.yaml").write_text(CONFIG.format(graph=served[1].url, desk=served[0].url), "utf-8")
        yield Stage(desk, graph, served, clock, load(folder / "config.yaml"))
