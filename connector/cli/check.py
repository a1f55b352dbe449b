"""passdesk check: the doctor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured, json_option, known_addresses

if TYPE_CHECKING:
    from connector.domain.finding import CheckResult

MARKS = {True: "✓", False: "✗", None: "–"}
COLOURS = {True: "green", False: "red", None: "yellow"}


def line(found: CheckResult) -> str:
    """One result for people; labels and errors come from outside."""
    from connector.forms.mistakes import printable

    mark = click.style(MARKS[found.fine], fg=COLOURS[found.fine])
    return f"{mark} {found.what:<20} {printable(found.sentence)}"


@click.command("check")
@config_option
@json_option
def command(config_path: str | None, as_json: bool) -> int:
    """The doctor: configuration, sign-ins, the columns that mappings name, notes, the tenant's policy against
    each mapping.

    It changes nothing. What it can't prove stays open (–), a line a kind, with the next step. What is wrong
    (✗) is repeated at the end.

    Exit codes: 1 something is wrong, 3 a service could not be reached.
    """
    from connector.doctor import examine
    from connector.wire import build

    config = configured(config_path, secrets=True)
    known_addresses(config)
    found = []
    with build(config) as house:
        for each in examine(house):
            found.append(each)
            if not as_json:
                click.echo(line(each))
    wrong, unclear = sum(each.fine is False for each in found), sum(each.fine is None for each in found)
    if as_json:
        counts = {"checks": len(found), "fine": len(found) - wrong - unclear, "wrong": wrong, "open": unclear}
        click.echo(json.dumps(counts | {"findings": [each.as_json() for each in found]}))
    else:
        if wrong:
            click.echo("\nWrong:")
        for each in found:
            if each.fine is False:
                click.echo(line(each))
        click.echo(f"{len(found)} checks: {len(found) - wrong - unclear} fine, {wrong} wrong, {unclear} open")
    if any(each.fine is False and not each.down for each in found):
        return 1
    return 3 if wrong else 0
