"""A thin client of Microsoft Graph v1.0: reads, batches whose sub-replies are judged one by one, pages to the
end, the clock.
"""

from __future__ import annotations

import random as chance
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from connector.domain.errors import Down
from connector.domain.steady import steady
from connector.guards.evidence import Missing
from connector.http.announced import near_limit
from connector.http.headers import http_date, pause, retry_after
from connector.http.service import (
    AGAIN,
    BUDGET,
    PATIENCE,
    TRIES,
    Answer,
    Auth,
    Call,
    Reply,
    Service,
    signed_in,
)

TAP_POLICY = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/TemporaryAccessPass"
BATCH = 20  # requests a call, graph.md §5
FEW = 10  # requests in a batch: with more it takes longer
PAGES = 100
CLOCK_JUMP = 30  # seconds between what the clock should say and what a reply says: more is a jump
IDS = ("request-id", "client-request-id", "date")


@dataclass(frozen=True)
class GraphRequest:
    """One request of a batch. `path` starts behind /v1.0 and is encoded."""

    id: str
    path: str
    method: str = "GET"
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)  # of this part of the batch alone


@dataclass(frozen=True)
class GraphReply:
    """A reply of Graph, alone or in a batch. Status 0: there was none, or none that makes sense."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def code(self) -> str:
        """Graph's word for what went wrong, or ""."""
        code = self._error.get("code")
        return code if isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_.]{1,80}", code) else ""

    @property
    def message(self) -> str:
        """A hint only: also what the inner error repeats. It may quote a person, so it stays out of logs."""
        inner = self._error.get("innerError", self._error.get("innererror"))
        texts = (self._error.get("message"), inner.get("message") if isinstance(inner, dict) else None)
        return "\n".join(text for text in texts if isinstance(text, str))

    @property
    def rows(self) -> list[Any] | None:
        """The items of a collection; None where the reply is none."""
        value = self.body.get("value")
        return value if self.ok and isinstance(value, list) else None

    @property
    def _error(self) -> Mapping[str, Any]:
        error = self.body.get("error")
        return error if isinstance(error, dict) else {}


NO_REPLY = GraphReply(0)


class Graph:
    """Safe to share between threads. Reads raise Down; writes are sent once and raise nothing."""

    _place = ""  # where the configuration says how to sign in

    def __init__(
        self,
        graph_url: str,
        auth: Auth,
        *,
        workers: int = 8,
        place: str = "",
        on_call: Callable[[Call], None] | None = None,
        sleep: Callable[[float], object] = time.sleep,
        random: Callable[[], float] = chance.random,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        self._base = f"{graph_url.rstrip('/')}/v1.0"
        self._auth, self._place = auth, place
        self._sleep, self._random, self._monotonic = sleep, random, monotonic
        self._service = Service(
            "entra",
            self._base,
            auth,
            workers=workers,
            place=place,
            ids=IDS,
            on_call=on_call,
            sleep=sleep,
            random=random,
            monotonic=monotonic,
        )
        self._clock: tuple[int, float] | None = None  # the last Date, and when it came
        self._jumped: tuple[int, float] | None = None  # one that didn't fit

    def now(self) -> int:
        """Graph's clock, epoch seconds: the Date of its last reply and the time since. Raises Down."""
        if self._clock is None:
            self._learn_clock(self._service.read("GET", TAP_POLICY))
        if (known := self._clock) is None:
            raise Down("entra", "its replies have no Date header")
        return int(known[0] + self._monotonic() - known[1])

    def sign_in(self) -> Mapping[str, str]:
        """Have a token now, so that a write that must be quick doesn't wait for one. Raises Down."""
        return signed_in("entra", self._auth, self._place)

    def get(self, path: str, *, urgent: bool = False) -> GraphReply:
        """One read, with all its pages. `urgent`: it waits for no other call. Raises Down."""
        return self._all_pages(self._read("GET", path, urgent=urgent))

    def page(self, path: str) -> GraphReply:
        """One read, and of a collection its first page alone: some rows will do. Raises Down."""
        return self._read("GET", path)

    def write(
        self, method: str, path: str, json: Any = None, timeout: tuple[float, float] = PATIENCE
    ) -> Reply:
        reply = self._service.write(method, path, json=json, timeout=timeout)
        self._learn_clock(reply)
        return reply

    def batch(
        self, requests: Sequence[GraphRequest], first: Mapping[str, GraphReply] | None = None
    ) -> dict[str, GraphReply]:
        """All of them, 20 a call, each with all its pages; throttled and failed ones are asked again, alone.
        `first`: the replies of a first try that was made already. Raises Down.
        """
        begun, replies, left = self._monotonic(), {**(first or {})}, list(requests)
        for tried in range(1, TRIES + 1):
            for number in range(0, len(left) if tried > 1 or first is None else 0, BATCH):
                replies |= self._batch(left[number : number + BATCH])
            left = [ask for ask in left if replies[ask.id].status in AGAIN]
            waits = [pause(replies[ask.id].headers, tried, self._random) for ask in left]
            wait = max((each for each in waits if each is not None), default=0.0)
            if None in waits or not left or tried == TRIES or self._monotonic() - begun + wait > BUDGET:
                break
            self._sleep(wait)
        if rejected := next((each for each in replies.values() if each.status == 401), None):
            reply = Answer(rejected.status, rejected.body, rejected.headers)
            raise self._auth.explain(reply).at("entra", self._place)
        if left:
            last = replies[left[0].id]
            raise Down("entra", f"it answers {last.status}", retry_after(last.headers))
        return {id_: self._all_pages(each) for id_, each in replies.items()}

    def batch_once(self, requests: Sequence[GraphRequest]) -> dict[str, GraphReply]:
        """Up to 20 of them in one call, as they are answered: none is asked again, nor its next page. Raises
        Down.
        """
        return self._batch(requests[:BATCH])

    def close(self) -> None:
        self._service.close()

    def _batch(self, requests: Sequence[GraphRequest]) -> dict[str, GraphReply]:
        size = " of many" if len(requests) > FEW else ""
        reply = self._read("POST", "/$batch", {"requests": [_as_json(ask) for ask in requests]}, size)
        if not reply.ok:
            raise Down("entra", f"it answers a batch with {reply.status}")
        responses = reply.body.get("responses")
        found = [each for each in responses if isinstance(each, dict)] if isinstance(responses, list) else []
        told = {ask.id: _only_reply(each for each in found if each.get("id") == ask.id) for ask in requests}
        if any(each.status == 429 or near_limit(each.headers) for each in told.values()):
            self._service.ease()  # its parts are counted one by one, and the call itself says nothing of it
        return told

    def _read(
        self, method: str, path: str, json: Any = None, size: str = "", *, urgent: bool = False
    ) -> GraphReply:
        answer = self._service.read(method, path, json=json, size=size, urgent=urgent)
        self._learn_clock(answer)
        return (
            GraphReply(answer.status, answer.json, answer.headers)
            if isinstance(answer.json, dict)
            else NO_REPLY
        )

    def _all_pages(self, first: GraphReply) -> GraphReply:
        """A collection with the rows of all its pages; a page that fails stands for the whole."""
        if not first.ok or "@odata.nextLink" not in first.body:
            return first
        if first.rows is None:
            return NO_REPLY
        rows, page, seen = list(first.rows), first, set[str]()
        while (link := page.body.get("@odata.nextLink")) is not None:
            path = self._path_here(link)
            if path is None or path in seen or len(seen) == PAGES:
                return NO_REPLY
            seen.add(path)
            page = self._read("GET", path)
            if page.rows is None:
                return NO_REPLY if page.ok else page
            rows += page.rows
        return GraphReply(200, {"value": rows}, first.headers)

    def _path_here(self, link: object) -> str | None:
        """The path behind /v1.0 of a link to this Graph; None for any other: our token goes nowhere else."""
        if not isinstance(link, str):
            return None
        there, here = urlsplit(link), urlsplit(self._base)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc) or not there.path.startswith(
            f"{here.path}/"
        ):
            return None
        return there.path.removeprefix(here.path) + (f"?{there.query}" if there.query else "")

    def _learn_clock(self, reply: Reply) -> None:
        """Only Graph's own answers count, and a jump only when the next answer agrees: this clock proves that
        a pass is over.
        """
        date = http_date(reply.headers.get("date", "")) if isinstance(reply, Answer) else None
        if date is None:
            return
        seen = date, self._monotonic()
        if (
            self._clock is None
            or same_clock(seen, self._clock)
            or (self._jumped and same_clock(seen, self._jumped))
        ):
            self._clock, self._jumped = seen, None
        else:
            self._jumped = seen


def same_clock(one: tuple[int, float], other: tuple[int, float]) -> bool:
    """Tell whether two Dates, and the moments they came at, tell the same clock."""
    return abs((one[0] - other[0]) - (one[1] - other[1])) <= CLOCK_JUMP


def _as_json(request: GraphRequest) -> dict[str, Any]:
    found: dict[str, Any] = {"id": request.id, "method": request.method, "url": request.path}
    if request.headers:
        found["headers"] = dict(request.headers)
    if request.json is not None:
        found |= {
            "headers": {"Content-Type": "application/json", **request.headers},
            "body": request.json,
        }
    return found


def _only_reply(found: Iterable[Mapping[str, Any]]) -> GraphReply:
    """The one sub-reply of an id. None, two, or one without a status or a body that is an object: nothing."""
    replies = list(found)
    if len(replies) != 1:
        return NO_REPLY
    status, body, headers = replies[0].get("status"), replies[0].get("body"), replies[0].get("headers")
    if not isinstance(status, int) or not (isinstance(body, dict) or status in AGAIN):
        return NO_REPLY
    known = {name.lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    return GraphReply(status, body if isinstance(body, dict) else {}, known)


def said_by(reply: Reply) -> GraphReply:
    """The words of an answer to a write; NOTHING where there is none in JSON."""
    if not isinstance(reply, Answer):
        return NO_REPLY
    return GraphReply(reply.status, reply.json if isinstance(reply.json, dict) else {})


def missing(reply: GraphReply, what: str, permission: str) -> Missing:
    """Say why an answer proves nothing."""
    if reply.status == 403:
        return Missing(f"{what} can't be read: the application permission {permission} is missing")
    if reply.ok or not reply.status:
        return Missing(f"{what} can't be read: the answer was partial")
    return Missing(f"{what} can't be read: Graph answers {reply.status} {reply.code}".rstrip())
