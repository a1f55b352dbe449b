"""passdesk history: what was decided, and why."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured, json_option
from connector.operating.desks import desk_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connector.ledger.rows import AuditLine


@click.command("history")
@click.option("--ticket", metavar="N", help="One ticket, by its number, id or reference (TAP-…).")
@click.option("--person", metavar="WHO", help="Tickets of a person: sign-in name, name or object id.")
@click.option("--since", metavar="DURATION", help="24h, 90m, 7d: how far back.")
@config_option
@json_option
def command(
    *, ticket: str | None, person: str | None, since: str | None, config_path: str | None, as_json: bool
) -> int:
    """The audit trail, oldest first: each decision and its reason, in local time.

    A person's tickets: a pass on them was for that person, asked for or approved by them, or to be mailed to
    them. Names that were deleted (keep.names, audit erase) are shown as such; object ids stay.
    """
    from connector.domain.durations import duration
    from connector.ledger.former import in_todays_words
    from connector.operating.trail_words import entry
    from connector.wire import open_ledger

    config = configured(config_path, mappings=False)
    try:
        after = None if since is None else time.time() - duration(since)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    desks = desk_names(config)
    with open_ledger(config) as ledger:
        lines = [in_todays_words(line) for line in ledger.history(ticket, after, person)]
    if as_json:
        click.echo(json.dumps({"entries": [entry(line, desks) for line in lines]}))
        return 0
    show(lines, desks)
    if not lines:
        about = " and ".join(each for each in (ticket, person) if each)
        click.echo(
            "Nothing was decided"
            + (f" about {about}" if about else "")
            + (f" in the last {since}" if since else "")
            + "."
        )
    return 0


def show(lines: Sequence[AuditLine], desks: dict[str, str]) -> None:
    """Print a row a line. `desks`: their names, by url."""
    from connector.cli.columns import columns
    from connector.operating.times import local
    from connector.operating.trail_words import words

    rows = [
        (
            local(line.at),
            desks.get(line.desk or "", line.desk) or "–",
            line.number or "–",
            line.action,
            words(line),
        )
        for line in lines
    ]
    for text in columns(rows):
        click.echo(text)
