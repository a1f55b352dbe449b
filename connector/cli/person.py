"""The verbs by which a person steps in: they name a desk and a ticket, and what was done is said in one
sentence.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from connector.config.load import Config
from connector.forms.mistakes import no_such

if TYPE_CHECKING:
    from connector.domain.events import Event
    from connector.ledger.rows import Operator

Verb = TypeVar("Verb", bound=Callable[..., Any])
_LONGEST = 100  # characters of a name


def desk_url(config: Config, desk: str) -> str:
    """The address of a desk by its name, or by its address, as `live` shows one that is no longer configured.
    Raises click.UsageError.
    """
    if desk.startswith(("https://", "http://")):
        return desk.rstrip("/")
    if desk not in config.settings.desks:
        raise click.UsageError(no_such("desk", desk, list(config.settings.desks)))
    return config.settings.desks[desk].url


def by_option(verb: Verb) -> Verb:
    """--by NAME, on each verb of a person."""
    return click.option(
        "--by",
        metavar="NAME",
        help="Who acts, for the audit trail. Default: the login; under sudo its caller.",
    )(verb)


def operator(by: str | None) -> Operator:
    """The person who acts. Where another name is given than the login's, the trail keeps both. Raises
    click.BadParameter.
    """
    from connector.ledger.rows import Operator

    account = login()
    if by is None:
        return Operator(account)
    name = " ".join(by.split())
    if not name or not name.isprintable() or len(name) > _LONGEST:
        raise click.BadParameter("write a name, such as ann.lee", param_hint="--by")
    return Operator(name, "" if name == account else account)


def note(event: Event, **known: object) -> None:
    """A line in the log, where it is kept: on a terminal, the verb's own sentence is enough."""
    from connector import log

    if not sys.stderr.isatty():
        log.event(event, **known)


def login() -> str:
    """The account's name, by the system and not by what the shell says of it; under sudo its caller's."""
    caller = os.environ.get("SUDO_USER", "").strip()
    if caller and caller.isprintable():
        return caller[:_LONGEST]
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # not on this system, or an account without a name, as containers have
        return os.environ.get("USERNAME") or f"uid {os.getuid()}"
