"""The log: a line an event of domain/events.py, with ids and durations; never a body, a header or a person's
note.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog

from connector.domain.events import Event
from connector.domain.logger import LEVELS, event
from connector.http.service import Call
from connector.lifecycle.events import TicketEvent
from connector.terminal import LogSink

__all__ = ["call", "configure", "event", "failed", "ticket"]


def configure(form: Literal["json", "console"], level: str) -> None:
    """To standard error, which leaves standard output to answers. Colours only on a terminal."""
    last: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=12)
    )
    sink: Any = LogSink(sys.stderr)
    logging.lastResort = logging.StreamHandler(sink)  # what libraries say must not wait for a reader, either
    logging.lastResort.setLevel(logging.WARNING)

    def missing(_: Any, __: str, line: Any) -> Any:
        """The first line that can be written again says how many before it couldn't."""
        return line | ({"lines_lost": sink.lost} if sink.lost else {})

    structlog.configure(
        processors=[
            missing,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.EventRenamer("action")] if form == "json" else []),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(sink),
        cache_logger_on_first_use=False,
    )


def ticket(happened: TicketEvent) -> None:
    """An event of a ticket. Names of people stay out of it: the ledger's history has them."""
    claim = happened.claim
    known: dict[str, Any] = {"ticket": claim.number, "mapping": claim.mapping}
    if claim.attempt:
        known["reference"] = claim.attempt.reference
    if happened.reason:
        known["reason"] = str(happened.reason)
    event(happened.event, **known)


def call(made: Call) -> None:
    """A call to a service, as its ids and its time: what support asks for."""
    event(
        Event.CALL,
        service=made.service,
        method=made.method,
        route=made.route,
        status=made.status,
        ms=round(made.ms),
        **made.ids,
    )


def failed(what: str, error: Exception) -> None:
    """Something that nobody foresaw: its kind and place, not its words, which might quote a body."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = (
        f"{trace.tb_frame.f_code.co_filename.rsplit('/connector/', 1)[-1]}:{trace.tb_lineno}"
        if trace
        else "?"
    )
    event(Event.UNEXPECTED, ticket=what, error=type(error).__name__, at=place)
