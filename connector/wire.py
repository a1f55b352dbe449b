"""The only place that knows everybody: from a configuration to a house that works."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event

from connector import log
from connector.absent import Absent
from connector.config import Config
from connector.deliveries.note import NoteDelivery
from connector.deliveries.teller import NoteTeller
from connector.desks.servicenow import ServiceNowDesk
from connector.desks.servicenow_auth import servicenow_auth
from connector.entra.credential import GraphAuth
from connector.entra.directory import EntraDirectory
from connector.entra.graph import Graph
from connector.entra.passes import EntraIssuer
from connector.http import Service
from connector.judge import MappingJudge
from connector.ledger.rules import Limits
from connector.ledger.sql import SqlLedger
from connector.mapping import Mapping
from connector.mistakes import Mistake, Mistakes
from connector.roles import Roles
from connector.settings.desks import ServiceNow
from connector.steps import Step, Tell, ToldBook
from connector.sweep import Sweep, Way
from connector.ticket import Claim


@dataclass(frozen=True)
class Clocks:
    """Time comes in here: the demo's runs faster."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep


@dataclass(frozen=True)
class Line:
    """One mapping with everything that works on it."""

    mapping: Mapping
    judge: MappingJudge
    desk: ServiceNowDesk
    way: Way


@dataclass(frozen=True)
class House:
    config: Config
    ledger: SqlLedger
    graph: Graph
    issuer: EntraIssuer
    services: dict[str, Service]  # by desk
    lines: dict[str, Line]  # by mapping
    sweep: Sweep
    token: Callable[[], str]  # a fresh look at what Entra grants


def open_ledger(config: Config, clock: Callable[[], float] = time.time) -> SqlLedger:
    floor = config.floor
    limits = Limits(floor.passes_per_subject, floor.passes_per_requester, floor.passes_in_all)
    return SqlLedger(config.ledger, f"{socket.gethostname()}:{os.getpid()}", config.lease, limits, clock)


@contextmanager
def working(config: Config, tell: Tell = log.step, clocks: Clocks | None = None) -> Iterator[House]:
    """The house of the one worker on the ledger. Raises Busy where there is another; what that one left is free at once."""
    with furnished(config, tell, clocks) as house, house.ledger.working():
        yield house


@contextmanager
def furnished(config: Config, tell: Tell = log.step, clocks: Clocks | None = None) -> Iterator[House]:
    """Everything wired, nothing taken: for those who only read, and for a person's verbs beside a worker."""
    clocks = clocks or Clocks()
    with ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(config, clocks.wall))
        auth = GraphAuth(config.entra.credential, config.entra.cloud, config.entra.graph_url)
        graph = connect_graph(config, auth, clocks)
        stack.callback(graph.close)
        services = {
            name: connect_desk(config, name, desk, clocks) for name, desk in config.desks.items() if isinstance(desk, ServiceNow)
        }
        for service in services.values():
            stack.callback(service.close)
        directory, issuer = EntraDirectory(graph, pim_absent=config.entra.pim == "absent"), EntraIssuer(graph)
        book = ToldBook(ledger, tell)
        lines: dict[str, Line] = {}
        for mapping in config.mappings:
            judge = MappingJudge(
                mapping,
                directory,
                config.floor.lifetime_at_most,
                frozenset(each.lower() for each in config.floor.protected_groups),
                told=lambda claim, action: tell(Step(action, claim)),
            )
            desk = connect_mapping(services[mapping.desk], mapping, config.desks[mapping.desk].url)
            delivery = NoteDelivery(desk, mapping)
            roles = Roles(judge, desk, issuer, delivery, NoteTeller(desk, mapping), book)
            url = config.desks[mapping.desk].url
            way = Way(mapping.name, mapping.desk, url, mapping.table, roles, judge.wants)
            lines[mapping.name] = Line(mapping, judge, desk, way)

        def orphans(claim: Claim) -> Roles:
            absent = Absent(claim.desk, claim.mapping)
            return Roles(absent, absent, issuer, absent, absent, book)

        ways = {name: line.way for name, line in lines.items()}
        sweep = Sweep(ways, ledger, config.workers, orphans, log.failed, Event(), clocks.wall)
        yield House(
            config, ledger, graph, issuer, services, lines, sweep, lambda: auth.headers()["Authorization"].removeprefix("Bearer ")
        )


def connect_mapping(service: Service, mapping: Mapping, url: str) -> ServiceNowDesk:
    """Raises Mistakes where the desk can't be asked for what the mapping watches."""
    try:
        return ServiceNowDesk(service, mapping, url)
    except ValueError as error:
        key, _, sentence = str(error).partition(": ")
    raise Mistakes([Mistake(mapping.path, 1, 1, key, sentence)])


def connect_graph(config: Config, auth: GraphAuth, clocks: Clocks) -> Graph:
    return Graph(
        config.entra.graph_url, auth, workers=config.workers, on_call=log.call, sleep=clocks.sleep, monotonic=clocks.steady
    )


def connect_desk(config: Config, name: str, desk: ServiceNow, clocks: Clocks) -> Service:
    auth = servicenow_auth(name, desk.url, desk.auth)
    return Service(name, desk.url, auth, workers=config.workers, on_call=log.call, sleep=clocks.sleep, monotonic=clocks.steady)
