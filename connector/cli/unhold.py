"""passdesk unhold: somebody who disowned a pass may have passes again."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, note, operator


@click.command("unhold")
@click.argument("who")
@click.option("--why", default="", metavar="TEXT", help="Kept in the audit trail.")
@by_option
@config_option
def command(who: str, why: str, by: str | None, config_path: str | None) -> int:
    """Let WHO have passes again: a person who said, by the link in a notice, that a pass wasn't asked for by
    them. WHO is their sign-in name or object id; `passdesk status` names who is held.

    First find out who asked for that pass. Tickets that were refused meanwhile are judged again once they are
    put into the queue.

    Exit code 1 where nobody of that name is held.
    """
    from connector.domain.events import Event
    from connector.wire import open_ledger

    actor = operator(by)
    with open_ledger(configured(config_path, mappings=False)) as ledger:
        done = ledger.unhold(who, actor, why)
    if done.done:
        note(Event.UNHELD, **actor.detail(why))
    click.echo(done.sentence, err=not done.done)
    return 0 if done.done else 1
