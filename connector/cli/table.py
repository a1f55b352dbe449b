"""Tables for people: tidy on a terminal, plain elsewhere."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from connector.forms.mistakes import printable
from connector.worker.report import Report

COLOURS = {"delivered": "green", "refused": "red", "deferred": "yellow", "stuck": "bold red"}


def sweep_table(report: Report, seconds: float) -> None:
    """Render the outcome of each ticket, and a last line that counts."""
    console = Console(highlight=False)
    if report.decisions:
        table = Table("ticket", "desk", "outcome", "reason", "what it means", box=None, pad_edge=False)
        for each in report.decisions:
            outcome = Text(each.outcome, COLOURS.get(each.outcome, ""))
            table.add_row(
                Text(each.ticket), Text(each.desk), outcome, each.reason or "", Text(printable(each.detail))
            )
        console.print(table)
    counts = report.counts()
    parts = [f"{counts[each]} {each}" for each in ("delivered", "refused", "deferred", "stuck")]
    ignored = f", {report.ignored} ignored" if report.ignored else ""
    console.print(
        f"{report.seen} seen{ignored}: {', '.join(parts)}; {report.ended} ended. {seconds:.1f} s",
        markup=False,
    )
    if report.paused_itself:
        console.print(Text(f"passdesk paused itself: {printable(report.paused_itself)}", "red"))
    elif report.paused:
        console.print("Issuing is paused.")
    for service, why in sorted(report.sign_in_refused.items()):
        console.print(Text(f"Can't sign in to {service}: {printable(why)}.", "red"))
    for service, why in sorted(report.unreachable.items()):
        console.print(
            f"Couldn't be reached: {service}: {printable(why)}", style="red", markup=False, soft_wrap=True
        )
