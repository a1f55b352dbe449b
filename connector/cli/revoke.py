"""passdesk revoke: a pass must go now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured

if TYPE_CHECKING:
    from connector.domain.ticket import Claim
    from connector.wire import App


@click.command("revoke")
@click.argument("desk")
@click.argument("ticket")
@config_option
def command(desk: str, ticket: str, config_path: str | None) -> int:
    """End the pass of TICKET at DESK now: it is deleted in Entra, and the ticket says so.

    Works while `passdesk run` is working. Exit code 1 where there is nothing to revoke, or Entra doesn't
    delete it. The sweeps that follow prove that it is gone, and say so on the ticket.
    """
    from connector import log
    from connector.cli.person import desk_url
    from connector.domain.events import Event
    from connector.wire import build

    config = configured(config_path, secrets=True, mappings=False)
    url = desk_url(config, desk)
    with build(config) as house:
        row = house.ledger.find(url, ticket)
        try:
            answer = house.ledger.revoke(url, ticket, "Revoked by an operator.")
            if answer.done:
                log.event(Event.REVOCATION_REQUESTED, ticket=ticket, desk=desk)
        finally:  # revoking never waits for the ledger
            refused = deleted(house, row)
    click.echo(answer.sentence.replace(url, desk))
    if refused:
        click.echo(f"The pass isn't gone yet: {refused} passdesk keeps trying.", err=True)
    return 0 if answer.done and not refused else 1


def deleted(house: App, row: Claim | None) -> str:
    """Ask Entra to delete the row's pass, if it shows one; why it does not, or ""."""
    from connector.domain.outcome import Happened

    if row is None or row.attempt is None:
        return ""
    attempt = row.attempt
    ours = [each for each in house.issuer.look(attempt.subject.id) if each.belongs_to(attempt)]
    done = [house.issuer.delete(attempt.subject.id, each.id) for each in ours]
    return next(
        (each.detail or "Entra didn't answer." for each in done if not isinstance(each, Happened)), ""
    )
