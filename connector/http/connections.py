"""Connections that tell their call what they do, and pools that send with no more than a call needs."""

from __future__ import annotations

import socket
from typing import Any

import requests
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse
from urllib3.util import Timeout

from connector.domain.steady import steady
from connector.http.deadline import current

IDLE = 20.0  # s that an unused connection is trusted


class Connection(HTTPConnection):
    """Tells its call when a request begins, and is not used again after a rest.

    A server or a firewall may drop an idle connection without our seeing it. A write sent over such a one is
    lost without having been processed, and nobody can tell. urllib3 opens a new connection where the close
    was seen; the short trust covers most of what is not seen. A connection per write would cost a TLS
    handshake each and close the rest of the gap only for closes that are under way at that instant: those
    count as no answer.
    """

    used = 0.0

    @property
    def is_connected(self) -> bool:
        return super().is_connected and steady() - self.used < IDLE

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        self.used = steady()
        current().waits_on(self.sock, sends=True)
        super().request(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        current().turns_to(getattr(self, "_tunnel_host", None) or self.host)
        made = super()._new_conn()
        current().waits_on(made)
        return made


class TLSConnection(Connection, HTTPSConnection):
    pass


class Straight(HTTPConnectionPool):
    """Sends without what a service has none of: proxies, redirects, retries, an address to be encoded."""

    def ask(self, request: requests.PreparedRequest, timeout: tuple[float, float]) -> BaseHTTPResponse:
        """The head of the reply, as urlopen. A connection that fails is closed, and is not used again. Raises
        errors of urllib3 and of the system.
        """
        assert request.method and request.url
        connection = self._get_conn()
        try:
            return self._make_request(
                connection,
                request.method,
                request.url[request.url.index("/", len("https://")) :],
                body=request.body,
                headers=request.headers,
                timeout=Timeout(connect=timeout[0], read=timeout[1]),
                response_conn=connection,
                preload_content=False,
                decode_content=False,
            )
        except BaseException:
            connection.close()
            self._put_conn(None)
            raise


class Pool(Straight):
    ConnectionCls = Connection


class TLSPool(HTTPSConnectionPool, Straight):
    ConnectionCls = TLSConnection
