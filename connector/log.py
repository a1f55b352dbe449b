"""The log: one event, a stable `action` word, ids and durations; never a body, a header or a person's note.

Levels: error = a person must act; warning = it mends itself; info = a ticket's step; debug = calls.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog

from connector.http.service import Call
from connector.lifecycle.events import Step

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
logger: structlog.typing.FilteringBoundLogger = structlog.get_logger("passdesk")


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
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("action"),
            *([] if form == "json" else [structlog.processors.EventRenamer("event", "action")]),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def step(event: Step) -> None:
    """A ticket's step. Names of people stay out of it: the ledger's history has them."""
    claim = event.claim
    known: dict[str, Any] = {"ticket": claim.number, "mapping": claim.mapping}
    if claim.attempt:
        known["reference"] = claim.attempt.reference
    if event.reason:
        known["reason"] = str(event.reason)
    level = {
        "stuck": logger.error,
        "revocation_refused": logger.error,
        "mapped": logger.debug,
        "proved": logger.debug,
        "allowed": logger.debug,
    }
    level.get(event.action, logger.info)(event.action, **known)


def call(made: Call) -> None:
    """A call to a service, as its ids and its time: what support asks for."""
    logger.debug(
        "call",
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
    logger.error("unexpected", ticket=what, error=type(error).__name__, at=place)
