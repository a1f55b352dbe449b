"""passdesk reissue: one more pass for a ticket that had one."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured


@click.command("reissue")
@click.argument("desk")
@click.argument("ticket")
@config_option
def command(desk: str, ticket: str, config_path: str | None) -> int:
    """Allow TICKET at DESK exactly one more pass, within the floor's limits.

    It is judged anew by the next sweep that finds it in the queue. A pass that is still out is revoked first,
    at once. Exit code 1 where the ticket had none, or Entra doesn't delete it.
    """
    from connector import log
    from connector.cli.person import desk_url
    from connector.cli.revoke import deleted
    from connector.domain.events import Event
    from connector.domain.outcome import State
    from connector.wire import build

    config = configured(config_path, secrets=True)
    url = desk_url(config, desk)
    with build(config) as house:
        row = house.ledger.find(url, ticket)
        answer = house.ledger.reissue(url, ticket)
        if answer.done:
            log.event(Event.REISSUE_REQUESTED, ticket=ticket, desk=desk)
        refused = deleted(house, row) if answer.done and row and row.state is not State.ENDED else ""
    click.echo(answer.sentence.replace(url, desk))
    if refused:
        click.echo(f"The pass isn't gone yet: {refused} passdesk keeps trying.", err=True)
    return 0 if answer.done and not refused else 1
