"""passdesk pause: the kill switch."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured


@click.command("pause")
@click.option("--why", default="", metavar="TEXT", help="Shown beside every ticket that waits for it.")
@config_option
def command(why: str, config_path: str | None) -> int:
    """The kill switch: no pass is issued until `passdesk resume`, by any worker on this ledger.

    Tickets wait; passes that were issued are looked after as always. It applies from the next pass on, also
    while `run` is working.
    """
    from connector import log
    from connector.domain.events import Event
    from connector.wire import open_ledger

    with open_ledger(configured(config_path, mappings=False)) as ledger:
        ledger.pause(why)
    log.event(Event.PAUSED, why=why)
    click.echo("Paused: no pass is issued until passdesk resume.")
    return 0
