"""passdesk release: a stuck ticket may try again."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, desk_url, operator


@click.command("release")
@click.argument("desk")
@click.argument("ticket")
@by_option
@config_option
def command(desk: str, ticket: str, by: str | None, config_path: str | None) -> int:
    """Let the stuck TICKET at DESK try again: the next sweep judges it from the start."""
    from connector import log
    from connector.domain.events import Event
    from connector.wire import open_ledger

    who = operator(by)
    config = configured(config_path, mappings=False)
    url = desk_url(config, desk)
    with open_ledger(config) as ledger:
        answer = ledger.release(url, ticket, who)
    if answer.done and answer.claim:
        log.event(Event.RELEASED, ticket=answer.claim.number, desk=desk, **who.detail())
    click.echo(answer.sentence.replace(url, desk))
    return 0 if answer.done else 1
