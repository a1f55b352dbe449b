"""Servers that take a connection and never come to an end, each in its way."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from unittest.mock import patch

Stalling = Callable[[socket.socket, Event], None]
PATIENT = 30  # s after which a test has failed


@dataclass
class Stalled:
    """`left`: a client hung up. `heard`: what clients sent first."""

    url: str
    left: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)
    heard: list[bytes] = field(default_factory=list)
    calls: int = 0


def silent(there: socket.socket, over: Event) -> None:
    """Never a word: until the client hangs up."""
    there.settimeout(PATIENT)
    while there.recv(2**16):
        pass


def dripping(begin: bytes, drop: bytes) -> Stalling:
    """A beginning, and then drop by drop."""

    def drip(there: socket.socket, over: Event) -> None:
        there.sendall(begin)
        while not over.wait(0.02):
            there.sendall(drop)

    return drip


HEAD = dripping(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x")
HEADERS = dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")
BODY = dripping(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n{", b" ")
TO_THE_END = dripping(
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{", b" "
)
CHUNKS = dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")
CONTINUES = dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n")


@contextmanager
def stalling(how: Stalling, scheme: str = "http") -> Iterator[Stalled]:
    server = socket.create_server(("127.0.0.1", 0))
    known = Stalled(f"{scheme}://127.0.0.1:{server.getsockname()[1]}")

    def one(there: socket.socket) -> None:
        with there, suppress(OSError):
            known.heard.append(there.recv(2**16))
            try:
                how(there, known.over)
            finally:
                known.left.set()

    def serve() -> None:
        with suppress(OSError):
            while True:
                there, _ = server.accept()
                known.calls += 1
                Thread(target=one, args=(there,), daemon=True).start()

    Thread(target=serve, daemon=True).start()
    try:
        yield known
    finally:
        known.over.set()
        server.close()


@contextmanager
def nameless() -> Iterator[Event]:
    """Names are looked up and never found, until the event is set."""
    found, real = Event(), socket.getaddrinfo

    def hang(host: object, *how: object, **more: object) -> object:
        found.wait(PATIENT)
        return real("127.0.0.1", *how, **more)  # type: ignore[arg-type]

    with patch.object(socket, "getaddrinfo", hang):
        try:
            yield found
        finally:
            found.set()
