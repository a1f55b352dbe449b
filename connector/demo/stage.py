"""The demo's stage: simulators behind real HTTP, a configuration for them, and a clock that runs faster
than ours.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from connector.config.load import Config, load
from connector.demo.cast import SERVICENOW, TOPDESK, Company, Part
from connector.domain.steady import steady
from connector.simulators.faults import drop_after, when
from connector.simulators.graph import Graph
from connector.simulators.graph.mail import PERMISSIONS, Mail
from connector.simulators.http import App, Served
from connector.simulators.identity import Identity
from connector.simulators.servicenow import ServiceNow
from connector.simulators.topdesk import TOPdesk

MAPPINGS = ("incidents.yaml", "calls.yaml", "newcomers.yaml")
CONFIG = """\
entra:
  credential: {{kind: managed_identity}}
  graph_url: {graph}
desks:
  contoso-servicenow:
    kind: servicenow
    url: {service_now}
    auth: {{kind: client_credentials, client_id: env:DEMO_CLIENT_ID, client_secret: env:DEMO_CLIENT_SECRET}}
  contoso-topdesk:
    kind: topdesk
    url: {topdesk}
    auth: {{kind: application_password, login: passdesk, password: env:DEMO_APPLICATION_PASSWORD}}
mappings: [{mappings}]
floor: {{passes_per_requester: 2/24h}}
mail: {{from: servicedesk@contoso.com, phone: "+31 20 555 0100"}}
workers: 4
lease: 10m
log: {{format: console, level: error}}
"""


@dataclass
class FastClock:
    """Time that passes `speed` times as fast, and can be moved on."""

    speed: float = 20
    began: float = field(default_factory=time.time)
    from_: float = field(default_factory=steady)
    moved: float = 0

    def steady(self) -> float:
        return (steady() - self.from_) * self.speed + self.moved

    def wall(self) -> float:
        return self.began + self.steady()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.speed)


@dataclass(frozen=True)
class Stage:
    company: Company
    served: dict[str, Served]  # by what people call it
    clock: FastClock
    config: Config

    @property
    def graph(self) -> Graph:
        return self.company.graph

    @property
    def mails(self) -> set[str]:
        """The mappings whose passes are mailed, where there is somebody to mail them to."""
        return {each.name for each in self.config.mappings if "manager_mail" in each.deliver}

    def mailed(self, reference: str) -> Mail | None:
        """The mail that carries the pass of an attempt."""
        return next((each for each in self.graph.mail.sent if reference in each.body), None)

    def notes(self, part: Part) -> list[str]:
        """The notes that agents read on a ticket, oldest first."""
        if part.desk == SERVICENOW:
            return self.company.service_now.notes(part.id)
        return [plain(each["memoText"]) for each in self.company.topdesk.actions(part.id)]

    def callers_read(self, part: Part) -> str:
        """Everything that callers see of a ticket."""
        if part.desk == SERVICENOW:
            return "\n".join(self.company.service_now.notes(part.id, "comments"))
        return plain("\n".join(self.company.topdesk.visible_to_caller(part.id)))

    def calls(self) -> dict[str, int]:
        return {name: each.tally.total() for name, each in self.served.items()}


@contextmanager
def stage(clock: FastClock) -> Iterator[Stage]:
    """Simulators that serve, two filled queues and a loaded configuration; all of it is gone afterwards."""
    identity = Identity()
    identity.tokens.roles |= frozenset(PERMISSIONS)
    company = Company(
        ServiceNow(clock=clock.wall), TOPdesk(clock=clock.wall), Graph(identity.tokens, clock=clock.wall)
    )
    apps: dict[str, App] = {
        SERVICENOW: company.service_now,
        TOPDESK: company.topdesk,
        "Graph": company.graph,
        "sign-in": identity,
    }
    with ExitStack() as stack:
        served = {name: stack.enter_context(Served(app)) for name, app in apps.items()}
        pat = next(user.id for user in company.graph.tenant.users.values() if user.upn.startswith("pat."))
        served["Graph"].faults.add(when("POST", f"/users/{pat}/authentication"), drop_after)
        os.environ |= identity.environment(served["sign-in"].url) | secrets(company)
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="passdesk-demo-")))
        for name in MAPPINGS:
            (folder / name).write_text(files("connector.demo").joinpath(name).read_text("utf-8"), "utf-8")
        urls = {
            "graph": served["Graph"].url,
            "service_now": served[SERVICENOW].url,
            "topdesk": served[TOPDESK].url,
        }
        (folder / "config.yaml").write_text(CONFIG.format(**urls, mappings=", ".join(MAPPINGS)), "utf-8")
        yield Stage(company, served, clock, load(folder / "config.yaml"))


def secrets(company: Company) -> dict[str, str]:
    """The secrets that the configuration refers to, by the names of environment variables."""
    accounts = company.service_now.accounts
    return {
        "DEMO_CLIENT_ID": accounts.client_id,
        "DEMO_CLIENT_SECRET": accounts.client_secret,
        "DEMO_APPLICATION_PASSWORD": company.topdesk.account.password,
    }


def plain(html: str) -> str:
    """A text without its markup: a line for each break, each paragraph and each line."""
    blocks = [re.sub(r"\s+", " ", each) for each in re.split(r"</p>", html)] if "</p>" in html else [html]
    lines = [line.strip() for each in blocks for line in re.split(r"<br[^<>]*>|\n", each)]
    return "\n".join(unescape(re.sub(r"<[^<>]*>", "", line)).strip() for line in lines).strip()
