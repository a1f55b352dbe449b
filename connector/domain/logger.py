"""The logger of every room. log.py configures it.

structlog is imported with the first line that is written: it brings a renderer for terminals and a coloured
traceback along, more than `check` needs for all its calls.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Lock
from types import MappingProxyType
from typing import Any

from connector.domain.events import Event
from connector.domain.steady import steady

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "alert": logging.CRITICAL,
}
AGAIN = 86_400  # seconds after which a trouble that is still met is said once more
_MOST = 10_000  # remembered lines; then it begins anew
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


def event(what: Event, **known: Any) -> None:
    """Write a line of the log: its action and its level are the event's."""
    _write(what.level, what, known)


def quietly(what: Event, **known: Any) -> None:
    """Write the line at debug: a look at which nothing changed."""
    _write("debug", what, known)


class Writer:
    """The way of lines: none below `least` is made, and `ready` is called before the first."""

    def __init__(self) -> None:
        self.least, self._lock, self._ready = 0, Lock(), list[Callable[[], None]]()

    def begin(self, least: int, *ready: Callable[[], None]) -> None:
        self.least, self._ready = least, list(ready)

    def write(self, level: int, action: str, known: Mapping[str, Any]) -> None:
        if level < self.least:
            return
        with self._lock:
            while self._ready:
                self._ready[0]()
                self._ready.pop(0)
        import structlog

        structlog.get_logger("passdesk").log(level, action, **{**_about.get(), **known})


writer = Writer()
hearers: list[Callable[[Event, Mapping[str, Any]], None]] = []  # hear each event, whatever the level


@contextmanager
def about(**known: str) -> Iterator[None]:
    """Name these on each line that this thread writes within."""
    before = _about.set({**_about.get(), **known})
    try:
        yield
    finally:
        _about.reset(before)


class News:
    """Troubles that last: a line when one begins, then one a day, none for each time that it is met again.
    Safe to share between threads.
    """

    def __init__(self, monotonic: Callable[[], float] = steady) -> None:
        self._lock, self._monotonic = Lock(), monotonic
        self._said: dict[tuple[Event, str], float] = {}

    def event(self, what: Event, key: str = "", **known: Any) -> bool:
        """Write the line if it is news; True: it was. `key` tells troubles apart; without, the line does."""
        mark = (what, key or repr(sorted(known.items())))
        with self._lock:
            now = self._monotonic()
            old = now < self._said.get(mark, float("-inf")) + AGAIN
            if len(self._said) >= _MOST:
                self._said.clear()
            if not old:
                self._said[mark] = now
        if not old:
            _write(what.level, what, known)
        return not old

    def over(self, what: Event) -> bool:
        """Forget what was said of it: the next time is news. True: something was."""
        with self._lock:
            before = len(self._said)
            self._said = {each: at for each, at in self._said.items() if each[0] is not what}
            return len(self._said) < before

    def over_of(self, what: Event, key: str) -> None:
        """The same, of one trouble alone."""
        with self._lock:
            self._said.pop((what, key), None)

    def forget(self) -> None:
        with self._lock:
            self._said.clear()


news = News()


def _write(level: str, what: Event, known: dict[str, Any]) -> None:
    for each in tuple(hearers):
        with suppress(Exception):  # who hears of it must not stop a ticket
            each(what, known)
    writer.write(LEVELS[level], what.value, known)
