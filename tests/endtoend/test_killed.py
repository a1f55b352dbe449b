"""SIGKILL at any request, before or after it took effect, then a restart: one delivered live pass, or none
and Stuck.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from html import unescape
from pathlib import Path
from threading import Lock

import pytest

from connector.simulators.http import Request, Response
from tests.endtoend.house import House
from tests.endtoend.kinds import housed
from tests.endtoend.office import Office

REQUESTS = {
    # sign-in, privilege map; sign-in, poll, children, two batches, look, POST, PATCH
    "servicenow": 10,
    # sign-in, privilege map; poll, card, trail, two batches, read again, POST, PATCH, trail
    "topdesk": 11,
    "mail": 12,  # the same as servicenow up to the POST, and the chain of managers; sendMail, read, PATCH
}
App = Callable[[Request], Response]


class Killer:
    """Kills the process when the n-th request has come in: before it is handled, or after and before its
    answer.
    """

    def __init__(self, house: House, nth: int, *, handled: bool) -> None:
        self.left, self.handled, self.lock, self.pid = nth, handled, Lock(), 0
        self.dead = False
        for server in house.servers:
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


def known(house: House, ticket: str, kind: str) -> list[str]:
    """The live passes in the mails, or in the ticket's notes."""
    mails = unescape("\n".join(house.mails))
    return (
        [each.text for each in house.graph.passes.live() if each.text in mails]
        if kind == "mail"
        else house.held(ticket)
    )


@pytest.mark.parametrize("handled", [False, True])
@pytest.mark.parametrize(
    ("kind", "nth"), [(kind, nth) for kind, most in REQUESTS.items() for nth in range(1, most + 1)]
)
def test_a_kill_at_any_request_ends_in_one_delivered_live_pass(
    tmp_path: Path, kind: str, nth: int, handled: bool
) -> None:
    with housed(kind, tmp_path) as house:
        ticket = house.ticket("ann.lee")
        killer = Killer(house, nth, handled=handled)
        process = house.start("once", "--json")
        assert process.pid
        killer.pid = process.pid
        process.join()
        assert killer.dead and process.exitcode == -signal.SIGKILL
        ran = house.settle()
        assert not ran.report["tickets"] or ran.outcomes()[house.number(ticket)] == ("delivered", None)
        assert len(known(house, ticket, kind)) == 1 and house.unknown(ticket) == 0
        assert not isinstance(house, Office) or house.unseen()
        shown = [
            [made.text in text for made in house.graph.passes.issued] for text in map(unescape, house.mails)
        ]
        assert all(one.count(True) <= 1 for one in zip(*shown, strict=True)), (
            "a pass is mailed once, or never"
        )
        assert len(shown) < 2 or "replaces the pass in any earlier mail" in house.mails[-1]
        assert not any(
            made.text in note for made in house.graph.passes.issued for note in house.notes(ticket) if shown
        )


@pytest.mark.parametrize("kind", REQUESTS)
def test_the_kills_above_reach_every_request_of_a_delivery(tmp_path: Path, kind: str) -> None:
    with housed(kind, tmp_path) as house:
        house.ticket("ann.lee")
        house.once()
        assert sum(server.tally.total() for server in house.servers) == REQUESTS[kind]
