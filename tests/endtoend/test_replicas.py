"""Several `passdesk` on one PostgreSQL server share the work; one that dies costs nobody a pass."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from unittest.mock import patch

import pytest

from connector.ledger.postgres import Postgres
from connector.simulators.http import Request, Response
from tests import postgres
from tests.endtoend.scene import Scene, company
from tests.searching import SEARCH

TICKETS = 24


@pytest.fixture
def shared(tmp_path: Path, server: str) -> Iterator[Scene]:
    """A company whose ledger is on a server, which goes by the company's clock."""
    postgres.emptied(server)
    with company(tmp_path) as scene, patch.object(Postgres, "now", lambda _: scene.clock()):
        scene.rewrite("config.yaml", ("sqlite:///passdesk.db", f'"{server}"'))
        yield scene


def test_a_ledger_on_a_server_is_worked_looked_at_and_verified_as_a_file_is(shared: Scene) -> None:
    ticket = shared.ticket("ann.lee")
    assert shared.once().outcomes() == {shared.number(ticket): ("delivered", None)}
    assert shared.run("status").code == 0
    assert "ann.lee" in shared.run("live").out
    assert "delivered" in shared.run("history", "--ticket", shared.number(ticket)).out
    assert "unbroken" in shared.run("audit", "verify").out
    assert shared.run("revoke", "contoso", shared.number(ticket)).code == 0
    assert shared.held(ticket) == []


def test_neither_a_pass_nor_a_secret_lies_in_the_servers_tables(shared: Scene, server: str) -> None:
    ticket = shared.ticket("ann.lee")
    shared.once()
    (held,) = shared.held(ticket)
    kept = postgres.everything(server)
    assert shared.number(ticket) in kept
    assert not [each for each in (held, os.environ["SNOW_SECRET"], *shared.tokens) if each in kept]


def test_check_says_what_kind_of_server_it_is_and_what_it_would_lose(shared: Scene) -> None:
    said = shared.run("check").out
    assert "✓ ledger               a PostgreSQL server, release 18" in said
    assert "✗ ledger               a power cut of its server loses what was decided: fsync" in said
    assert "over all replicas, at most" in said


def test_looking_makes_no_tables_on_a_server(shared: Scene, server: str) -> None:
    postgres.dropped(server)
    assert shared.run("status").code == 0
    assert postgres.tables(server) == []


@SEARCH
def test_two_replicas_that_begin_at_once_make_one_ledger(shared: Scene, server: str) -> None:
    postgres.dropped(server)
    tickets = [shared.ticket(f"user{number:02}") for number in range(4)]
    both = [shared.start("once", "--json") for _ in range(2)]
    for each in both:
        each.join(60)
    assert [each.exitcode for each in both] == [0, 0]
    assert all(len(shared.held(ticket)) == 1 for ticket in tickets)
    assert shared.run("audit", "verify").code == 0


class Reaper:
    """Kills a process of each of these when so many requests have come in."""

    def __init__(self, scene: Scene, *deaths: int) -> None:
        self.deaths, self.count, self.lock, self.pids = list(deaths), 0, Lock(), list[int]()
        app = scene.graph_server.app

        def deadly(request: Request) -> Response:
            with self.lock:
                self.count += 1
                if self.deaths and self.count >= self.deaths[0] and self.pids:
                    del self.deaths[0]
                    os.kill(self.pids.pop(), signal.SIGKILL)
            return app(request)

        scene.graph_server.app = deadly


@SEARCH
def test_a_burst_over_three_replicas_of_which_two_are_killed_is_done_each_ticket_once(shared: Scene) -> None:
    tickets = [shared.ticket(f"user{number:02}") for number in range(TICKETS)]
    reaper = Reaper(shared, 20, 34)
    replicas = [shared.start("once", "--json") for _ in range(3)]
    reaper.pids = [each.pid for each in replicas[1:] if each.pid]
    for each in replicas:
        each.join(120)
    assert [each.exitcode for each in replicas] == [0, -signal.SIGKILL, -signal.SIGKILL]
    shared.clock.added += 200  # leases run out, and no POST of the dead can arrive any more
    shared.settle()
    assert [len(shared.held(ticket)) for ticket in tickets] == [1] * TICKETS
    assert shared.unknown(*tickets) == 0
    assert len(shared.graph.passes.live()) == TICKETS
    assert shared.run("audit", "verify").code == 0


def test_a_pause_and_a_limit_hold_over_all_replicas(shared: Scene) -> None:
    shared.rewrite("config.yaml", more="floor: {passes_in_all: 5/1h}\n")
    shared.run("pause", "--why", "an exercise")
    tickets = [shared.ticket(f"user{number:02}") for number in range(8)]
    paused = shared.start("once", "--json")
    paused.join(60)
    assert not shared.graph.passes.live()
    shared.run("resume")
    replicas = [shared.start("once", "--json") for _ in range(3)]
    for each in replicas:
        each.join(120)
    assert len(shared.graph.passes.live()) == 5
    assert sum(len(shared.held(ticket)) for ticket in tickets) == 5


def nowhere(scene: Scene, password: str) -> None:
    """Let the ledger lie where no server listens, with this reference to its password."""
    address = f"{{url: postgresql://u@127.0.0.1:9/passdesk, password: {password}}}"
    text = (scene.folder / "config.yaml").read_text()
    scene.write("config.yaml", re.sub("(?m)^ledger: .*$", f"ledger: {address}", text))


def test_a_server_that_is_away_ends_a_run_with_3_and_one_sentence(shared: Scene) -> None:
    nowhere(shared, "env:SNOW_SECRET")
    ran = shared.once()
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("the ledger at 127.0.0.1/passdesk can't be opened: its server can't be reached")
    assert len(ran.err.splitlines()) == 1 and os.environ["SNOW_SECRET"] not in ran.err


def test_a_password_that_is_not_there_ends_a_run_with_2(shared: Scene) -> None:
    nowhere(shared, "env:NO_SUCH")
    ran = shared.once()
    assert ran.code == 2 and "NO_SUCH" in ran.err
