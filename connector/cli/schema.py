"""passdesk schema: for editors, the reason codes, the events, and the alerts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from connector.cli.options import config_option


@click.command("schema")
@click.argument(
    "what", type=click.Choice(["config", "mapping", "reasons", "events", "alerts"]), required=False
)
@click.option("--json", "as_json", is_flag=True, help="The reason codes, the events or the alerts as JSON.")
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write both schemas into this folder, for the first lines of the files.",
)
@config_option
def command(
    what: Literal["config", "mapping", "reasons", "events", "alerts"] | None,
    as_json: bool,
    folder: Path | None,
    config_path: str | None,
) -> int:
    """The JSON Schema of config.yaml or of a mapping file, the reason codes with their meaning and cure,
    the events of the log and of `history`, or the conditions that alert.
    """
    if folder is not None:
        if what or as_json:
            raise click.UsageError(
                "--write writes both schemas; leave the rest out: passdesk schema --write DIR"
            )
        save(folder)
    elif what is None:
        raise click.UsageError("write one of config, mapping, reasons, events and alerts, or --write DIR")
    elif what == "reasons":
        reasons(as_json)
    elif what == "events":
        events(as_json)
    elif what == "alerts":
        alerts(as_json)
    else:
        from connector.config.load import schema

        click.echo(json.dumps(schema(what), indent=2))
    return 0


def save(folder: Path) -> None:
    """Write the schema files and say where, with the line that an editor reads."""
    from connector.config.load import schema
    from connector.forms.mistakes import nearby

    kinds: tuple[Literal["config", "mapping"], ...] = ("config", "mapping")
    for kind in kinds:
        path = folder / f"{kind}.schema.json"
        text = json.dumps(schema(kind), indent=2, ensure_ascii=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n", "utf-8")
        except OSError as error:
            raise click.FileError(str(path), hint=str(error.strerror)) from error
        click.echo(f"{nearby(path.absolute())}")
    click.echo(
        "An editor finds them by the first line of a file, # yaml-language-server: $schema=PATH; "
        "PATH starts at the folder of that file."
    )


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


def alerts(as_json: bool) -> None:
    from connector.domain.conditions import Condition

    if as_json:
        rows = [
            {
                "condition": each.value,
                "severity": each.severity,
                "waits": each.waits,
                "breaks": each.breaks,
                "heals": each.heals,
                "cure": each.cure,
                "action": each.event.value,
            }
            for each in Condition
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        for each in Condition:
            click.echo(f"{each.value} ({each.severity})\n    {each.breaks}\n    {each.cure}")
