"""`passdesk run`: unattended, and stopped by a signal."""

from __future__ import annotations

import os
import signal
from multiprocessing.process import BaseProcess

from connector.simulators.faults import delay, drop_after, when
from tests.endtoend.scene import Scene


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
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), delay(after=1.0))
    process = scene.start("run")
    scene.until(lambda: scene.graph.passes.made)
    assert stopped(process) == 0
    assert len(scene.held(ticket)) == 1


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
