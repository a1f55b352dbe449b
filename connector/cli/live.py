"""passdesk live: the passes that are out."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from connector.cli.options import config_option, configured, json_option
from connector.operating.desks import desk_names

if TYPE_CHECKING:
    from connector.ledger.rows import PassOut


@click.command("live")
@config_option
@json_option
def command(config_path: str | None, as_json: bool) -> int:
    """The passes that are out, as the ledger knows them: whose, on which ticket, until when, and where they
    were delivered.

    Passes that are being made or revoked are listed, too, and say so: they may work. `passdesk revoke DESK
    TICKET` ends one, `passdesk revoke --all --why TEXT` ends them all.
    """
    from connector.operating.passes_out import SLACK, as_pass_out
    from connector.wire import open_ledger

    config = configured(config_path, mappings=False)
    names, now = desk_names(config), time.time()
    with open_ledger(config) as ledger:
        found = [each for each in ledger.passes_out() if now < each.claim.current_attempt.end + SLACK]
    passes = [as_pass_out(each, names, now) for each in found]
    if as_json:
        click.echo(json.dumps({"passes": passes}))
        return 0
    for line in lines(found, passes, now):
        click.echo(line)
    click.echo("No pass is out." if not passes else f"{len(passes)} out." if len(passes) > 1 else "1 out.")
    return 0


def lines(found: list[PassOut], passes: list[dict[str, Any]], now: float) -> list[str]:
    """A line a pass."""
    from connector.cli.columns import columns
    from connector.operating.times import clock

    return columns(
        (
            each["desk"],
            each["ticket"],
            f"{each['name']} ({each['upn']})",
            f"until {clock(out.claim.current_attempt.end, now)}",
            each["delivered_to"] or "not handed over yet",
            f"{each['state']}, {each['reference']}",
        )
        for out, each in zip(found, passes, strict=True)
    )
