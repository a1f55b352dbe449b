"""`passdesk run`: unattended, and stopped by a signal."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from unittest.mock import patch

from connector.ledger.memory import MemoryLedger
from connector.simulators.faults import delay, drop_after, when
from connector.worker import service
from connector.worker.report import Report
from connector.worker.service import Runner
from connector.worker.sweep import Sweep
from tests.endtoend.scene import Scene
from tests.ledger.desk import LEASE, LIMITS
from tests.searching import SEARCH


def stopped(process: BaseProcess) -> int | None:
    """Its exit code after SIGTERM."""
    assert process.pid
    os.kill(process.pid, signal.SIGTERM)
    process.join(30)
    return process.exitcode


def test_it_works_until_a_signal_and_ends_with_zero(scene: Scene) -> None:
    first = scene.ticket("ann.lee")
    process = scene.start("run")
    scene.until(lambda: scene.held(first))
    second = scene.ticket("bob.ray")
    scene.until(lambda: scene.held(second))
    assert stopped(process) == 0


def test_a_signal_in_the_middle_finishes_what_is_in_flight(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), delay(after=0.5))
    process = scene.start("run")
    scene.until(lambda: scene.graph.passes.made)
    assert stopped(process) == 0
    assert len(scene.held(ticket)) == 1


@SEARCH
def test_what_cannot_be_finished_in_time_is_recovered_by_the_next_start(scene: Scene) -> None:
    path = scene.folder / "config.yaml"
    path.write_text(path.read_text() + "stop_within: 1s\n")
    ticket = scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), delay(after=20.0))
    process = scene.start("run")
    scene.until(lambda: scene.graph.passes.made)
    assert stopped(process) == 0
    scene.settle()
    assert len(scene.held(ticket)) == 1
    assert not scene.graph.passes.live_unknown(scene.desk.notes(ticket))


def test_recovery_comes_when_it_is_due_and_not_with_the_next_poll(scene: Scene) -> None:
    path = scene.folder / "config.yaml"
    path.write_text(path.read_text().replace("every: 1s", "every: 1h"))
    scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), drop_after)
    process = scene.start("run")
    scene.until(lambda: scene.graph.passes.made)
    scene.until(lambda: not scene.graph.passes.live())
    assert stopped(process) == 0


class Struck(Sweep):
    """Gets the process's SIGTERM in the thread that looks for what is due."""

    def due(self) -> Report:
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        return Report(names={})


def runs_until_struck() -> None:
    book = MemoryLedger("worker", LEASE, LIMITS)
    sweep = Struck({}, book, 1, lambda _: NotImplemented, lambda *_: None, threading.Event())
    with patch.object(service, "DUE_EVERY", 0.1):
        os._exit(Runner(sweep, 3600, 0, LEASE, 5).run())


@SEARCH
def test_a_signal_stops_it_whichever_of_its_threads_the_system_gives_it_to() -> None:
    process = get_context("fork").Process(target=runs_until_struck, daemon=True)
    process.start()
    process.join(30)
    assert process.exitcode == 0
