"""The logger of every room. log.py configures it."""

from __future__ import annotations

import logging
from typing import Any

import structlog

from connector.domain.events import Event

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "alert": logging.CRITICAL,
}
logger: structlog.typing.FilteringBoundLogger = structlog.get_logger("passdesk")


def event(what: Event, **known: Any) -> None:
    """Write a line of the log: its action and its level are the event's."""
    logger.log(LEVELS[what.level], what.value, **known)
