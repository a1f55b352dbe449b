"""passdesk audit: the hash-chained trail of every decision."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Literal

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, operator
from connector.cli.progress import shown as progress
from connector.domain.progress import Progress
from connector.forms.mistakes import number_of, printable
from connector.operating.desks import desk_names
from connector.terminal import nobody_reads

if TYPE_CHECKING:
    from connector.ledger.rows import Chain
    from connector.ledger.sql import SqlLedger

_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-fA-F]{64})")
_ALONE = (
    "This finds accidents, not who edits the file: they can write another chain, or cut off its end. "
    "Compare it with a head from your log (trail_head): passdesk audit verify --head N:HASH"
)


@click.group("audit")
def command() -> None:
    """The hash-chained trail of every decision, and the names beside it."""


@command.command("verify", short_help="Walk the chain: is it unbroken? --head N:HASH: is it yours?")
@click.option(
    "--head", metavar="N:HASH", help="A line's number and hash, from your log: is it still the same?"
)
@config_option
def verify(head: str | None, config_path: str | None) -> int:
    """Walk the chain: exit code 1 where a line was changed, taken out or put in, or a name was changed.

    By itself this finds accidents. Somebody who can edit the ledger can also write a chain that fits, or cut
    off its end: only --head finds that, with a head that your log kept.
    """
    from connector.wire import open_ledger

    wanted = None if head is None else _HEAD.fullmatch(head.strip())
    if head is not None and wanted is None:
        raise click.BadParameter(
            "write a number, a colon and 64 hex digits, as the log has", param_hint="--head"
        )
    with open_ledger(configured(config_path, mappings=False)) as ledger:
        with progress(told := Progress("lines verified")):
            chain = ledger.verify(told)
        there = ledger.hash_of_line(int(wanted[1])) if wanted else None
    for line in shown(chain):
        click.echo(line, err=not chain.holds)
    if wanted is None:
        click.echo(_ALONE, err=True)
        return 0 if chain.holds else 1
    same, sentence = compared(chain, int(wanted[1]), wanted[2].lower(), there)
    click.echo(sentence, err=not same)
    return 0 if chain.holds and same else 1


def shown(chain: Chain) -> list[str]:
    """The result of a verification, a sentence a line."""
    if chain.broken is not None:
        return [f"The trail is broken at line {chain.broken}: from there on it isn't what passdesk wrote."]
    lines = [f"The trail is unbroken: {number_of(chain.lines, 'line')}."]
    if chain.forged is not None:
        lines = [f"A name beside line {chain.forged} isn't the one that was written: somebody changed it."]
    if chain.lines or chain.removed:
        lines.append(f"Its head is {chain.head}")
    if chain.removed:
        lines.append(
            f"Before them, {number_of(chain.removed, 'line')} went by keep.trail, behind a checkpoint."
        )
    if chain.names_deleted:
        lines.append(
            f"{number_of(chain.names_deleted, 'name')} beside it were deleted; {chain.names} are there."
        )
    if chain.rewritten:
        lines.append(
            f"An erasure took names out of {number_of(chain.rewritten, 'line')} of the former format."
        )
    return lines


def compared(chain: Chain, seq: int, wanted: str, there: str | None) -> tuple[bool, str]:
    """Tell whether the line is the one that the log has, as a sentence."""
    if there == wanted:
        return True, f"Line {seq} is the one of your log."
    if there is not None:
        return False, f"Line {seq} is another than in your log: the trail was written anew."
    if seq <= chain.removed:
        return False, f"Line {seq} went by keep.trail; compare with a newer head from your log."
    return False, f"There is no line {seq}: the end of the trail was cut off."


@command.command("export", short_help="Every line, oldest first, as JSON lines or CSV.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    help="jsonl (the default) or csv.",
)
@click.option("--person", metavar="WHO", help="Tickets of a person: sign-in name, name or object id.")
@click.option("--since", metavar="DURATION", help="24h, 90m, 7d: how far back.")
@config_option
def export(
    form: Literal["jsonl", "csv"], person: str | None, since: str | None, config_path: str | None
) -> int:
    """Every line, oldest first, with the names that are left beside it and their salts: so each line proves
    itself. `sealed` is the text that its hash covers.

    In CSV, a cell that a spreadsheet could take for a formula begins with an apostrophe, and signs that
    nobody sees are spaces.
    """
    from connector.cli.trail_export import as_csv, as_jsonl
    from connector.domain.durations import duration
    from connector.wire import open_ledger

    try:
        after = None if since is None else time.time() - duration(since)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    config = configured(config_path, mappings=False)
    with open_ledger(config) as ledger:
        lines, records = ledger.history(None, after, person), ledger.salts()
    made = as_csv(lines, desk_names(config)) if form == "csv" else as_jsonl(lines, records)
    for text in made:
        if nobody_reads():
            break
        click.echo(text, nl=form == "jsonl")
    return 0


@command.command("erase", short_help="Delete a person's names from the ledger.")
@click.option("--person", metavar="WHO", required=True, help="Sign-in name, name or object id.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the trail; without the name.")
@by_option
@config_option
def erase(person: str, why: str, by: str | None, config_path: str | None) -> int:
    """Delete a person's names, and sentences about them, from all of the ledger; the trail stays whole, and
    has a line about it without the name. Object ids, reasons and times stay, and so does the name under which
    an operator acted.

    What is under way keeps its names until it ends; then they go by themselves. Lines that an older release
    wrote hold names themselves: these are rewritten without them, and the new line seals how. Works while
    `passdesk run` is working. Copies elsewhere (backups, logs, exports, tickets) are yours to look after.

    Exit code 1: there is nobody of that name, or traces are left in the file.
    """
    from connector import log
    from connector.domain.events import Event
    from connector.wire import open_ledger

    who = operator(by)
    with open_ledger(configured(config_path, mappings=False)) as ledger:
        done = ledger.erase(person, who, why)
        if not done.done:
            click.echo(printable(done.sentence), err=True)
            return 1
        log.event(Event.PERSON_ERASED, **who.detail(why))
        clean = scrubbed(ledger)
    click.echo(printable(done.sentence))
    if not clean:
        click.echo("Traces may be left in the ledger's file, which is in use: run it once more.", err=True)
    return 0 if clean else 1


def scrubbed(ledger: SqlLedger) -> bool:
    """Tell whether no trace of what was deleted is left in the file."""
    from connector.domain.errors import Unwritten

    try:
        return ledger.scrub()
    except Unwritten:
        return False
