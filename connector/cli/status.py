"""passdesk status: how it stands now."""

from __future__ import annotations

import json

import click

from connector.cli.options import config_option, configured, json_option


@click.command("status")
@config_option
@json_option
def command(config_path: str | None, as_json: bool) -> int:
    """How it stands: paused or not, the last sweep, what waits and how long, what is stuck, the passes that
    are out, who is held, the services, and the mappings in force and refused.

    It asks the ledger and no service. Exit code 1 where a ticket is stuck, somebody is held, mapping
    files were refused, a service refused the sign-in of the last sweep, or passdesk paused itself.
    """
    from connector.cli.status_lines import lines
    from connector.operating.standing import standing
    from connector.wire import looked_at

    config = configured(config_path, mappings=False)
    with looked_at(config) as ledger:
        known = standing(config, ledger, ledger.clock())
    if as_json:
        click.echo(json.dumps(known))
    else:
        for line in lines(known):
            click.echo(line)
    refused = known["mappings"]["refused"] or any(each["sign_in_refused"] for each in known["services"])
    itself = known["paused"] and known["paused"]["cause"]
    return 1 if known["stuck"] or known["held"] or refused or itself else 0
