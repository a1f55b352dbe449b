"""Real HTTP on loopback around a function from request to response."""

import contextlib
import re
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, cast

from connector.simulators.faults import Faults
from connector.simulators.listening import Listener
from connector.simulators.messages import Headers, Request, Response

__all__ = ["App", "Headers", "Request", "Response", "Served", "Tally", "serve"]

App = Callable[[Request], Response]

# What names a person or a thing in a path: a sys_id, a GUID, a user principal name, a quoted key.
_ID = re.compile(
    r"[0-9a-f]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|.*(@|%40).*", re.IGNORECASE
)


class Tally:
    """Count calls by method and route (the path with `{id}` for what names a person or a thing)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str]] = Counter()

    def count(self, request: Request) -> None:
        path = re.sub(r"\('[^/]*'\)|(?<=/number)/[^/]+", "/{id}", request.path)
        route = "/".join("{id}" if _ID.fullmatch(segment) else segment for segment in path.split("/"))
        with self._lock:
            self._calls[request.method, route] += 1

    def calls(self) -> dict[tuple[str, str], int]:
        with self._lock:
            return dict(self._calls)

    def total(self) -> int:
        return sum(self.calls().values())


class Served:
    """An app behind a socket of its own, from `start` to `stop`; started again, it has the same address.

    `Date` comes from `clock`, else from the app's own `clock`, else from this machine: seconds since the
    epoch. Leaving the `with` block raises what the app raised, so that a mistake of a simulator doesn't look
    like a fault.
    """

    def __init__(
        self, app: App, *, faults: Faults | None = None, clock: Callable[[], float] | None = None
    ) -> None:
        self.app = app
        self.faults = faults or Faults()
        self.clock: Callable[[], float] = clock if clock is not None else getattr(app, "clock", time.time)
        self.tally = Tally()
        self.errors: list[BaseException] = []
        self._port = 0
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """The address without a slash at the end. It is known once the server has been started."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> "Served":
        self._server = server = _Server(self, self._port)
        self._port = server.server_address[1]
        server.start()
        return self

    def stop(self) -> None:
        """Stop listening and close every connection, also the idle ones."""
        server, self._server = self._server, None
        if server:
            server.stop()
            server.close_connections()

    def respond(self, request: Request) -> Response | None:
        """Make the bytes that go back over the wire. None: the connection is dropped."""
        self.tally.count(request)
        fault = self.faults.due(request)
        return fault(lambda: self.app(request)) if fault else self.app(request)

    def __enter__(self) -> "Served":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()
        if self.errors and error is None:
            raise self.errors[0]


@contextlib.contextmanager
def serve(
    app: App, *, faults: Faults | None = None, clock: Callable[[], float] | None = None
) -> Iterator[str]:
    """Serve the app while the block runs, and yield its address."""
    with Served(app, faults=faults, clock=clock) as served:
        yield served.url


class _Server(Listener):
    request_queue_size = 128

    def __init__(self, served: Served, port: int) -> None:
        self.served = served
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):  # OSError: the client hung up
            self.served.errors.append(error)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keep-alive
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet
    raw_requestline: bytes

    def log_message(self, *_: object) -> None:
        """Nothing is logged: lines would hold what was asked, and about whom."""

    def parse_request(self) -> bool:
        """Read the request line and the headers. The library makes a mail message of them, which takes longer
        than most answers.
        """
        words = self.raw_requestline.decode("latin-1").split()
        self.close_connection = len(words) != 3  # somebody who speaks something else
        if self.close_connection:
            return False
        self.command, self.path, self.request_version = words
        fields = {}
        while line := self.rfile.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        self.sent = Headers(fields)
        ends = self.sent.get("Connection", "").lower() == "close"
        self.close_connection = ends or self.request_version == "HTTP/1.0"
        return True

    def _answer(self) -> None:
        body = self.rfile.read(int(self.sent.get("Content-Length") or 0))
        served = cast(_Server, self.server).served
        response = served.respond(Request(self.command, self.path, self.sent, body))
        if response is None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response_only(response.status)
        self.send_header("Date", formatdate(served.clock(), usegmt=True))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD" and response.status != 204:
            self.wfile.write(response.body)

    do_GET = do_HEAD = do_POST = do_PUT = _answer  # noqa: N815 - http.server's names
    do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815
