"""passdesk demo: the whole way, on the built-in simulators."""

from __future__ import annotations

import click

from connector.cli.options import config_option


@click.command("demo")
@click.option("--once", "once", is_flag=True, help="End when the queue is empty.")
@config_option
def command(once: bool, config_path: str | None) -> int:
    """Follow some twenty tickets on the built-in simulators: no account, no server, no configuration
    needed.

    ServiceNow, TOPdesk, Entra and the managed-identity endpoint are simulated behind real HTTP; the connector
    is the real one. Without --once new tickets keep coming until Ctrl-C.
    """
    from connector.demo.show import play

    return play(go_on=not once)
