"""passdesk schema: for editors, the reason codes, and the events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from connector.cli.options import config_option


@click.command("schema")
@click.argument("what", type=click.Choice(["config", "mapping", "reasons", "events"]), required=False)
@click.option("--json", "as_json", is_flag=True, help="The reason codes or the events as JSON.")
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write both schemas into this folder, for the first lines of the files.",
)
@config_option
def command(
    what: Literal["config", "mapping", "reasons", "events"] | None,
    as_json: bool,
    folder: Path | None,
    config_path: str | None,
) -> int:
    """The JSON Schema of config.yaml or of a mapping file, the reason codes with their meaning and cure, or
    the events of the log and of `history`.
    """
    if folder is not None:
        if what or as_json:
            raise click.UsageError(
                "--write writes both schemas; leave the rest out: passdesk schema --write DIR"
            )
        save(folder)
    elif what is None:
        raise click.UsageError("write one of config, mapping, reasons and events, or --write DIR")
    elif what == "reasons":
        reasons(as_json)
    elif what == "events":
        events(as_json)
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
