"""SIGKILL at any request, before or after it took effect, then a restart: one delivered live pass, or none and Stuck."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from threading import Lock

import pytest

from connector.simulators.http import Request, Response
from tests.endtoend.scene import Scene

REQUESTS = 9  # sign-in, poll, poll's end, sign-in, two batches, read again, POST, PATCH
App = Callable[[Request], Response]


class Killer:
    """Kills the process when the n-th request has come in: before it is handled, or after and before its answer."""

    def __init__(self, scene: Scene, nth: int, *, handled: bool) -> None:
        self.left, self.handled, self.lock, self.pid = nth, handled, Lock(), 0
        self.dead = False
        for server in (scene.desk_server, scene.graph_server, scene.identity_server):
            server.app = self.around(server.app)

    def around(self, app: App) -> App:
        def deadly(request: Request) -> Response:
            with self.lock:
                if self.pid and not self.dead:
                    self.left -= 1
                now = self.left == 0 and not self.dead and bool(self.pid)
            if not now:
                return app(request)
            response = app(request) if self.handled else Response(500)
            self.dead = True
            os.kill(self.pid, signal.SIGKILL)
            return response

        return deadly


@pytest.mark.parametrize("handled", [False, True])
@pytest.mark.parametrize("nth", range(1, REQUESTS + 1))
def test_a_kill_at_any_request_ends_in_one_delivered_live_pass(scene: Scene, nth: int, handled: bool) -> None:
    ticket = scene.ticket("ann.lee")
    killer = Killer(scene, nth, handled=handled)
    process = scene.start("once", "--json")
    assert process.pid
    killer.pid = process.pid
    process.join()
    assert killer.dead == (process.exitcode == -signal.SIGKILL)
    ran = scene.settle()
    assert not ran.report["tickets"] or ran.outcomes()[scene.number(ticket)] == ("delivered", None)
    assert len(scene.held(ticket)) == 1
    assert not scene.graph.passes.live_unknown(scene.desk.notes(ticket))


def test_the_kills_above_reach_every_request_of_a_delivery(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.once()
    servers = (scene.desk_server, scene.graph_server, scene.identity_server)
    assert sum(server.tally.total() for server in servers) == REQUESTS
