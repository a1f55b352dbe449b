"""passdesk schema: for editors, the reason codes, and the events."""

from __future__ import annotations

import json
from typing import Literal

import click

from connector.cli.options import config_option


@click.command("schema")
@click.argument("what", type=click.Choice(["config", "mapping", "reasons", "events"]))
@click.option("--json", "as_json", is_flag=True, help="The reason codes or the events as JSON.")
@config_option
def command(
    what: Literal["config", "mapping", "reasons", "events"], as_json: bool, config_path: str | None
) -> int:
    """The JSON Schema of config.yaml or of a mapping file, the reason codes with their meaning and cure, or
    the events of the log and of `history`.
    """
    if what == "reasons":
        reasons(as_json)
    elif what == "events":
        events(as_json)
    else:
        from connector.config.load import schema

        click.echo(json.dumps(schema(what), indent=2))
    return 0


def reasons(as_json: bool) -> None:
    from connector.domain.reasons import MEANINGS, NOT_YET, NOT_YET_GIVEN

    if as_json:
        rows = [
            {
                "code": code.value,
                "outcome": m.outcome,
                "meaning": m.sentence,
                "cure": m.cure,
                "given": code not in NOT_YET_GIVEN,
            }
            for code, m in MEANINGS.items()
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        for code, meaning in MEANINGS.items():
            click.echo(f"{code.value} ({meaning.outcome})\n    {meaning.sentence}\n    {meaning.cure}")
            if code in NOT_YET_GIVEN:
                click.echo(f"    {NOT_YET}")


def events(as_json: bool) -> None:
    from connector.domain.events import Event

    if as_json:
        rows = [
            {"action": each.value, "level": each.level, "acts": each.acts.value, "meaning": each.meaning}
            for each in Event
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        for each in Event:
            click.echo(f"{each.value} ({each.level}; {each.acts} must act)\n    {each.meaning}")
