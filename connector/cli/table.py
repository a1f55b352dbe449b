"""Tables for people: tidy on a terminal, plain elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from connector.forms.mistakes import printable
from connector.worker.report import Report, TicketResult

_COLUMNS = ("ticket", "desk", "outcome", "reason", "what it means")
COLOURS = {"delivered": "green", "refused": "red", "deferred": "yellow", "stuck": "bold red"}


def sweep_table(report: Report, seconds: float) -> None:
    """Print the outcome of each ticket, and a last line that counts."""
    if report.decisions:
        _decisions(report)
    counts = report.counts()
    parts = [f"{counts[each]} {each}" for each in ("delivered", "refused", "deferred", "stuck")]
    ignored = f", {report.ignored} ignored" if report.ignored else ""
    click.echo(f"{report.seen} seen{ignored}: {', '.join(parts)}; {report.ended} ended. {seconds:.1f} s")
    if report.paused_itself:
        _red(f"passdesk paused itself: {printable(report.paused_itself)}")
    elif report.paused:
        click.echo("Issuing is paused.")
    for service, why in sorted(report.sign_in_refused.items()):
        _red(f"Can't sign in to {service}: {printable(why)}.")
    for service, why in sorted(report.unreachable.items()):
        _red(f"Couldn't be reached: {service}: {printable(why)}")


def _red(text: str) -> None:
    click.echo(click.style(text, fg="red"))


def _decisions(report: Report) -> None:
    if not sys.stdout.isatty():  # nothing to colour, and rich takes 0.3 ms a line
        _plainly([_COLUMNS, *map(_row, report.decisions)])
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*_COLUMNS, box=None, pad_edge=False)
    for ticket, desk, outcome, reason, detail in map(_row, report.decisions):
        table.add_row(Text(ticket), Text(desk), Text(outcome, COLOURS.get(outcome, "")), reason, Text(detail))
    Console(highlight=False).print(table)


def _row(each: TicketResult) -> Sequence[str]:
    return each.ticket, each.desk, each.outcome, each.reason or "", printable(each.detail)


def _plainly(rows: Sequence[Sequence[str]]) -> None:
    """One line a ticket, however long it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(map(str.ljust, row, widths)))
