"""passdesk demo: the whole way, on the built-in simulators."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connector.config.load import Config
    from connector.demo.show import Page


@click.command("demo")
@click.option("--once", "once", is_flag=True, help="End when the queue is empty.")
@config_option
def command(once: bool, config_path: str | None) -> int:
    """Follow some twenty tickets on the built-in simulators: no account, no server, no configuration
    needed.

    ServiceNow, TOPdesk, Entra and the managed-identity endpoint are simulated behind real HTTP; the connector
    is the real one. Without --once new tickets keep coming until Ctrl-C, and the status page shows them.
    """
    from connector.demo.show import play

    return play() if once else play(page)


@contextmanager
def page(config: Config) -> Iterator[Page]:
    """The status page of the demo, on its usual address, or on any that is free."""
    from connector.config.web import Web
    from connector.demo.show import Page
    from connector.forms.mistakes import Mistakes
    from connector.web.server import listening, served

    web = Web()
    try:
        bound = listening(config, web)
    except Mistakes:
        bound = listening(config, Web(listen="127.0.0.1:0"))
    with closing(bound):
        web = Web(listen=f"127.0.0.1:{bound.getsockname()[1]}")
        shown = replace(config, settings=config.settings.model_copy(update={"web": web}))
        yield Page(web.address, shown, lambda house, clocks: served(house, bound, clocks=clocks))
