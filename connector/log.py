"""The log: a line an event of domain/events.py, with ids and durations; never a body, a header or a person's
note.
"""

from __future__ import annotations

import sys
from typing import Any, Literal

import structlog

from connector.domain.events import Event
from connector.domain.logger import LEVELS, event
from connector.http.service import Call
from connector.ledger.rests import Rest
from connector.lifecycle.events import TicketEvent

__all__ = ["call", "configure", "event", "failed", "rest", "ticket"]


def configure(form: Literal["json", "console"], level: str) -> None:
    """To standard error, which leaves standard output to answers. Colours only on a terminal."""
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=12)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _alert,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("action"),
            *([] if form == "json" else [structlog.processors.EventRenamer("event", "action")]),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _alert(_: Any, __: str, line: Any) -> Any:
    """The level of the events that must wake somebody has a name of its own."""
    return line | {"level": "alert"} if line.get("level") == "critical" else line


def rest(happened: Event, resting: Rest) -> None:
    """A route began to rest, or works again."""
    if happened is Event.RESTING:
        event(Event.RESTING, service=resting.route, reason=str(resting.reason), answer=resting.answer)
    else:
        event(Event.WORKS_AGAIN, service=resting.route)


def ticket(happened: TicketEvent) -> None:
    """An event of a ticket. Names of people stay out of it: the ledger's history has them."""
    claim = happened.claim
    known: dict[str, Any] = {"ticket": claim.number, "mapping": claim.mapping}
    if claim.attempt:
        known["reference"] = claim.attempt.reference
    if happened.replaces:
        known["replaces"] = list(happened.replaces)
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
