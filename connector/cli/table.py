"""Tables for people: tidy on a terminal, plain elsewhere."""

from __future__ import annotations

import click

from connector.forms.mistakes import printable
from connector.worker.report import Report

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
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("ticket", "desk", "outcome", "reason", "what it means", box=None, pad_edge=False)
    for each in report.decisions:
        outcome = Text(each.outcome, COLOURS.get(each.outcome, ""))
        table.add_row(
            Text(each.ticket), Text(each.desk), outcome, each.reason or "", Text(printable(each.detail))
        )
    Console(highlight=False).print(table)
