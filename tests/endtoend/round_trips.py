"""The calls of one sweep in the order in which they came, and how many of them were waited for one after the
other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from urllib.parse import unquote

from connector.simulators.http import App, Request, Response
from tests.endtoend.house import House

PATIENCE = 5  # s that a call is kept waiting for the one that should be beside it
NAMES = (  # of calls by what they ask, in this order
    ("/temporaryAccessPassMethods", "POST", "pass"),
    ("/sendMail", "POST", "mail"),
    ("/progresstrail", "GET", "trail"),
    ("/users/", "GET", "manager"),
    ("sys_id=", "GET", "look"),
    ("/table/incident/", "GET", "look"),
    ("/incidents/id/", "GET", "look"),
    ("", "PATCH", "write"),
    ("", "GET", "read"),
)
BESIDE = {"evidence", "look"}
OF_A_TICKET = BESIDE | {"names"}


@dataclass
class Call:
    """One request. `begun` and `over` count what happened before, on all servers."""

    name: str
    parts: int  # requests in a batch; else 1
    begun: int
    over: int = 0


@dataclass
class Calls:
    """All calls but sign-ins and those of the privilege map. `together`: the batch of evidence and the look
    are each answered only once the other has come, or never comes.
    """

    together: bool = False
    every: list[Call] = field(default_factory=list)
    _changed: Condition = field(default_factory=Condition)
    _moments: int = 0

    @property
    def names(self) -> list[str]:
        """Without the poll's own."""
        return [each.name for each in self._own]

    @property
    def in_a_row(self) -> int:
        """The longest chain in which each began when the one before it was over."""
        chains: list[tuple[Call, int]] = []
        for each in self._own:
            before = (length for other, length in chains if other.over < each.begun)
            chains.append((each, 1 + max(before, default=0)))
        return max((length for _, length in chains), default=0)

    @property
    def parts(self) -> list[int]:
        """Requests in each batch."""
        return [each.parts for each in self._own if each.name in ("names", "evidence")]

    @property
    def _own(self) -> list[Call]:
        first = next((n for n, each in enumerate(self.every) if each.name in OF_A_TICKET), 0)
        return self.every[first:]

    def of(self, app: App) -> App:
        def answered(request: Request) -> Response:
            name, parts = named(request)
            if not name:
                return app(request)
            with self._changed:
                call = Call(name, parts, self._moment())
                self.every.append(call)
                self._changed.notify_all()
                if self.together and name in BESIDE:
                    self._changed.wait_for(lambda: {*self.names} >= BESIDE, PATIENCE)
            response = app(request)
            with self._changed:
                call.over = self._moment()
            return response

        return answered

    def _moment(self) -> int:
        self._moments += 1
        return self._moments


def named(request: Request) -> tuple[str, int]:
    """The name of a call and the number of its parts; "" for a sign-in or the privilege map's."""
    if request.path.endswith("/$batch"):
        urls = [each["url"] for each in json.loads(request.body)["requests"]]
        asked = [url for url in urls if url.startswith("/users")]
        evidence = any("transitiveMemberOf" in url for url in asked)
        return ("evidence" if evidence else "names" if asked else ""), len(urls)
    target = unquote(request.target)
    found = (name for part, method, name in NAMES if part in target and method == request.method)
    return next(found, ""), 1


@contextmanager
def counted(house: House, *, together: bool = False) -> Iterator[Calls]:
    """Write down each call to the desk and to Graph until the block ends."""
    calls, servers = Calls(together), (house.desk_server, house.graph_server)
    before = [each.app for each in servers]
    for each in servers:
        each.app = calls.of(each.app)
    try:
        yield calls
    finally:
        for each, app in zip(servers, before, strict=True):
            each.app = app
