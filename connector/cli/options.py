"""Options that several verbs share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from connector.config.load import Config

Verb = TypeVar("Verb", bound=Callable[..., Any])


def config_option(verb: Verb) -> Verb:
    """--config after the verb; before it is the group's, $PASSDESK_CONFIG and config.yaml follow."""
    return click.option("--config", "config_path", metavar="PATH", help="config.yaml (or $PASSDESK_CONFIG).")(
        verb
    )


def json_option(verb: Verb) -> Verb:
    return click.option(
        "--json", "as_json", is_flag=True, help="One JSON object on standard output, and nothing else."
    )(verb)


def config_file(config_path: str | None) -> Path:
    before: str | None = click.get_current_context().find_root().obj
    return Path(config_path or before or os.environ.get("PASSDESK_CONFIG") or "config.yaml")


def configured(config_path: str | None, *, secrets: bool = False, mappings: bool = True) -> Config:
    """The configuration, with the log set up as it says; `secrets`: what its references name must be there.

    Without `mappings` it has none: a broken mapping file keeps nobody from pausing or revoking. Raises
    Mistakes: every one at once.
    """
    from connector import log
    from connector.config.load import load

    config = load(config_file(config_path), secrets=secrets, mappings=mappings)
    desks = {desk.url: name for name, desk in config.settings.desks.items()}
    log.configure(config.settings.log.format, config.settings.log.level, desks)
    return config


def tell_unbuilt(config: Config) -> None:
    """Say in the log which keys do nothing yet."""
    from connector import log
    from connector.config.unbuilt import unbuilt
    from connector.domain.events import Event

    for key, says in unbuilt(config.settings, config.mappings):
        log.event(Event.NOT_BUILT, key=key, detail=says)


def known_addresses(config: Config) -> None:
    """Raises Mistakes where apprise doesn't know an address of `alerts`."""
    if config.settings.alerts.to:
        from connector.alerts.start import known_addresses as look

        look(config)
