"""A reading beside a ticket's own thread is of the same ticket, and is there when it was waited for."""

from __future__ import annotations

from threading import Event, Thread
from unittest.mock import patch

from structlog.testing import capture_logs

from connector.domain import logger
from connector.domain.events import Event as Line
from connector.worker.beside import InThreads


def test_work_is_begun_at_once_and_is_over_when_it_was_waited_for() -> None:
    begun, may_end, done = Event(), Event(), list[str]()

    def work() -> None:
        begun.set()
        may_end.wait(10)
        done.append("done")

    reading = InThreads().begin(work)
    assert begun.wait(10) and not done
    may_end.set()
    reading.wait()
    assert done == ["done"]


def test_its_lines_in_the_log_name_the_same_ticket() -> None:
    with logger.about(ticket="INC1"), capture_logs() as lines:
        InThreads().begin(lambda: logger.event(Line.CLAIMED, by="ann")).wait()
    assert [(each["ticket"], each["by"]) for each in lines] == [("INC1", "ann")]


def test_where_the_system_gives_no_thread_the_caller_does_it() -> None:
    done = list[str]()
    with patch.object(Thread, "start", side_effect=RuntimeError("can't start new thread")):
        InThreads().begin(lambda: done.append("done")).wait()
    assert done == ["done"]


def test_its_age_counts_from_its_beginning() -> None:
    moments = iter([100.0, 103.5])
    reading = InThreads(lambda: next(moments)).begin(lambda: None)
    reading.wait()
    assert reading.age() == 3.5
