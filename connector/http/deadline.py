"""A deadline for calls whose library has none, or one that leaves out names, proxies and replies that drip.

Each call has a daemon thread to itself while it runs. When its time is up nobody waits for it any more: its
socket is shut, and it can begin no request. So what was not sent by then never will be.

A thread whose call came back in time runs a later call; the thread of one that was given up never does.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread, current_thread, local
from typing import Any, Generic, TypeVar

T = TypeVar("T")
IDLE = 20.0  # s that a thread waits for a next call
_now = local()  # .call: the call that runs in this thread


class Late(Exception):
    """Raised inside a call that nobody waits for any more."""


class Call(Generic[T]):
    """One run of `work`, which raises nothing and returns no None.

    `sent`: a request was begun on an open connection; `host`: the last that it turned to.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work, self._lock, self._done = work, Lock(), Event()
        self._outcome: T | None = None
        self._socket: socket.socket | None = None
        self.sent, self.host = False, ""
        self._given_up = Event()

    @property
    def given_up(self) -> bool:
        return self._given_up.is_set()

    @property
    def done(self) -> bool:
        return self._done.is_set()

    def start(self) -> None:
        """Raises RuntimeError where the system gives no thread."""
        threads.run(self)

    def outcome(self, seconds: float) -> T | None:
        """Wait at most so long for the outcome. None: it isn't there."""
        self._done.wait(max(seconds, 0))
        return self._outcome

    def give_up(self) -> T | None:
        """Wait no more: shut the socket, and let nothing more be sent. What came meanwhile counts."""
        with self._lock:
            if not self.done:
                self._given_up.set()
                _shut(self._socket)
        return self._outcome

    def turns_to(self, host: str) -> None:
        """Note where the call goes. Raises Late."""
        with self._lock:
            if self.given_up:
                raise Late
            self.host = host

    def waits_on(self, over: socket.socket | None, *, sends: bool = False) -> None:
        """Note the socket of the call; `sends`: a request begins on it. Raises Late."""
        with self._lock:
            if self.given_up:
                _shut(over)
                raise Late
            self._socket, self.sent = over, self.sent or sends

    def pause(self, seconds: float) -> None:
        """Sleep. Raises Late as soon as nobody waits any more."""
        if self._given_up.wait(seconds):
            raise Late

    def run(self) -> None:
        """Do the work in this thread, which keeps nothing of it."""
        _now.call = self
        outcome: T | None = None
        try:
            outcome = self._work()
        finally:
            _now.call = None
            with self._lock:  # from here on its socket may serve another call
                self._outcome = outcome
                self._socket = None
                self._done.set()


class Threads:
    """Threads that run one call after another. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock, self._idle = Lock(), list[SimpleQueue[Call[Any]]]()
        os.register_at_fork(after_in_child=self._forget)

    def run(self, call: Call[Any]) -> None:
        """Raises RuntimeError where the system gives no thread."""
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is not None:
            inbox.put(call)
            return
        inbox = SimpleQueue[Call[Any]]()
        inbox.put(call)
        Thread(target=self._work, args=(inbox,), name="call", daemon=True).start()

    def _work(self, inbox: SimpleQueue[Call[Any]]) -> None:
        here, call = current_thread(), self._next(inbox)
        while call is not None:
            here.name = "call"
            call.run()
            if call.given_up:
                return
            call = None  # a thread that waits keeps nothing of what was sent and answered
            here.name = "idle"
            with self._lock:
                self._idle.append(inbox)
            call = self._next(inbox)

    def _next(self, inbox: SimpleQueue[Call[Any]]) -> Call[Any] | None:
        """Wait for a call. None: none will be given to this thread any more."""
        with suppress(Empty):
            return inbox.get(timeout=IDLE)
        with self._lock:
            if inbox in self._idle:
                self._idle.remove(inbox)
                return None
        return inbox.get()  # given in the last instant

    def _forget(self) -> None:
        """A fork has none of these threads."""
        self._lock, self._idle = Lock(), []


class Calls:
    """The calls to one service. At most `most` that were given up may still hang: threads don't pile up."""

    def __init__(self, most: int) -> None:
        self._most, self._lock, self._given_up = most, Lock(), list[Call[Any]]()

    def crowded(self) -> bool:
        """Tell whether so many hang that no further one may begin."""
        with self._lock:
            self._given_up = [each for each in self._given_up if not each.done]
            return len(self._given_up) >= self._most

    def give_up(self, call: Call[T]) -> T | None:
        found = call.give_up()
        with self._lock:
            self._given_up.append(call)
        return found


threads = Threads()


def current() -> Call[Any]:
    """The call that runs in this thread; outside of one, a call that nobody gives up."""
    found: Call[Any] | None = getattr(_now, "call", None)
    if found is None:
        found = _now.call = Call(lambda: True)
    return found


def _shut(over: socket.socket | None) -> None:
    if over is not None:
        with suppress(OSError):  # it is closed, or handed on to TLS
            socket.socket.shutdown(over, socket.SHUT_RDWR)  # not TLS's own, which waits for the other side
