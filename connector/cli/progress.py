"""Progress on standard error: a bar on a terminal, and elsewhere a line now and then."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from shutil import get_terminal_size
from threading import Event, Thread

import click

from connector.domain.progress import Progress
from connector.domain.steady import steady
from connector.operating.times import span
from connector.terminal import bar

SOON, EVERY = 0.5, 0.2  # s until the bar is there, which short work never sees, and between two looks
FIRST_LINE = 10.0  # s until the first line; each next one takes twice as long
WIDEST = 30  # columns of the bar itself


@contextmanager
def shown(progress: Progress, line: Callable[[str], None] | None = None) -> Iterator[None]:
    """Show how far it is until the block ends. `line` says it where there is no terminal; None: on standard
    error.
    """
    over = Event()
    watch = on_terminal if is_terminal() else in_lines
    line = line or partial(click.echo, err=True)
    thread = Thread(target=watch, args=(progress, over, line), name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(1)  # a terminal that somebody stopped keeps nothing waiting
        bar.take_away()


def is_terminal() -> bool:
    """Tell whether a line there can be written over."""
    return sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}


def on_terminal(progress: Progress, over: Event, _: Callable[[str], None]) -> None:
    began, pause = steady(), SOON
    while not over.wait(pause):
        bar.draw(drawn(progress, steady() - began, get_terminal_size().columns))
        pause = EVERY


def in_lines(progress: Progress, over: Event, line: Callable[[str], None]) -> None:
    began, pause = steady(), FIRST_LINE
    while not over.wait(pause):
        if progress.total:
            line(said(progress, steady() - began))
        pause *= 2


def drawn(progress: Progress, seconds: float, width: int) -> str:
    """A line that is no wider than the terminal: first the bar gets shorter, then the words."""
    words = said(progress, seconds) if progress.total else f"looking for {progress.noun}"
    room = min(WIDEST, width - len(words) - 2)
    if not progress.total or room < 5:
        return words[: width - 1]
    full = room * min(progress.done, progress.total) // progress.total
    return f"{'━' * full}{'─' * (room - full)} {words}"


def said(progress: Progress, seconds: float) -> str:
    """As in "240 of 480 tickets, 53 a second, 5 s left"."""
    words = f"{progress.done:,} of {progress.total:,} {progress.noun}"
    if not progress.done or seconds <= 0:
        return words
    rate = progress.done / seconds
    often = f"{rate:,.0f} a second" if rate >= 1 else f"{rate * 60:,.0f} a minute"
    left = max(progress.total - progress.done, 0) / rate
    return f"{words}, {often}, {span(left)} left" if left else f"{words}, {often}"
