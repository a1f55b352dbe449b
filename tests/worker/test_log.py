"""The log: libraries speak through it, a trouble that lasts is said once, and nothing secret gets in."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from io import StringIO
from threading import Event as StopEvent
from typing import Any

import pytest

from connector import log
from connector.domain.errors import Unwritten
from connector.domain.events import Event
from connector.domain.logger import News
from connector.ledger.memory import MemoryLedger
from connector.worker.report import Report
from connector.worker.service import Runner
from connector.worker.sweep import Sweep
from tests.ledger.desk import LEASE, LIMITS


def written(act: Callable[[], object], level: str = "info") -> list[dict[str, Any]]:
    out = StringIO()
    with redirect_stderr(out):
        log.configure("json", level)
        act()
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def _outspoken() -> Iterator[None]:
    """Signing in silences its libraries, whose words Down says; here they speak, whatever ran before."""
    silenced = [logging.getLogger(name) for name in ("azure", "msal")]
    before = [each.level for each in silenced]
    for each in silenced:
        each.setLevel(logging.WARNING)
    yield
    for each, level in zip(silenced, before, strict=True):
        each.setLevel(level)


LIBRARIES = ["apscheduler.scheduler", "urllib3.connectionpool", "azure.identity", "sqlalchemy.pool", "msal"]


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_librarys_warning_is_a_line_like_any_other_and_comes_once(name: str) -> None:
    def warn() -> None:
        for number in range(3):
            logging.getLogger(name).warning('Execution of job "%s" skipped (%d)', "sweep", number)

    [line] = written(warn)
    assert (line["action"], line["level"], line["logger"]) == ("library", "warning", name)
    assert line["message"] == 'Execution of job "sweep" skipped (0)'
    assert set(line) == {"action", "level", "logger", "message", "timestamp"}


def test_what_a_library_tells_below_a_warning_is_not_written() -> None:
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    assert written(lambda: logging.getLogger("urllib3").info("GET /?token=1"), "debug") == []
    assert len(written(lambda: logging.getLogger("urllib3").warning("a pool is full"), "debug")) == 1


def test_a_warning_of_python_is_a_line_without_its_code() -> None:
    [line] = written(lambda: [warnings.warn("x is old", UserWarning, stacklevel=1) for _ in range(3)])
    assert line["logger"] == "python"
    assert line["message"].startswith("test_log.py:")
    assert line["message"].endswith(": UserWarning: x is old")


def test_a_library_that_quotes_a_call_gives_nothing_away() -> None:
    said = "GET /a?code=SECRET1 of ann.lee@contoso.com\nBearer SECRET2, Basic SECRET3 eyJhbGciSECRET4.x.y"
    [line] = written(lambda: logging.getLogger("azure").error(said))
    assert "SECRET" not in json.dumps(line) and "ann.lee" not in json.dumps(line)
    assert "\n" not in line["message"]


def test_a_librarys_traceback_is_its_kind_and_place() -> None:
    def fail() -> None:
        try:
            raise ValueError("a body")
        except ValueError:
            logging.getLogger("apscheduler.executors.default").exception("Job raised an exception")

    [line] = written(fail)
    assert (line["action"], line["error"]) == ("unexpected", "ValueError")
    assert "a body" not in json.dumps(line)


def test_a_line_that_a_library_can_not_format_costs_nothing() -> None:
    record = logging.LogRecord("azure", logging.WARNING, "x.py", 1, "%d left", ("many",), None)
    [line] = written(lambda: log.Libraries().emit(record))
    assert line["message"] == "%d left"


class Broken(MemoryLedger):
    broken = True

    def take_up(self, *args: Any, **kwargs: Any) -> Any:
        if self.broken:
            raise Unwritten("the disk is full")
        return super().take_up(*args, **kwargs)


def test_a_ledger_that_can_not_be_used_is_said_once_and_once_when_it_can() -> None:
    ledger = Broken("worker", LEASE, LIMITS)
    runner = Runner(
        Sweep({}, ledger, 1, lambda _: NotImplemented, lambda *_: None, StopEvent()), 60, 0, LEASE, 5
    )

    def run() -> None:
        for _ in range(3):
            runner.due()
            runner.whole()
        ledger.broken = False
        for _ in range(3):
            runner.due()
            runner.whole()

    assert [line["action"] for line in written(run)] == [
        "recovery_failed",
        "sweep_failed",
        "ledger_usable_again",
        "ledger_usable_again",
    ]


class Full(Sweep):
    """Can't write the ledger for its tickets until there is room (`stop` is set)."""

    def once(self, report: Report | None = None, *, due: bool = False) -> Report:
        return Report(names={}, unwritten="" if self.stop.is_set() else "its disk is full")

    def due(self) -> Report:
        return self.once()


def test_a_ledger_that_can_not_be_written_for_tickets_is_said_once_and_once_when_it_can() -> None:
    room = StopEvent()
    ledger = MemoryLedger("worker", LEASE, LIMITS)
    runner = Runner(Full({}, ledger, 1, lambda _: NotImplemented, lambda *_: None, room), 60, 0, LEASE, 5)

    def run() -> None:
        for _ in range(3):
            runner.due()
            runner.whole()
        room.set()
        runner.due()
        runner.whole()

    lines = written(run)
    assert [line.get("detail") for line in lines] == ["its disk is full"] * 2 + [None] * 2
    assert [line["action"] for line in lines] == [
        "recovery_failed",
        "sweep_failed",
        "ledger_usable_again",
        "ledger_usable_again",
    ]


def test_another_trouble_is_news_again() -> None:
    def act() -> None:
        for detail in ("full", "full", "locked"):
            log.news.event(Event.SWEEP_FAILED, detail=detail)
        log.news.over(Event.SWEEP_FAILED)
        log.news.event(Event.SWEEP_FAILED, detail="full")

    assert [line["detail"] for line in written(act)] == ["full", "locked", "full"]


def test_a_trouble_that_lasts_is_said_once_a_day() -> None:
    now = [0.0]
    news = News(lambda: now[0])

    def act() -> None:
        for hour in range(50):
            now[0] = hour * 3600.0
            news.event(Event.UNEXPECTED, ticket="1")

    assert len(written(act)) == 3


def test_a_ticket_that_fails_the_same_way_each_time_is_said_once() -> None:
    def fail(ticket: str) -> None:
        try:
            raise KeyError(ticket)
        except KeyError as error:
            log.failed(ticket, error)

    def act() -> None:
        for each in ("1", "1", "2", "1"):
            fail(each)

    assert [line["ticket"] for line in written(act)] == ["1", "2"]
