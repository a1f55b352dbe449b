"""The log: a line an event of domain/events.py, with ids and durations; never a body, a header or a person's
note. A change has its line; a look at which nothing changed has none above debug.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Literal

from connector.domain.events import Event
from connector.domain.logger import LEVELS, event, news, quietly, writer
from connector.domain.reasons import Reason
from connector.http.service import Call
from connector.ledger.rests import Rest
from connector.lifecycle.events import TicketEvent
from connector.terminal import LogSink

__all__ = ["call", "configure", "event", "failed", "installation", "news", "quietly", "rest", "ticket"]

_PERMISSION = re.compile(r"permission ([A-Z][\w-]*(?:\.\w+)+)")
_ADDRESS = re.compile(r"[^\s()<>\"']+@[^\s()<>\"',;:]+")  # names of people stay out of the log
# What a library may quote of a call: queries, and whatever signs it.
_UNSAID = re.compile(r"\?[^\s\"'<>]+|(?<=bearer )\S+|(?<=basic )\S+|eyJ[\w.-]+", re.IGNORECASE)
_LONGEST = 300  # characters of a library's own words
_desks: dict[str, str] = {}  # a desk's name by its address


def configure(form: Literal["json", "console"], level: str, desks: Mapping[str, str] | None = None) -> None:
    """To standard error, which leaves standard output to answers. Colours only on a terminal. `desks`: their
    names by their addresses.
    """
    sink = LogSink(sys.stderr)
    logging.lastResort = logging.StreamHandler(sink)  # what libraries say must not wait for a reader, either
    logging.lastResort.setLevel(logging.WARNING)
    colours = sys.stderr.isatty()
    writer.begin(LEVELS[level], lambda: _configure(form, sink, colours))
    _desks.clear()
    _desks.update(desks or {})
    news.forget()
    _adopt_libraries()


def _configure(form: Literal["json", "console"], sink: Any, colours: bool) -> None:
    """Set structlog up, whose import takes longer than all of a short run's lines."""
    import structlog

    last: list[Any] = (
        [structlog.processors.EventRenamer("action"), structlog.processors.JSONRenderer()]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=12)]
    )

    def missing(_: Any, __: str, line: Any) -> Any:
        """The first line that can be written again says how many before it couldn't."""
        return line | ({"lines_lost": sink.lost} if sink.lost else {})

    structlog.configure(
        processors=[
            missing,
            structlog.processors.add_log_level,
            _alert,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        logger_factory=structlog.WriteLoggerFactory(sink),
        cache_logger_on_first_use=False,
    )


class Libraries(logging.Handler):
    """Make a library's warning a line like any other, once for each thing that it says."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, Exception):
            failed(record.name, error)
        elif record.name == "py.warnings":  # its place and its words, without its line of code
            said = _text(record).partition("\n")[0].rpartition("/")[2]
            library("python", said, said)
        else:
            library(record.name, _text(record), f"{record.name} {record.msg}")


def library(name: str, message: str, key: str) -> None:
    """A library's own words, without what they may quote of a call."""
    said = " ".join(_ADDRESS.sub("…", _UNSAID.sub("…", message)).split())
    news.event(Event.LIBRARY, key=key, logger=name, message=said[:_LONGEST])


def _alert(_: Any, __: str, line: Any) -> Any:
    """The level of the events that must wake somebody has a name of its own."""
    return line | {"level": "alert"} if line.get("level") == "critical" else line


def rest(happened: Event, resting: Rest) -> None:
    """A route began to rest, or works again."""
    if happened is Event.RESTING:
        event(Event.RESTING, service=resting.route, reason=str(resting.reason), answer=resting.answer)
    else:
        event(Event.WORKS_AGAIN, service=resting.route)


def installation(happened: Event, detail: Mapping[str, object]) -> None:
    """An event of the whole installation, in the trail's own words."""
    event(happened, **detail)


def ticket(happened: TicketEvent) -> None:
    """An event of a ticket. Names of people stay out of it: the ledger's history has them."""
    claim = happened.claim
    known: dict[str, Any] = {"ticket": claim.number, "desk": _desks.get(claim.desk, claim.desk)}
    known["mapping"] = claim.mapping
    if claim.version:
        known["version"] = claim.version
    if claim.attempt:
        known["reference"] = claim.attempt.reference
    if happened.replaces:
        known["replaces"] = list(happened.replaces)
    if happened.reason:
        known["reason"] = str(happened.reason)
    if not happened.news:
        event(Event.UNCHANGED, **known)
        return
    event(happened.event, **known)
    if happened.reason == Reason.EVIDENCE_MISSING:
        lacking(known["desk"], happened.detail)


def lacking(desk: str, detail: str) -> None:
    """The evidence that can't be read, once: not for each ticket that waits for it."""
    said = _ADDRESS.sub("…", detail)
    found = _PERMISSION.search(detail)
    known = {"permission": found[1]} if found else {}
    news.event(Event.EVIDENCE_MISSING, desk=desk, detail=said, **known)


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
    """Something that nobody foresaw: its kind and place, not its words, which might quote a body. Once for
    each ticket and place.
    """
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = (
        f"{trace.tb_frame.f_code.co_filename.rsplit('/connector/', 1)[-1]}:{trace.tb_lineno}"
        if trace
        else "?"
    )
    news.event(Event.UNEXPECTED, ticket=what, error=type(error).__name__, at=place)


def _adopt_libraries() -> None:
    root = logging.getLogger()
    for each in [each for each in root.handlers if isinstance(each, Libraries)]:
        root.removeHandler(each)
    root.addHandler(Libraries(logging.WARNING))
    logging.captureWarnings(False)  # whoever took them since
    logging.captureWarnings(True)


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  # a library's mistake costs no line
        return str(record.msg)
