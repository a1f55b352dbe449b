"""One Service per remote service. Reads are retried, writes are sent once, and the answer to both is a value.

What is no JSON is no answer: sign-in pages, maintenance pages, proxies' pages, truncated bodies. Redirects
are never followed, so that credentials never leave for another host.
"""

from __future__ import annotations

import random as chance
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote

from connector.domain.errors import Down, SignInRefused
from connector.domain.steady import steady
from connector.http import transport
from connector.http.announced import near_limit
from connector.http.cooldown import Cooldown
from connector.http.headers import pause, retry_after
from connector.http.lane import Lane
from connector.http.latency import kind_of
from connector.http.pace import Pace, Place
from connector.http.reply import AGAIN, Answer, NoAnswer, NotSent, Reply, judge, read_of, sentence

__all__ = ["AGAIN", "Answer", "Auth", "Call", "NoAnswer", "NotSent", "Reply", "Service"]

PATIENCE = (5.0, 30.0)  # s to connect, s to reply
MOST_FAILED_READS = 3  # one after the other; then the others don't try
COOLDOWN = 15.0  # s for which they don't
BUDGET = 20.0  # s that one read may take before no further try is made
TRIES = 5
HELD = "it asked to be left alone for a while"
USED_UP = "nearly all calls that it allows are used up"
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Call:
    """One exchange, for the log: never bodies, headers or queries. `ids` are the reply's headers that the
    service asked for.
    """

    service: str
    method: str
    route: str  # the path without its query
    status: int | None
    ms: float
    ids: Mapping[str, str]
    why: str = ""  # where there was no answer


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    timeout: tuple[float, float]
    content: Mapping[str, Any] = field(repr=False)
    kind: str = ""


@dataclass(frozen=True)
class _Failed:
    """All that is left of a read that failed: Down is raised where no reply is in reach."""

    why: str
    retry_after: float | None
    refused: SignInRefused | None = None


class Auth(Protocol):
    """Signs requests."""

    def headers(self) -> Mapping[str, str]:
        """Asked before each exchange. Raises Down where there is no signing in; SignInRefused where a person
        must mend that.
        """

    def refused(self) -> bool:
        """A 401 came. True: the credentials were renewed, send once more. A 401 was not executed, so writes
        go again, too.
        """

    def explain(self, reply: Answer | NoAnswer) -> SignInRefused:
        """Say why a 401 came that renewed credentials don't cure, and what does. It quotes nothing that may
        hold what was sent.
        """


def signed_in(name: str, auth: Auth | None, place: str) -> Mapping[str, str]:
    """The headers that sign a request. Raises Down; SignInRefused with its place in the configuration."""
    try:
        return auth.headers() if auth else _NONE
    except SignInRefused as error:
        refused = error.at(name, place)
    raise refused


@lru_cache(1000)  # most of a query is the same in each call
def _quoted(text: str) -> str:
    return quote(text, safe="$,")


class Service:
    """One remote service over one pool of connections; safe to share between threads."""

    def __init__(
        self,
        name: str,
        base_url: str,
        auth: Auth | None = None,
        *,
        workers: int = 8,
        place: str = "",
        ids: tuple[str, ...] = (),
        on_call: Callable[[Call], None] | None = None,
        sleep: Callable[[float], object] = time.sleep,
        random: Callable[[], float] = chance.random,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        """`name` is what Down says; `place` is where the configuration says how to sign in; `ids` are reply
        headers for the log; `sleep`, `random` and `monotonic` serve the retries.
        """
        self.name, self._base, self._auth, self._place = name, base_url.rstrip("/"), auth, place
        self._ids = tuple(each.lower() for each in ids)
        self._on_call, self._sleep, self._random, self.monotonic = on_call, sleep, random, monotonic
        self._session = transport.session(base_url, workers)
        self._failed_reads, self._cooldown = 0, Cooldown(monotonic)
        self._pace, self._lane = Pace(workers, monotonic), Lane(monotonic)

    def read(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] = _NONE,
        timeout: tuple[float, float] = PATIENCE,
        bare: Collection[int] = (),
        size: str = "",
        urgent: bool = False,
    ) -> Answer:
        """An answer with JSON in it, of any status but 202, 204 and redirects. It must be safe twice. Raises
        Down; SignInRefused for a 401 where requests are signed.

        A status of `bare` is one with any body: `json` is then the text of a 4xx that is no JSON, or None.
        `size`: calls of one route and size take about as long. `urgent`: it waits for nothing, as a write.
        """
        request = self._request(method, path, params, headers, timeout, size=size, json=json)
        found = self._read(request, bare, urgent)
        if isinstance(found, Answer):
            return found
        raise found.refused or Down(self.name, found.why, found.retry_after)

    def _refusal(self, reply: Reply) -> SignInRefused | None:
        """The reason why a reply says that passdesk isn't signed in; None if it says no such thing."""
        if isinstance(reply, NotSent):
            return reply.refused
        if reply.status != 401 or self._auth is None:
            return None
        return self._auth.explain(reply).at(self.name, self._place)

    def write(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] = _NONE,
        timeout: tuple[float, float] = PATIENCE,
    ) -> Reply:
        """Send once, and once more only after a 401 that renewed credentials cure. Raises nothing; an Answer
        may be empty.
        """
        return self._ask(self._request(method, path, params, headers, timeout, json=json, data=form))

    def ease(self) -> None:
        """Hear from part of an answer that the service's limit is near."""
        self._pace.ease()

    def close(self) -> None:
        self._session.close()

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        timeout: tuple[float, float],
        *,
        size: str = "",
        **content: Any,
    ) -> _Request:
        assert path.startswith("/"), "anything else could name another host"
        query = (
            "?" + "&".join(f"{_quoted(name)}={_quoted(params[name])}" for name in params) if params else ""
        )
        kind = kind_of(method, path) + size
        return _Request(method, path, self._base + path + query, headers, timeout, content, kind)

    def _read(self, request: _Request, bare: Collection[int], urgent: bool) -> Answer | _Failed:
        begun = waited = self.monotonic()
        for tried in range(1, TRIES + 1):
            if not urgent and (turn := self._lane.turn(request.kind)):
                if self.monotonic() - begun + turn > BUDGET:
                    return _Failed(USED_UP, turn)
                self._sleep(turn)
            reply = self._ask(request, None if urgent else waited)
            if refused := self._refusal(reply):
                return _Failed(refused.sentence, refused.retry_after, refused)
            if found := read_of(reply, bare):
                self._count_read(failed=False)
                return found
            wait, asked = self._wait(reply, tried)
            if wait is None or tried == TRIES or self.monotonic() - begun + wait > BUDGET:
                break
            waited = self.monotonic() + wait
            self._sleep(wait)
        if reply.signed if isinstance(reply, NotSent) else reply.status in (None, 502, 503, 504):
            self._count_read(failed=True)
        return _Failed(sentence(reply), asked)

    def _ask(self, request: _Request, waited: float | None = None) -> Reply:
        """`waited`: the moment until which a read has waited; None: it waits neither for its place among the
        calls to this service, nor until it may be asked again.
        """
        reply = self._send(request, waited)
        if not isinstance(reply, NotSent) and reply.status == 401 and self._renewed():
            reply = self._send(request, waited)
        return reply

    def _send(self, request: _Request, waited: float | None) -> Reply:
        with self._pace.place(0 if waited is None else BUDGET) as place:
            return self._send_now(request, place, waited)

    def _send_now(self, request: _Request, place: Place, waited: float | None) -> Reply:
        if cooling := self._cooldown.active():
            return NotSent(cooling.why, signed=False, retry_after=cooling.seconds)
        if waited is not None and (closed := self._lane.closed(waited)):
            return NotSent(HELD, signed=False, retry_after=closed, held=True)
        try:
            signed = {**request.headers, **signed_in(self.name, self._auth, self._place)}
        except Down as down:
            refused = down if isinstance(down, SignInRefused) else None
            return NotSent(down.sentence, signed=False, retry_after=down.retry_after, refused=refused)
        begun = self.monotonic()
        raw = transport.exchange(
            self._session, request.method, request.url, request.timeout, headers=signed, **request.content
        )
        took, reply = self.monotonic() - begun, judge(raw)
        if not isinstance(reply, NotSent):
            place.answered(reply.status, request.kind, took)
            self._lane.heard(request.kind, reply.status, reply.headers)
            if near_limit(reply.headers):
                self._pace.ease()
        self._log_call(request, reply, took)
        return reply

    def _count_read(self, *, failed: bool) -> None:
        """After several reads that failed one after the other, the rest fail at once for a while: what is
        dead delays nobody. A read that was under way and went well ends the count, and not the pause.
        """
        self._failed_reads = self._failed_reads + 1 if failed else 0
        if self._failed_reads >= MOST_FAILED_READS:
            self._cooldown.begin(COOLDOWN, "it didn't answer the last calls")

    def _renewed(self) -> bool:
        try:
            return self._auth is not None and self._auth.refused()
        except Down:
            return False

    def _log_call(self, request: _Request, reply: Reply, took: float) -> None:
        if self._on_call is None:
            return
        headers = {} if isinstance(reply, NotSent) else reply.headers
        status = None if isinstance(reply, NotSent) else reply.status
        why = "" if isinstance(reply, Answer) else reply.why
        ids = {each: headers[each] for each in self._ids if each in headers}
        with suppress(Exception):  # a log that can't be written must not cost an answer that may hold a pass
            self._on_call(
                Call(self.name, request.method, request.path.partition("?")[0], status, took * 1000, ids, why)
            )

    def _wait(self, reply: Reply, tried: int) -> tuple[float | None, float | None]:
        """Seconds until the next try, None for no other; and how long the service asked to be left alone,
        where it did.
        """
        if isinstance(reply, NotSent):
            if reply.held and reply.retry_after:
                return reply.retry_after + self._random() / 4, reply.retry_after
            return (pause({}, tried, self._random) if reply.signed else None), reply.retry_after
        if reply.status not in AGAIN and not (isinstance(reply, NoAnswer) and reply.status is None):
            return None, None
        return pause(reply.headers, tried, self._random), retry_after(reply.headers)
