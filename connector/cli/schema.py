"""passdesk schema: for editors, and the reason codes."""

from __future__ import annotations

import json
from typing import Literal

import click

from connector.cli.options import config_option


@click.command("schema")
@click.argument("what", type=click.Choice(["config", "mapping", "reasons"]))
@click.option("--json", "as_json", is_flag=True, help="The reason codes as JSON.")
@config_option
def command(what: Literal["config", "mapping", "reasons"], as_json: bool, config_path: str | None) -> int:
    """The JSON Schema of config.yaml or of a mapping file, or the reason codes with their meaning and
    cure.
    """
    from connector.domain.reasons import MEANINGS

    if what != "reasons":
        from connector.config.load import schema

        click.echo(json.dumps(schema(what), indent=2, ensure_ascii=False))
    elif as_json:
        rows = [
            {"code": code.value, "outcome": m.outcome, "meaning": m.sentence, "cure": m.cure}
            for code, m in MEANINGS.items()
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for code, meaning in MEANINGS.items():
            click.echo(f"{code.value} ({meaning.outcome})\n    {meaning.sentence}\n    {meaning.cure}")
    return 0
