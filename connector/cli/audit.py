"""passdesk audit: the hash-chained trail of every decision."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from connector.cli.options import config_option, configured
from connector.forms.mistakes import number_of
from connector.terminal import nobody_reads


@click.group("audit")
def command() -> None:
    """The hash-chained trail of every decision."""


@command.command("verify", short_help="Walk the chain: is it unbroken?")
@config_option
def verify(config_path: str | None) -> int:
    """Walk the chain: exit code 1 where a line was changed, taken out or put in."""
    from connector.wire import open_ledger

    with open_ledger(configured(config_path, mappings=False)) as ledger:
        chain = ledger.verify()
    if chain.broken is None:
        click.echo(f"The trail is unbroken: {number_of(chain.lines, 'line')}.")
        return 0
    click.echo(
        f"The trail is broken at line {chain.broken}: from there on it isn't what passdesk wrote.", err=True
    )
    return 1


@command.command("export", short_help="Every line as JSON, oldest first.")
@config_option
def export(config_path: str | None) -> int:
    """Every line as JSON, one a line, oldest first: in the words that its hash covers."""
    from connector.wire import open_ledger

    with open_ledger(configured(config_path, mappings=False)) as ledger:
        for line in ledger.history():
            if nobody_reads():
                break
            click.echo(json.dumps(asdict(line)))
    return 0
