"""passdesk history: what was decided, and why."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime

import click

from connector.cli.options import config_option, configured, json_option


@click.command("history")
@click.option("--ticket", metavar="N", help="One ticket, by its number.")
@click.option("--since", metavar="DURATION", help="24h, 90m, 7d: how far back.")
@config_option
@json_option
def command(ticket: str | None, since: str | None, config_path: str | None, as_json: bool) -> int:
    """The audit trail, oldest first: each decision and its reason."""
    from connector.domain.durations import duration
    from connector.domain.events import LONGEST
    from connector.forms.mistakes import printable
    from connector.ledger.former import in_todays_words
    from connector.wire import open_ledger

    config = configured(config_path, mappings=False)
    try:
        after = None if since is None else time.time() - duration(since)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    names = {desk.url: name for name, desk in config.settings.desks.items()}
    with open_ledger(config) as ledger:
        lines = [in_todays_words(line) for line in ledger.history(ticket=ticket, since=after)]
    if as_json:
        click.echo(
            json.dumps([asdict(line) | {"desk": names.get(line.desk or "", line.desk)} for line in lines])
        )
        return 0
    for line in lines:
        at = datetime.fromtimestamp(line.at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        known = " ".join(f"{key}={value}" for key, value in line.detail.items() if value not in (None, ""))
        click.echo(printable(f"{at}  {line.number or '–':<14} {line.action:<{LONGEST}} {known}"))
    if not lines:
        click.echo(
            "Nothing was decided"
            + (f" about {ticket}" if ticket else "")
            + (f" in the last {since}" if since else "")
            + "."
        )
    return 0
