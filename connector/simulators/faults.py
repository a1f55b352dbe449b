"""Faults between a client and a service, as a plan: one request, and what happens to it."""

import random
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from connector.simulators.messages import Request, Response

Handle = Callable[[], Response]
Fault = Callable[[Handle], Response | None]
"""A fault gets the call that would handle the request. It answers in its own way; None drops the
connection.
"""

ALWAYS = sys.maxsize


@dataclass(frozen=True)
class When:
    """The `nth` request (from 1) whose method and path match, and the `times - 1` matching ones after it."""

    method: str
    pattern: re.Pattern[str]
    nth: int = 1
    times: int = 1

    def matches(self, request: Request) -> bool:
        return self.method in ("*", request.method) and self.pattern.search(request.path) is not None


def when(method: str, pattern: str, nth: int = 1, times: int = 1) -> When:
    """`method` is a verb or `*`; `pattern` is searched in the path as it was sent, without its query."""
    return When(method, re.compile(pattern), nth, times)


class Faults:
    """A plan of faults, scripted (`add`) or drawn by lot (`chance`, the same for the same seed and order of
    calls).
    """

    def __init__(self, seed: int = 0) -> None:
        self.happened: list[tuple[str, str]] = []  # method and path, in order
        self._lot = random.Random(seed)
        self._lock = threading.Lock()
        self._rules: list[tuple[When, float, tuple[Fault, ...]]] = []
        self._seen: list[int] = []

    def add(self, when: When, fault: Fault) -> "Faults":
        return self.chance(1.0, when, fault)

    def chance(self, rate: float, when: When, *faults: Fault) -> "Faults":
        """With probability `rate`, one of `faults` happens to a request of `when`."""
        with self._lock:
            self._rules.append((when, rate, faults))
            self._seen.append(0)
        return self

    def clear(self) -> None:
        """From now on everything goes well."""
        with self._lock:
            self._rules.clear()
            self._seen.clear()

    def due(self, request: Request) -> Fault | None:
        """The fault that this request meets. Every rule counts the request; the first that is due acts."""
        chosen: Fault | None = None
        with self._lock:
            for place, (rule, rate, faults) in enumerate(self._rules):
                if not rule.matches(request):
                    continue
                self._seen[place] += 1
                due = 0 <= self._seen[place] - rule.nth < rule.times
                if due and chosen is None and (rate >= 1.0 or self._lot.random() < rate):
                    chosen = self._lot.choice(faults)
            if chosen:
                self.happened.append((request.method, request.path))
        return chosen


def drop_before(_: Handle) -> None:
    """The connection is dropped, and the request was never handled."""


def drop_after(handle: Handle) -> None:
    """The request was handled, and the connection is dropped: the reply is lost."""
    handle()


def truncated(handle: Handle) -> Response:
    """The request was handled, and the reply ends in the middle."""
    whole = handle()
    return Response(whole.status, whole.body[: len(whole.body) // 2], whole.headers)


def delay(before: float = 0.0, after: float = 0.0) -> Fault:
    """The reply takes its time: so many seconds before the request is handled, so many after it."""

    def slow(handle: Handle) -> Response:
        time.sleep(before)
        response = handle()
        time.sleep(after)
        return response

    return slow


class Late:
    """The connection is dropped at once, and the effect lands `seconds` later; without `seconds`, with
    `land()`.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._held: list[Handle] = []

    def __call__(self, handle: Handle) -> None:
        with self._lock:
            self._held.append(handle)
        if self._seconds is not None:
            timer = threading.Timer(self._seconds, self.land)
            timer.daemon = True
            timer.start()

    def land(self) -> int:
        """Handle what was held back, in order. Returns how many requests that were."""
        with self._lock:
            held, self._held = self._held, []
        for handle in held:
            handle()
        return len(held)


def answer(response: Response, *, handled: bool = False) -> Fault:
    """This response goes back instead. `handled`: the request took effect all the same."""

    def instead(handle: Handle) -> Response:
        if handled:
            handle()
        return response

    return instead


def failure(status: int, retry_after: str | None = None, *, handled: bool = False) -> Fault:
    """An error of the front end: 429, 500, 503 with no JSON. `retry_after` is sent as it is, however
    absurd.
    """
    body = f"<html><body><h1>{status}</h1></body></html>"
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return answer(Response.html(body, status).with_headers(headers), handled=handled)


def html_page(*, handled: bool = False) -> Fault:
    """200 with a page for people, as proxies and sleeping instances send it."""
    return answer(Response.html("<html><body>Sign in to continue</body></html>"), handled=handled)


def accepted(*, handled: bool = False) -> Fault:
    """202 with nothing in it."""
    return answer(Response(202), handled=handled)


def redirect(location: str) -> Fault:
    """302 to another place: a sign-in page, another host."""
    return answer(Response(302, b"", {"Location": location}))
