"""passdesk pause: the kill switch."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, note, operator


@click.command("pause")
@click.option("--why", default="", metavar="TEXT", help="Shown beside every ticket that waits for it.")
@by_option
@config_option
def command(why: str, by: str | None, config_path: str | None) -> int:
    """The kill switch: no pass is issued until `passdesk resume`, by any worker on this ledger.

    Tickets wait; passes that were issued are looked after as always. It applies from the next pass on, also
    while `run` is working. Where it is paused already, the first reason stays.
    """
    from connector.domain.events import Event
    from connector.wire import open_ledger

    who = operator(by)
    with open_ledger(configured(config_path, mappings=False)) as ledger:
        before = ledger.pause(why, who)
    if before is None or (why and not before.why):
        note(Event.PAUSED, **who.detail(why))
    if before is None:
        click.echo("Paused: no pass is issued until passdesk resume.")
    else:
        click.echo(already(before.why, before.by, before.since, why))
    return 0


def already(first: str, by: str, since: float | None, why: str) -> str:
    """The sentence for a pause that was there before."""
    from connector.forms.mistakes import printable, quote
    from connector.operating.times import clock

    began = (f" by {printable(by)}" if by else "") + (f" since {clock(since)}" if since else "")
    if first:
        kept = f"the first reason stays: {quote(first)}"
    else:
        kept = f"it had no reason, which is now {quote(why)}" if why else "nobody gave a reason"
    return f"It was paused already{began}; {kept}. No pass is issued until passdesk resume."
