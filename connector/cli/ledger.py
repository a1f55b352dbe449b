"""passdesk ledger: take the ledger to another place, or back it up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, operator
from connector.cli.progress import shown
from connector.domain.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.group("ledger")
def command() -> None:
    """The ledger: back up, move."""


@command.command("backup", short_help="Copy the ledger into a file, while it is worked on.")
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def backup(file: Path, config_path: str | None) -> int:
    """Copy the ledger into FILE, which must not be there yet; `run` may go on meanwhile.

    If an old copy is put back, passdesk notices each pass that the copy doesn't know by the ticket's notes,
    and stops that ticket. Back up a ledger on a server with the server's own tools.
    """
    from connector.ledger.moving import back_up
    from connector.wire import open_ledger

    with open_ledger(configured(config_path, mappings=False)) as ledger:
        try:
            size = back_up(ledger, file)
        except FileExistsError:
            raise click.BadParameter(
                f"{file} is there already; write another name", param_hint="FILE"
            ) from None
        except OSError as error:
            click.echo(f"{file} can't be written: {error.strerror}.", err=True)
            return 1
    click.echo(f"The ledger was copied into {file} ({size:,} bytes).")
    return 0


@command.command("move", short_help="Take the ledger to another file or server, verified.")
@click.argument("to_url")
@click.option(
    "--password", "reference", metavar="REF", help="The server user's password, as env:NAME or file:PATH."
)
@by_option
@config_option
def move(to_url: str, reference: str | None, by: str | None, config_path: str | None) -> int:
    """Take the ledger to TO_URL: postgresql+psycopg://USER@HOST/DATABASE, or sqlite:///FILE.

    TO_URL must be an empty database, or a new file. First stop `run` on all machines. Everything is copied,
    the audit trail is verified at TO_URL, and the old ledger is closed: it names the new address to whoever
    opens it. Then write that address in config.yaml, with the password. If it is interrupted, run it again.
    """
    from connector.config.ledger import address, password_at
    from connector.ledger.moving import move as take
    from connector.ledger.sql import is_there
    from connector.wire import ledger_at, open_ledger

    who, config = operator(by), configured(config_path, mappings=False)
    try:
        url = address(to_url, Path.cwd())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="TO_URL") from None
    try:
        url.secret = password_at(reference, Path.cwd())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--password") from None
    if config.settings.ledger.startswith("sqlite:") and not is_there(config.settings.ledger):
        raise click.UsageError("there is no ledger yet: write TO_URL in config.yaml, and begin there")
    where = f"{{url: {url}, password: {reference}}}" if reference else str(url)
    with (
        open_ledger(config) as here,
        here.working(),
        ledger_at(config, url) as there,
        there.working(),
        shown(told := Progress("rows copied")),
    ):
        moved = take(here, there, where, who, told)
    click.echo(sentence(moved.rows, where, again=moved.again))
    return 0


def sentence(rows: Mapping[str, int], where: str, *, again: bool) -> str:
    done = "was there already, whole" if again else "was moved"
    return (
        f"The ledger {done}: {rows['tickets']} tickets, {rows['attempts']} attempts, {rows['audit']} lines "
        f"of the trail, which is unbroken.\nNow write it in config.yaml: ledger: {where}"
    )
