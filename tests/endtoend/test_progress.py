"""How far work is: a bar on a terminal, a line now and then elsewhere, and nothing that gets in the way."""

from __future__ import annotations

import json
import os
import pty
import re
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event as Came
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest

from connector import log
from connector.cli import progress as bars
from connector.cli.progress import drawn, said, shown
from connector.domain.events import Event
from connector.domain.progress import Progress
from connector.ledger import verifying
from connector.terminal import WIPED
from tests.endtoend.scene import Scene


def counted(done: int, total: int, noun: str = "tickets") -> Progress:
    return Progress(noun, done, total)


@pytest.mark.parametrize(
    ("done", "total", "seconds", "words"),
    [
        (240, 480, 4.5, "240 of 480 tickets, 53 a second, 4 s left"),
        (0, 480, 3, "0 of 480 tickets"),
        (3, 1200, 60, "3 of 1,200 tickets, 3 a minute, 6 h 39 min left"),
        (480, 480, 8, "480 of 480 tickets, 60 a second"),
        (490, 480, 7, "490 of 480 tickets, 70 a second"),
    ],
)
def test_it_says_how_many_how_fast_and_how_long(done: int, total: int, seconds: float, words: str) -> None:
    assert said(counted(done, total), seconds) == words


@pytest.mark.parametrize("width", [1, 8, 20, 40, 47, 80, 200])
@pytest.mark.parametrize("done", [0, 7, 480, 500])
def test_no_bar_is_wider_than_its_terminal(done: int, width: int) -> None:
    line = drawn(counted(done, 480), 3, width)
    assert len(line) < max(width, 2)
    assert line == "" or line[0] in "━─0123456789"


def test_a_bar_is_as_long_as_the_work_is_far() -> None:
    lines = [drawn(counted(done, 30), 0, 200) for done in (0, 15, 30)]
    assert [line.count("━") for line in lines] == [0, 15, 30]
    assert drawn(Progress("tickets"), 3, 80) == "looking for tickets"


class Typed:
    """A pseudo terminal, and what it was sent."""

    def __init__(self) -> None:
        self.reads, self.writes = pty.openpty()
        self.sent, self.came = b"", Came()
        self.thread = Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        while True:
            try:
                some = os.read(self.reads, 4096)
            except OSError:
                return
            self.sent += some
            self.came.set()

    def until(self, text: str) -> None:
        while text.encode() not in self.sent:
            assert self.came.wait(30), self.sent
            self.came.clear()


@contextmanager
def terminal(**environment: str) -> Iterator[Typed]:
    """Standard error is a terminal, and bars come at once."""
    made = Typed()
    with (
        os.fdopen(made.writes, "w", encoding="utf-8") as stream,
        patch("sys.stderr", stream),
        patch.object(bars, "SOON", 0.0),
        patch.object(bars, "EVERY", 0.01),
        patch.dict(os.environ, {"TERM": "xterm", "COLUMNS": "80", **environment}),
    ):
        yield made
        with suppress(termios.error):  # nobody reads any more
            termios.tcdrain(stream.fileno())


def test_a_terminal_shows_a_bar_that_is_gone_at_the_end() -> None:
    with terminal() as typed:
        with shown(told := counted(3, 10)):
            typed.until("3 of 10 tickets")
            told.add(4)
            typed.until("7 of 10 tickets")
        typed.until("tickets")
        os.write(typed.writes, b"done\n")
        typed.until("done")
    assert typed.sent.decode().rpartition(WIPED)[2].strip() == "done"


def test_a_line_of_the_log_comes_above_the_bar() -> None:
    with terminal() as typed, shown(counted(3, 10)):
        log.configure("json", "info")
        typed.until("3 of 10 tickets")
        log.event(Event.STARTED, mappings={})
        typed.until('"started"')
        typed.until("3 of 10 tickets")
    line = next(each for each in typed.sent.decode().split("\r\n") if '"started"' in each)
    assert json.loads(line.rpartition(WIPED)[2])["action"] == "started"


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_wipe_a_line_gets_lines(term: str) -> None:
    with terminal(TERM=term) as typed, patch.object(bars, "FIRST_LINE", 0.0), shown(counted(3, 10)):
        typed.until("3 of 10 tickets")
    assert WIPED.encode() not in typed.sent


def test_elsewhere_lines_come_more_and_more_rarely() -> None:
    waited: list[float] = []

    class Over:
        def wait(self, seconds: float) -> bool:
            waited.append(seconds)
            return len(waited) > 4

    lines: list[str] = []
    bars.in_lines(counted(3, 10), Over(), lines.append)  # type: ignore[arg-type]
    assert waited == [10, 20, 40, 80, 160]
    assert len(lines) == 4
    assert lines[0].startswith("3 of 10 tickets")


def test_what_ends_soon_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(counted(1, 2)):
        pass
    with terminal() as typed, patch.object(bars, "SOON", 60.0):
        with shown(counted(1, 2)):
            pass
        os.write(typed.writes, b"over")
        typed.until("over")
    assert typed.sent == b"over"
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_stopped_or_went_away_keeps_nothing_waiting() -> None:
    with terminal() as typed:
        os.close(typed.reads)
        with shown(told := counted(1, 2)):
            told.add(1)
    assert told.done == 2


def test_a_sweep_counts_each_ticket_that_desks_showed(scene: Scene) -> None:
    for name in ("ann.lee", "bob.ray", "bob.ray"):
        scene.ticket(name)
    seen: list[Progress] = []
    right = bars.shown

    def watched(progress: Progress, line: Any = None) -> Any:
        seen.append(progress)
        return right(progress, line)

    with patch("connector.cli.once.shown", watched):
        scene.once()
        scene.once()  # two are delivered by now, and one waits
    assert [(each.done, each.total) for each in seen] == [(3, 3), (3, 3)]


def test_a_trail_that_is_verified_says_how_many_lines_there_are(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.once()
    lines = len(scene.run("audit", "export").out.splitlines())
    counts: list[tuple[int, int]] = []
    right = verifying.verify

    def watched(trail: Any, progress: Progress | None = None) -> Any:
        found = right(trail, progress)
        assert progress
        counts.append((progress.done, progress.total))
        return found

    with patch("connector.ledger.queries.verify", watched):
        assert scene.run("audit", "verify").code == 0
    assert counts == [(lines, lines)]


def test_a_ledger_that_is_moved_counts_its_rows(scene: Scene, tmp_path: Path) -> None:
    scene.ticket("ann.lee")
    scene.once()
    begun: list[tuple[str, int]] = []
    right = Progress.begin

    def begin(self: Progress, noun: str, total: int) -> None:
        if begun:
            assert self.done == self.total
        begun.append((noun, total))
        right(self, noun, total)

    with patch.object(Progress, "begin", begin):
        moved = scene.run("ledger", "move", f"sqlite:///{tmp_path / 'other.db'}")
    assert moved.code == 0
    assert [noun for noun, _ in begun] == ["lines verified", "rows copied", "lines verified"]
    assert all(total > 3 for _, total in begun)
    assert re.search(r"1 tickets, 1 attempts", moved.out)
