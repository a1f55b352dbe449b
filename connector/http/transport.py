"""One exchange over the wire: a request goes in, a plain value comes out within a deadline, and nothing is
ever raised.

Exceptions of requests and urllib3 keep request and response bodies, in themselves and in their frames. They
end here.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies
from urllib3 import PoolManager
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse

from connector.http.connections import Pool, Straight, TLSPool
from connector.http.deadline import Call, Calls, current

MOST_BYTES = 32 * 2**20  # of a body, unpacked
# Addresses that requests leaves alone: nothing to encode, nothing needlessly encoded, no "." after a
# slash, no empty query.
_AS_IT_IS = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(:[1-9][0-9]*)?/(?!\.)"
    r"([\w~!$&'()*+,;=:@?.-]|/(?!\.)|%(?!3[0-9]|[46][1-9A-F]|[57][0-9A]|2D|2E|5F|7E)[0-9A-F]{2})*(?<!\?)",
    re.ASCII,
)


@dataclass(frozen=True)
class Raw:
    """A whole reply. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Failure:
    """No whole reply. `sent` is False only where no byte of the request can have left."""

    sent: bool
    why: str


@cache
def tls() -> ssl.SSLContext:
    """One for the process: OpenSSL 3 parses the CA bundle anew for each context, which costs 20 ms of CPU."""
    trusted = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or certifi.where()
    folder = Path(trusted).is_dir()
    return ssl.create_default_context(cafile=None if folder else trusted, capath=trusted if folder else None)


class _Adapter(HTTPAdapter):
    """Pools over the one TLS context. urllib3's own retries are off: this default means 0, and never for what
    was read.
    """

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=tls(), **more)
        _own(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **more: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, ssl_context=tls(), **more)
        _own(manager)
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The context verifies; a bundle named beside it would be parsed again for each connection."""

    def request_url(self, request: Any, proxies: Any) -> str:
        return str(super().request_url(request, proxies) if proxies else request.path_url)

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Without cookies, which a service has none of, and without a second look at each header."""
        made = requests.Response()
        made.status_code, made.raw, made.headers = resp.status, resp, resp.headers
        return made


class Watched(HTTPAdapter):
    """Connections that tell their call; all else, also what is trusted, is left to requests."""

    def init_poolmanager(self, *how: Any, **more: Any) -> None:
        super().init_poolmanager(*how, **more)
        _own(self.poolmanager)


class Session(requests.Session):
    """One service's connections, and the calls to it that hang."""

    def __init__(self, workers: int) -> None:
        super().__init__()
        self.calls = Calls(workers)
        self.pools: dict[str, Straight] = {}  # by scheme and host

    def close(self) -> None:
        self.pools.clear()
        super().close()


def _own(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": Pool, "https": TLSPool}


def session(base_url: str, workers: int) -> Session:
    """A session for one service: no cookies, no ~/.netrc; the environment is read once, for proxies. None on
    loopback.
    """
    made = Session(workers)
    made.trust_env = False  # otherwise ~/.netrc signs requests, and REQUESTS_CA_BUNDLE is looked up at each
    made.proxies = {} if on_loopback(base_url) else get_environ_proxies(base_url)
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.headers.clear()
    made.headers.update({"User-Agent": "passdesk", "Accept": "application/json", "Accept-Encoding": "gzip"})
    for scheme in ("https://", "http://"):
        made.mount(scheme, _Adapter(pool_connections=2, pool_maxsize=workers))
    return made


def on_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def exchange(
    over: Session, method: str, url: str, timeout: tuple[float, float], **content: Any
) -> Raw | Failure:
    """Send once. `timeout` is in seconds: for each connection that is tried, and for the whole, from the
    host's name to the last byte of the body.
    """

    def send() -> Raw | Failure:
        try:
            return _whole(_answered(over, method, url, timeout, **content))
        except Exception as error:  # noqa: BLE001  whatever is raised down there has the bodies in its frames
            return Failure(current().sent, _name(error))

    if over.calls.crowded():
        return Failure(False, "earlier calls to it still hang")
    call = Call(send)
    try:
        call.start()
    except RuntimeError:
        return Failure(False, "this machine has no thread left")
    found = call.outcome(timeout[1]) or over.calls.give_up(call)
    return found or Failure(call.sent, "no reply in time" if call.sent else "no connection in time")


def _answered(
    over: Session,
    method: str,
    url: str,
    timeout: tuple[float, float],
    headers: Mapping[str, str] | None = None,
    **content: Any,
) -> BaseHTTPResponse:
    """The head of the reply. As `over.request` without its cookies, hooks and redirects, of which a service
    has none: they were half the work of a call, and a redirect's body was read however long it is.
    """
    request = prepared(method, url, {**over.headers, **(headers or {})}, **content)
    adapter = over.get_adapter(request.url or url)
    if over.proxies or not _AS_IT_IS.fullmatch(url):
        made: BaseHTTPResponse = adapter.send(request, stream=True, timeout=timeout, proxies=over.proxies).raw
        return made
    host = url[: url.index("/", len("https://"))]
    if (pool := over.pools.get(host)) is None:
        pool = over.pools[host] = adapter.get_connection_with_tls_context(request, True)  # type: ignore[attr-defined]
    return pool.ask(request, timeout)


def prepared(method: str, url: str, headers: Mapping[str, Any], **content: Any) -> requests.PreparedRequest:
    """The request as requests prepares it, without looking for what isn't there: cookies, hooks, a password
    in the address. An address that it would write as it is isn't taken apart.
    """
    request, merged = requests.PreparedRequest(), CaseInsensitiveDict(headers)
    if not _AS_IT_IS.fullmatch(url):
        request.prepare(method=method, url=url, headers=merged, **content)
        return request
    request.method, request.url = method, url
    request.prepare_headers(merged)
    request.prepare_body(content.get("data"), None, content.get("json"))
    return request


def _whole(reply: BaseHTTPResponse) -> Raw | Failure:
    body = bytearray()
    try:
        while part := reply.read1(2**16, decode_content=True):
            body += part
            if len(body) > MOST_BYTES:
                return Failure(True, "its answer is too long")
    finally:
        reply.close()  # and its connection, where something of it is left
        reply.release_conn()
    headers = {name.lower(): reply.headers[name] for name in reply.headers}
    return Raw(reply.status, headers, bytes(body))


def _name(error: BaseException) -> str:
    """Name the failure in our words: an exception's own may quote the request."""
    seen: list[BaseException] = []
    while len(seen) < 10:
        seen.append(error)
        inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
        if not isinstance(inner, BaseException):
            break
        error = inner
    return next(
        (words for kind, words in _WORDS if any(isinstance(each, kind) for each in seen)),
        "the connection broke",
    )


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (requests.exceptions.ProxyError, "the proxy refuses or can't be reached"),
    (ssl.SSLCertVerificationError, "its certificate isn't trusted"),
    (requests.exceptions.SSLError, "TLS failed"),
    (SSLError, "TLS failed"),
    (ssl.SSLError, "TLS failed"),
    (NameResolutionError, "its name can't be resolved"),
    (requests.exceptions.ConnectTimeout, "no connection in time"),
    (NewConnectionError, "the connection is refused"),
    (ConnectTimeoutError, "no connection in time"),
    (ReadTimeoutError, "no reply in time"),
    (requests.exceptions.Timeout, "no reply in time"),
    (TimeoutError, "no reply in time"),
    (requests.exceptions.RequestException, "the connection broke"),
)
