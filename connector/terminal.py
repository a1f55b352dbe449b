"""Standard output and standard error that never end the work: whatever the terminal can't show, and whoever
stopped reading.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TextIO

ASCII: Final = {  # our marks where the terminal has no letter for them; the rest becomes "?"
    "✓": "+",
    "✗": "x",
    "→": "->",
    "–": "-",
    "—": "-",
    "…": "...",
    "‹": "<",
    "›": ">",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "•": "*",
    "━": "=",
    "─": "-",
    "\u00a0": " ",
}
NOBODY_READS: Final = {errno.EPIPE, errno.EIO, errno.ENXIO, errno.ECONNRESET}  # a pipe or terminal that went
WAIT: Final = 1000  # ms that a log line waits for a reader; after that none waits until one reads again
WIPED: Final = "\r\x1b[2K"  # the cursor's line of a terminal is empty again
AT_ONCE: Final = select.PIPE_BUF  # bytes that a pipe which poll calls ready takes without waiting


def _plain(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(ASCII.get(char, "?") for char in error.object[error.start : error.end]), error.end


codecs.register_error("passdesk.plain", _plain)


def shown(text: str, encoding: str | None) -> str:
    """The text with what the encoding has no letters for replaced."""
    known = encoding or "ascii"
    return text.encode(known, "passdesk.plain").decode(known)


class Outlet(io.TextIOBase):
    """A stream that people read. What can't be written any more is dropped; `lost` says why."""

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self.lost: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has a plain attribute
        return self._to.encoding or "ascii"

    def write(self, text: str, /) -> int:
        if self.lost is None:
            try:
                self._to.write(shown(text, self.encoding))
            except OSError as error:
                self._lose(error)
        return len(text)

    def flush(self) -> None:
        if self.lost is None:
            try:
                self._to.flush()
            except OSError as error:
                self._lose(error)

    def isatty(self) -> bool:
        return self._to.isatty()

    def fileno(self) -> int:
        return self._to.fileno()

    def writable(self) -> bool:
        return True

    def _lose(self, error: OSError) -> None:
        """What the stream still holds goes nowhere, so that Python's last flush doesn't fail."""
        self.lost = error
        with suppress(OSError):  # a stream without a file holds nothing
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._to.fileno())
            os.close(nowhere)


class Bar:
    """One line at the foot of a terminal, which is written over. Lines of the log come above it."""

    def __init__(self) -> None:
        self._there = False

    def draw(self, text: str) -> None:
        """Show it in place of the last; nothing where nobody reads at this moment."""
        if _takes(sys.stderr):
            self._there = True
            sys.stderr.write(f"{WIPED}{text}")
            sys.stderr.flush()

    def wiped(self) -> str:
        """Whatever a line has to begin with, so that it takes the bar's place until the next look."""
        there, self._there = self._there, False
        return WIPED if there else ""

    def take_away(self) -> None:
        if self._there and _takes(sys.stderr):
            sys.stderr.write(self.wiped())
            sys.stderr.flush()


bar: Final = Bar()


class LogSink:
    """The stream of the log. A line that can't be written is dropped and counted; the next one is tried."""

    def __init__(self, to: TextIO) -> None:
        self._to, self.lost, self._wait = to, 0, WAIT
        self._file = _descriptor(to)

    def write(self, line: str) -> None:
        line = bar.wiped() + line
        try:
            if self._file is None:
                self._to.write(line)
            else:
                self._send(shown(line, self._to.encoding).encode(self._to.encoding or "ascii"))
        except (OSError, ValueError):  # ValueError: it is closed
            self.lost += 1
        else:
            self.lost = 0

    def flush(self) -> None:
        if self._file is None:
            with suppress(OSError, ValueError):
                self._to.flush()

    def _send(self, line: bytes) -> None:
        assert self._file is not None
        ready = select.poll()
        ready.register(self._file, select.POLLOUT)
        while line:
            if not ready.poll(self._wait):
                self._wait = 0
                raise BlockingIOError("nobody reads")
            line = line[os.write(self._file, line[:AT_ONCE]) :]
        self._wait = WAIT


def _takes(stream: TextIO) -> bool:
    """Tell whether a write would not wait: a terminal may be stopped, or be gone."""
    if (file := _descriptor(stream)) is None:
        return False
    ready = select.poll()
    ready.register(file, select.POLLOUT)
    return [(file, select.POLLOUT)] == ready.poll(0)


def _descriptor(stream: TextIO) -> int | None:
    """The file behind a stream; None: there is none, as in a test."""
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None


def nobody_reads() -> bool:
    """Tell whether standard output is lost, so that what only prints may end."""
    return isinstance(sys.stdout, Outlet) and sys.stdout.lost is not None


@contextmanager
def outlets() -> Iterator[Outlet]:
    """Standard output, with standard error beside it, as Outlets until the block ends."""
    _open_all()
    before: Any = sys.stdout, sys.stderr
    out, err = (Outlet(each or io.StringIO()) for each in before)  # None: it was closed
    sys.stdout, sys.stderr = out, err
    try:
        yield out
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before


def _open_all() -> None:
    """A closed 0, 1 or 2 would be given to the next file that is opened: the ledger must not be one."""
    while True:
        file = os.open(os.devnull, os.O_RDWR)
        if file > 2:
            os.close(file)
            return
