"""passdesk release: a stuck ticket may try again."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured


@click.command("release")
@click.argument("desk")
@click.argument("ticket")
@config_option
def command(desk: str, ticket: str, config_path: str | None) -> int:
    """Let the stuck TICKET at DESK try again: the next sweep judges it from the start."""
    from connector import log
    from connector.cli.person import desk_url
    from connector.domain.events import Event
    from connector.wire import open_ledger

    config = configured(config_path, mappings=False)
    url = desk_url(config, desk)
    with open_ledger(config) as ledger:
        answer = ledger.release(url, ticket)
    if answer.done:
        log.event(Event.RELEASED, ticket=ticket, desk=desk)
    click.echo(answer.sentence.replace(url, desk))
    return 0 if answer.done else 1
