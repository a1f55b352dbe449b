"""passdesk audit: the hash-chained trail of every decision."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from connector.cli.options import config_option, configured
from connector.terminal import nobody_reads


@click.group("audit")
def command() -> None:
    """The hash-chained trail of every decision."""


@command.command("verify")
@config_option
def verify(config_path: str | None) -> int:
    """Walk the chain: exit code 1 where a line was changed, taken out or put in."""
    from connector.wire import open_ledger

    with open_ledger(configured(config_path, mappings=False)) as ledger:
        chain = ledger.verify()
    if chain.broken is None:
        click.echo(f"{chain.lines} lines, unbroken.")
        return 0
    click.echo(
        f"The trail is broken at line {chain.broken}: from there on it isn't what passdesk wrote.", err=True
    )
    return 1


@command.command("export")
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
