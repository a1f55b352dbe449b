"""passdesk alerts: a test of the addresses."""

from __future__ import annotations

import json

import click

from connector.cli.options import config_option, configured, json_option, known_addresses


@click.group("alerts")
def command() -> None:
    """Messages to people when something breaks, and when it heals: `alerts` in config.yaml, and
    docs/alerts.md.
    """


@command.command("test")
@config_option
@json_option
def test(config_path: str | None, as_json: bool) -> int:
    """Send one test message to each address of `alerts`, and say which took it.

    Exit codes: 1 an address didn't take it, 2 there is no address, or one that apprise doesn't know.
    """
    from connector.alerts.message import TEST
    from connector.alerts.sending import name_of, send_all

    config = configured(config_path, secrets=True, mappings=False)
    to = config.settings.alerts.to
    if not to:
        raise config.mistake("there is no address; write alerts: [env:TEAMS_URL]", "alerts")
    known_addresses(config)
    receipts = [(name_of(each), receipt) for each, receipt in send_all(dict.fromkeys(to, TEST)).items()]
    if as_json:
        rows = [{"address": name, "arrived": each.arrived, "why": each.why} for name, each in receipts]
        click.echo(json.dumps({"addresses": rows}))
    else:
        for name, each in receipts:
            mark = click.style("✓", fg="green") if each.arrived else click.style("✗", fg="red")
            click.echo(f"{mark} {name}: {'it took the message' if each.arrived else each.why}")
    return 0 if all(each.arrived for _, each in receipts) else 1
