"""Any company on the simulators, whatever its desk: the directory, the clock, and `passdesk` as its users run
it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from connector import wire
from connector.cli.main import outcome
from connector.simulators.graph import Graph
from connector.simulators.graph.mail import PERMISSIONS
from connector.simulators.http import Served
from connector.simulators.identity import Identity
from connector.simulators.tokens import GRAPH, Token, Tokens
from connector.worker import reload, service
from connector.worker.service import Runner
from connector.worker.sweep import Sweep
from tests import made_once

MENDING = {
    "recovering",
    "desk_refused",
    "desk_unreachable",
    "directory_unreachable",
    "mail_unreachable",
    "sign_in_refused",
}


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


class Handed(Tokens):
    """Remembers each token that it handed out."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []

    def issue(self, resource: str = GRAPH) -> Token:
        token = super().issue(resource)
        self.out.append(token.text)
        return token


PATIENCE = "PASSDESK_PATIENCE"  # s, in the environment, where a test is expected to fail


@dataclass
class House(ABC):
    folder: Path
    clock: Clock
    graph: Graph
    identity: Identity
    graph_server: Served
    identity_server: Served
    people: dict[str, str] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)

    @property
    @abstractmethod
    def desk_server(self) -> Served: ...

    @abstractmethod
    def ticket(self, caller: str, /) -> str:
        """A ticket that the mapping watches, by a person who is made where there is none of that name; its
        id.
        """

    @abstractmethod
    def number(self, ticket: str) -> str: ...

    @abstractmethod
    def notes(self, ticket: str) -> list[str]:
        """The internal notes on the ticket as agents read them, oldest first."""

    @property
    def servers(self) -> tuple[Served, ...]:
        return self.desk_server, self.graph_server, self.identity_server

    @property
    def tokens(self) -> list[str]:
        """Those of Graph that were handed out."""
        assert isinstance(self.identity.tokens, Handed)
        return self.identity.tokens.out

    @property
    def mails(self) -> list[str]:
        """Their bodies as they were sent, oldest first."""
        return self.graph.mail.texts()

    def user(self, name: str, **properties: Any) -> str:
        """In the tenant; the object id."""
        self.people[name] = self.graph.tenant.add_user(f"{name}@contoso.com", **properties)
        return self.people[name]

    def manage(self, name: str, manager: str) -> None:
        """Give somebody a manager in the directory; both are made where there are none of these names."""
        for each in (name, manager):
            if each not in self.people:
                self.user(each)
        self.graph.tenant.users[self.people[name]].manager = self.people[manager]

    def run(self, *args: str) -> Ran:
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = outcome([*args, "--config", str(self.folder / "config.yaml")])
        self.printed += [out.getvalue(), err.getvalue()]
        return Ran(code, out.getvalue(), err.getvalue())

    def once(self) -> Ran:
        return self.run("once", "--json")

    def settle(self, rounds: int = 12) -> Ran:
        """Sweeps, with time for the services between them, until nothing is recovering, or waits for a
        service.
        """
        for _ in range(rounds):
            ran = self.once()
            if not any(each["reason"] in MENDING for each in ran.report["tickets"]):
                break
            self.clock.added += 31
        return ran

    def forty_minutes(self) -> Ran:
        """`once` from cron: each minute while rests are short, then each seven; the last sweep."""
        for apart in (*[60] * 8, *[420] * 5):
            ran = self.once()
            self.clock.added += apart
        return ran

    def ended(self, sweeps: int = 3) -> int:
        """How many passes these sweeps end, with time for a second look between them."""
        found = 0
        for _ in range(sweeps):
            found += self.once().report["ended"]
            self.clock.added += 31
        return found

    def unknown(self, *tickets: str) -> int:
        """How many live passes stand neither in the notes of these tickets nor in a mail: nobody is known to
        hold them.
        """
        notes = [note for ticket in tickets for note in self.notes(ticket)]
        return len(self.graph.passes.live_unknown([*notes, *map(unescape, self.mails)]))

    def held(self, ticket: str) -> list[str]:
        """The live passes that stand in the ticket's notes."""
        notes = "\n".join(self.notes(ticket))
        return [each.text for each in self.graph.passes.live() if each.text in notes]

    def rewrite(self, name: str, *pairs: tuple[str, str], more: str = "") -> None:
        """Change a file of the folder. Raises AssertionError where a text to be replaced isn't there."""
        text = (self.folder / name).read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        self.write(name, text + more)

    def write(self, name: str, text: str) -> None:
        """Put a file there whole, so that no process reads half of it."""
        with TemporaryDirectory(dir=self.folder) as beside:
            written = Path(beside) / "new"
            written.write_text(text)
            written.replace(self.folder / name)

    def mailing(self, mapping: str, how: str = "manager_mail") -> None:
        """Have the passes of a mapping file mailed from a mailbox that may do so."""
        self.identity.tokens.roles |= frozenset(PERMISSIONS)
        self.graph.tenant.add_user("servicedesk@contoso.com")
        self.rewrite("config.yaml", more="mail: {from: servicedesk@contoso.com, phone: +31 20 555 0100}\n")
        self.rewrite(mapping, more=f"deliver: {how}\n")

    def start(self, *args: str) -> multiprocessing.process.BaseProcess:
        """The command in a process of its own, forked warm, which can be killed."""
        process = multiprocessing.get_context("fork").Process(target=self.alone, args=args, daemon=True)
        process.start()
        return process

    def alone(self, *args: str) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        with (
            (self.folder / "log").open("a", buffering=1) as log,
            redirect_stderr(log),
            patch.object(service, "Runner", hasty),
            patch.object(reload, "AT_REST", reload.AT_REST / 10),
        ):
            os._exit(outcome([*args, "--config", str(self.folder / "config.yaml")]))

    def log(self, action: str) -> list[dict[str, Any]]:
        """The lines of one kind that a process of its own wrote to its log, oldest first."""
        path = self.folder / "log"
        whole = (
            path.read_text().rpartition("\n")[0] if path.exists() else ""
        )  # its last line may be half written
        lines = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
        return [line for line in lines if line["action"] == action]

    def until(
        self,
        true: Callable[[], object],
        patience: float = 120,
        process: multiprocessing.process.BaseProcess | None = None,
    ) -> None:
        """Wait for another process, as long as it lives. Raises TimeoutError."""
        end = time.monotonic() + min(patience, float(os.environ.get(PATIENCE, patience)))
        while not true():
            if time.monotonic() > end or (process and not process.is_alive() and not true()):
                raise TimeoutError("it did not come to that")
            time.sleep(0.02)  # another process is at work: there is nothing to wait on but its effects


def hasty(sweep: Sweep, every: float, *how: Any, **more: Any) -> Runner:
    """`run`, which polls ten times as often as the configuration can say."""
    return Runner(sweep, every / 10, *how, **more)


@contextmanager
def outside(identity: Identity, url: str, clock: Clock, **known: str) -> Iterator[None]:
    """What a process finds around it: where it signs in, its secrets, and no time that passes between two
    tries.
    """
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, {**identity.environment(url), **known}))
        stack.enter_context(made_once.for_whole_runs())
        clocks = partial(wire.Clocks, wall=clock, sleep=lambda seconds: None)
        stack.enter_context(patch.object(wire, "Clocks", clocks))
        yield
