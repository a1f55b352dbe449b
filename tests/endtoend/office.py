"""A company with TOPdesk on the simulators, and `passdesk` run against it over real HTTP (house.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from connector.simulators.graph import Graph
from connector.simulators.http import Served
from connector.simulators.identity import Identity
from connector.simulators.topdesk import TOPdesk
from connector.simulators.topdesk.texts import plain
from tests.endtoend.house import Clock, Handed, House, outside

CONFIG = """\
entra:
  credential: {{kind: managed_identity}}
  graph_url: {graph}
desks:
  bureau:
    kind: topdesk
    url: {desk}
    auth: {{kind: application_password, login: passdesk, password: env:TOPDESK_PASSWORD}}
mappings: [calls.yaml]
poll: {{every: 1s, jitter: 0s}}
ledger: sqlite:///passdesk.db
log: {{format: json, level: debug}}
"""
WATCH = "watch: {category.name: Identity, processingStatus.name: [Registered, In progress]}"
MAPPING = f"""\
mapping: calls
desk: bureau
table: incidents
{WATCH}
values:
  subject: {{from: caller.email, then: [trim, lower]}}
  requester: {{from: caller.email, then: [trim, lower], find_by: mail}}
settle:
  delivered: {{processingStatus.name: In progress}}
  used: {{processingStatus.name: Completed, closureCode.name: Solved, action: "Used ({{reference}})"}}
  expired: {{processingStatus.name: In progress}}
  refused: {{processingStatus.name: Waiting for caller}}
"""


@dataclass
class Office(House):
    desk: TOPdesk = field(kw_only=True)
    server: Served = field(kw_only=True)

    @property
    def desk_server(self) -> Served:
        return self.server

    def person(self, name: str, **properties: Any) -> str:
        """In the tenant, and with a card at the desk; the object id."""
        self.people[f"card {name}"] = self.desk.add_person(
            name.replace(".", " ").title(), email=f"{name}@contoso.com"
        )
        return self.people.get(name) or self.user(name, **properties)

    def ticket(self, caller: str, /, **fields: Any) -> str:
        """A call that the mapping watches, by a registered caller; its id."""
        if f"card {caller}" not in self.people:
            self.person(caller)
        return self.call(self.people[f"card {caller}"], **fields)

    def call(self, caller: str | dict[str, str], **fields: Any) -> str:
        """A call that the mapping watches, by the person of that card, or by what somebody typed; its id."""
        return self.desk.add_incident(
            caller, **{"category": "Identity", "processingStatus": "Registered", **fields}
        )

    def number(self, ticket: str) -> str:
        return str(self.desk.incident(ticket)["number"])

    def notes(self, ticket: str) -> list[str]:
        return [plain(each["memoText"]) for each in self.desk.actions(ticket)]

    def status(self, ticket: str) -> str:
        return str(self.desk.incident(ticket)["processingStatus"]["name"])

    def trap(self, **changes: Any) -> None:
        self.desk.traps = replace(self.desk.traps, **changes)

    def allow(self, *permissions: str) -> None:
        self.desk.account.permissions |= set(permissions)

    def unseen(self) -> bool:
        """Whether no caller was shown or mailed an action, and no pass stands in anything that callers can
        read.
        """
        calls = [each["id"] for each in self.desk.incidents()]
        hidden = all(each["invisibleForCaller"] for call in calls for each in self.desk.actions(call))
        read = "\n".join(plain(text) for call in calls for text in self.desk.visible_to_caller(call))
        return (
            hidden
            and not self.desk.mailed
            and not any(made.text in read for made in self.graph.passes.issued)
        )


@contextmanager
def bureau(folder: Path, *, mapping: str = MAPPING, config: str = CONFIG) -> Iterator[Office]:
    clock = Clock()
    identity = Identity(Handed())
    desk, graph = TOPdesk(clock=clock), Graph(identity.tokens, clock=clock)
    with ExitStack() as stack:
        servers = tuple(stack.enter_context(Served(each)) for each in (desk, graph, identity))
        (folder / "calls.yaml").write_text(mapping)
        (folder / "config.yaml").write_text(config.format(graph=servers[1].url, desk=servers[0].url))
        stack.enter_context(outside(identity, servers[2].url, clock, TOPDESK_PASSWORD=desk.account.password))
        yield Office(folder, clock, graph, identity, servers[1], servers[2], desk=desk, server=servers[0])
