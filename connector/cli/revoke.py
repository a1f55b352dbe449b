"""passdesk revoke: a pass must go now."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured


@click.command("revoke")
@click.argument("desk")
@click.argument("ticket")
@config_option
def command(desk: str, ticket: str, config_path: str | None) -> int:
    """End the pass of TICKET at DESK now: it is deleted in Entra, and the ticket says so.

    Works while `passdesk run` is working. Exit code 1 where there is nothing to revoke, or the pass is not proven gone yet.
    """
    from connector.cli.person import desk_url
    from connector.wire import furnished

    config = configured(config_path, secrets=True)
    url = desk_url(config, desk)
    with furnished(config) as house:
        row = house.ledger.find(url, ticket)
        try:
            answer = house.ledger.revoke(url, ticket, "a person's verb")
        finally:  # revoking never waits for the ledger
            standing = house.issuer.look(row.attempt.subject.id) if row and row.attempt else ()
            for each in standing:
                if row and row.attempt and each.is_of(row.attempt):
                    house.issuer.delete(row.attempt.subject.id, each.id)
    click.echo(answer.sentence)
    return 0 if answer.done else 1
