"""A server on loopback that answers as a test says, and writes down what it was asked."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connector.simulators.listening import Listener

DATE = 1_780_000_000  # what the server's clock shows
MONOTONIC = 100.0


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    target: str = ""  # as it was written on the wire

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Says:
    """`body` as JSON unless it is bytes. `cut`: the connection ends that many bytes before the reply does."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0


HANG_UP = Says(0)
Answering = Callable[[Asked], Says]


@dataclass
class Loopback:
    url: str
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0  # that were opened

    @property
    def routes(self) -> list[str]:
        return [f"{each.method} {each.path}" for each in self.asked]


class _Quiet(Listener):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(
    answer: Answering, date: int | None = DATE, tls: ssl.SSLContext | None = None
) -> Iterator[Loopback]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = (
            -1
        )  # headers and body leave in one packet: in two, the second waits 40 ms for the client's kernel

        def setup(self) -> None:
            known.connections += 1
            super().setup()

        def serve(self) -> None:
            there = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = dict(parse_qsl(there.query, keep_blank_values=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, there.path, query, headers, body, self.path)
            known.asked.append(asked)
            self.say(answer(asked))

        def say(self, says: Says) -> None:
            self.close_connection = says is HANG_UP or bool(says.cut)
            if says is HANG_UP:
                return
            raw = (
                says.body
                if isinstance(says.body, bytes)
                else b""
                if says.body is None
                else json.dumps(says.body).encode()
            )
            sent = {"Content-Type": "application/json", "Content-Length": str(len(raw)), **says.headers}
            self.send_response_only(says.status)
            for name, value in {**({"Date": formatdate(date, usegmt=True)} if date else {}), **sent}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw[: len(raw) - says.cut])

        do_GET = do_POST = do_PATCH = do_DELETE = serve  # noqa: N815  http.server names them so

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = _Quiet(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    known = Loopback(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}")
    server.start()
    try:
        yield known
    finally:
        server.stop()


def in_turn(*says: Says) -> Answering:
    """One after the other; the last again and again."""
    left = list(says)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def everything_in(error: BaseException) -> str:
    """An exception with its causes and contexts, all frames' locals, and what those hold. A test's own frames
    apart.
    """
    texts, left, seen = list[str](), [error], set[int]()
    while left:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        texts.append(repr(each))
        left += [other for other in (each.__cause__, each.__context__) if other]
        trace: TracebackType | None = each.__traceback__
        while trace:
            if "tests" not in Path(trace.tb_frame.f_code.co_filename).parts:
                texts += [within(value, 1) for value in trace.tb_frame.f_locals.values()]
            trace = trace.tb_next
    return "\n".join(texts)


def within(value: object, depth: int) -> str:
    """A thing as it shows itself, with what it holds, so many steps deep."""
    held = list(vars(value).values()) if depth and hasattr(value, "__dict__") and not callable(value) else []
    return "\n".join([repr(value), *(within(each, depth - 1) for each in held)])
