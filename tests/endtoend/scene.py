"""A company with ServiceNow on the simulators, and `passdesk` run against it over real HTTP (house.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connector.simulators.graph import Graph
from connector.simulators.http import Served
from connector.simulators.identity import Identity
from connector.simulators.servicenow import ServiceNow
from tests.endtoend.house import Clock, Handed, House, Ran, outside

__all__ = ["CONFIG", "MAPPING", "Clock", "Ran", "Scene", "company"]

CONFIG = """\
entra:
  credential: {{kind: managed_identity}}
  graph_url: {graph}
desks:
  contoso:
    kind: servicenow
    url: {desk}
    auth: {{kind: client_credentials, client_id: env:SNOW_ID, client_secret: env:SNOW_SECRET}}
mappings: [incidents.yaml]
poll: {{every: 1s, jitter: 0s}}
ledger: sqlite:///passdesk.db
log: {{format: json, level: debug}}
"""
MAPPING = """\
mapping: incidents
desk: contoso
table: incident
watch: {category: identity, state: [1, 2]}
values:
  subject: {from: caller_id.user_name, then: [trim, lower, {append: "@contoso.com"}]}
  requester: {from: opened_by.email, then: [trim, lower], find_by: mail}
settle:
  delivered: {state: 2}
  used: {state: 6, close_code: Solution provided, close_notes: "used ({reference})"}
  expired: {state: 2}
  refused: {state: 3}
"""


@dataclass
class Scene(House):
    desk: ServiceNow = field(kw_only=True)
    server: Served = field(kw_only=True)

    @property
    def desk_server(self) -> Served:
        return self.server

    def person(self, name: str, **properties: Any) -> str:
        """In the tenant and at the desk; the object id."""
        self.people[f"desk {name}"] = self.desk.add_user(name, email=f"{name}@contoso.com")
        return self.people.get(name) or self.user(name, **properties)

    def ticket(self, caller: str, opener: str = "", **fields: str) -> str:
        """A ticket that the mapping watches; its sys_id."""
        for name in (caller, opener or caller):
            if f"desk {name}" not in self.people:
                self.person(name)
        known = {
            "caller_id": self.people[f"desk {caller}"],
            "opened_by": self.people[f"desk {opener or caller}"],
        }
        return self.desk.add_incident(**{"category": "identity", **known, **fields})

    def number(self, ticket: str) -> str:
        return self.desk.row(ticket)["number"]

    def notes(self, ticket: str) -> list[str]:
        return self.desk.notes(ticket)

    def calls(self, *, but: tuple[str, ...] = ()) -> int:
        """Round trips so far, sign-in apart, and apart from these routes."""
        tallies = {**self.desk_server.tally.calls(), **self.graph_server.tally.calls()}
        return sum(
            count
            for (method, route), count in tallies.items()
            if f"{method} {route}" not in ("POST /oauth_token.do", *but)
        )


@contextmanager
def company(folder: Path, *, mapping: str = MAPPING, config: str = CONFIG) -> Iterator[Scene]:
    clock = Clock()
    identity = Identity(Handed())
    desk, graph = ServiceNow(clock=clock), Graph(identity.tokens, clock=clock)
    with ExitStack() as stack:
        servers = tuple(stack.enter_context(Served(each)) for each in (desk, graph, identity))
        (folder / "incidents.yaml").write_text(mapping)
        (folder / "config.yaml").write_text(config.format(graph=servers[1].url, desk=servers[0].url))
        known = {"SNOW_ID": desk.accounts.client_id, "SNOW_SECRET": desk.accounts.client_secret}
        stack.enter_context(outside(identity, servers[2].url, clock, **known))
        yield Scene(folder, clock, graph, identity, servers[1], servers[2], desk=desk, server=servers[0])
