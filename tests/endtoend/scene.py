"""A company on the simulators, and `passdesk` run against it as its users run it: by its command line, over real HTTP."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from connector.cli.main import outcome
from connector.simulators.graph import Graph
from connector.simulators.http import Served
from connector.simulators.identity import Identity
from connector.simulators.servicenow import ServiceNow

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
class Clock:
    """The services' clock: real time, and what a test added."""

    added: float = 0

    def __call__(self) -> float:
        return time.time() + self.added


@dataclass
class Ran:
    """One call of the command: its exit code and everything it printed."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def outcomes(self) -> dict[str, tuple[str, str | None]]:
        return {each["ticket"]: (each["outcome"], each["reason"]) for each in self.report["tickets"]}


@dataclass
class Scene:
    folder: Path
    clock: Clock
    desk: ServiceNow
    graph: Graph
    identity: Identity
    desk_server: Served
    graph_server: Served
    identity_server: Served
    people: dict[str, str] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)

    def person(self, name: str, **properties: Any) -> str:
        """In the tenant and at the desk; the object id."""
        upn = f"{name}@contoso.com"
        self.people[name] = self.graph.tenant.add_user(upn, **properties)
        self.people[f"desk {name}"] = self.desk.add_user(name, email=upn)
        return self.people[name]

    def ticket(self, caller: str, opener: str = "", **fields: str) -> str:
        """A ticket that the mapping watches; its sys_id."""
        if caller not in self.people:
            self.person(caller)
        if opener and opener not in self.people:
            self.person(opener)
        known = {"caller_id": self.people[f"desk {caller}"], "opened_by": self.people[f"desk {opener or caller}"]}
        return self.desk.add_incident(**{"category": "identity", **known, **fields})

    def number(self, sys_id: str) -> str:
        return self.desk.row(sys_id)["number"]

    def run(self, *args: str) -> Ran:
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = outcome([*args, "--config", str(self.folder / "config.yaml")])
        self.printed += [out.getvalue(), err.getvalue()]
        return Ran(code, out.getvalue(), err.getvalue())

    def once(self) -> Ran:
        return self.run("once", "--json")

    def settle(self, rounds: int = 12) -> Ran:
        """Sweeps, with time for the services between them, until nothing is recovering."""
        for _ in range(rounds):
            ran = self.once()
            if not any(each["reason"] == "recovering" for each in ran.report["tickets"]):
                break
            self.clock.added += 31
        return ran

    def ended(self, sweeps: int = 3) -> int:
        """How many passes these sweeps end, with time for a second look between them."""
        found = 0
        for _ in range(sweeps):
            found += self.once().report["ended"]
            self.clock.added += 31
        return found

    def start(self, *args: str) -> multiprocessing.process.BaseProcess:
        """The command in a process of its own, forked warm, which can be killed."""
        process = multiprocessing.get_context("fork").Process(target=self.alone, args=args, daemon=True)
        process.start()
        return process

    def alone(self, *args: str) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        with (self.folder / "log").open("a", buffering=1) as log, redirect_stderr(log):
            os._exit(outcome([*args, "--config", str(self.folder / "config.yaml")]))

    def log(self, action: str) -> list[dict[str, Any]]:
        """The lines of one kind that a process of its own wrote to its log, oldest first."""
        path = self.folder / "log"
        whole = path.read_text().rpartition("\n")[0] if path.exists() else ""  # its last line may be half written
        lines = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
        return [line for line in lines if line["action"] == action]

    def until(self, true: Callable[[], object], patience: float = 30) -> None:
        """Wait for another process. Raises TimeoutError."""
        end = time.monotonic() + patience
        while not true():
            if time.monotonic() > end:
                raise TimeoutError("it did not come to that")
            time.sleep(0.02)  # another process is at work: there is nothing to wait on but its effects

    def held(self, sys_id: str) -> list[str]:
        """The live passes that stand in the ticket's notes."""
        notes = "\n".join(self.desk.notes(sys_id))
        return [each.text for each in self.graph.passes.live() if each.text in notes]

    def calls(self, *, but: tuple[str, ...] = ()) -> int:
        """Round trips so far, sign-in apart, and apart from these routes."""
        tallies = {**self.desk_server.tally.calls(), **self.graph_server.tally.calls()}
        return sum(
            count for (method, route), count in tallies.items() if f"{method} {route}" not in ("POST /oauth_token.do", *but)
        )


@contextmanager
def company(folder: Path, *, mapping: str = MAPPING, config: str = CONFIG) -> Iterator[Scene]:
    clock = Clock()
    identity = Identity()
    desk, graph = ServiceNow(clock=clock), Graph(identity.tokens, clock=clock)
    with ExitStack() as stack:
        servers = tuple(stack.enter_context(Served(each)) for each in (desk, graph, identity))
        (folder / "incidents.yaml").write_text(mapping)
        (folder / "config.yaml").write_text(config.format(graph=servers[1].url, desk=servers[0].url))
        known = {"SNOW_ID": desk.accounts.client_id, "SNOW_SECRET": desk.accounts.client_secret}
        stack.enter_context(patch.dict(os.environ, {**identity.environment(servers[2].url), **known}))
        logging.getLogger("urllib3").setLevel(logging.DEBUG)  # whatever it prints is looked through, too
        yield Scene(folder, clock, desk, graph, identity, servers[0], servers[1], servers[2])
