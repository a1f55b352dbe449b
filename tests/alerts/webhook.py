"""A small webhook over real HTTP, which remembers what it was sent, and behaves as it is told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

TOKEN = "Kf7x-never-shown-92"  # in its address, as in that of a Teams workflow


@dataclass
class Webhook:
    """`status`: its answer; `to`: where a redirect leads. `slow`: no answer until `released`."""

    port: int = 0
    status: int = 200
    to: str = ""
    slow: bool = False
    waiting: int = 0  # requests that had no answer
    released: Event = field(default_factory=Event)
    arrived: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As apprise takes it."""
        return f"json://127.0.0.1:{self.port}/hook/{TOKEN}"

    @property
    def texts(self) -> list[str]:
        return [each["message"] for each in self.arrived]

    @property
    def titles(self) -> list[str]:
        return [each["title"] for each in self.arrived]

    def until(self, count: int, within: float = 30.0) -> None:
        """Wait until so many messages arrived. Raises AssertionError."""
        end = time.monotonic() + within
        while len(self.arrived) < count:
            assert time.monotonic() < end, self.arrived
            time.sleep(0.05)


@contextmanager
def webhook(**how: Any) -> Iterator[Webhook]:
    """One that listens on a port of its own until the block ends."""
    hook = Webhook(**how)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if hook.slow:
                hook.waiting += 1
                hook.released.wait(60)
                return
            hook.arrived.append({**json.loads(body or b"{}"), "path": self.path})
            self.send_response(hook.status)
            if hook.to:
                self.send_header("Location", hook.to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
