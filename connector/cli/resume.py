"""passdesk resume: passes are issued again."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, note, operator


@click.command("resume")
@by_option
@config_option
def command(by: str | None, config_path: str | None) -> int:
    """Issue passes again after `passdesk pause`, or after passdesk paused itself; what waited goes on with
    the next sweep.
    """
    from connector.domain.events import Event
    from connector.wire import open_ledger

    who = operator(by)
    with open_ledger(configured(config_path, mappings=False)) as ledger:
        itself = ledger.paused_itself()
        was = ledger.resume(who)
    if was:
        note(Event.RESUMED, **who.detail())
    known = " What passdesk paused itself on is known now: only a new sign pauses it again." if itself else ""
    click.echo(f"Passes are issued again.{known}" if was else "It wasn't paused.")
    return 0
