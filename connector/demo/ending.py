"""The end of the demo: the outcome of every ticket, what was counted, and what an agent and a manager
read.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from connector.demo.cast import TOPDESK
from connector.demo.lines import hang
from connector.demo.stage import Stage, plain
from connector.domain.outcome import State
from connector.domain.reasons import Reason
from connector.domain.secret import MASK
from connector.domain.ticket import Claim
from connector.wire import App

FATES = {
    State.ENDED: "delivered, used, deleted",
    State.REFUSED: "refused",
    State.WAITING: "waits",
    State.STUCK: "stuck",
}
COLOURS = {State.REFUSED: "red", State.WAITING: "yellow", State.STUCK: "bold red"}  # the rest is green
ORDER = (State.ENDED, State.LIVE, State.REFUSED, State.WAITING, State.STUCK)


def ending(console: Console, house: App, scene: Stage) -> None:
    became(console, house.ledger.rows(set(State)), scene)
    counted(console, scene)
    ann = next(
        part for part in scene.company.parts.values() if (part.desk, part.name) == (TOPDESK, "Ann Lee")
    )
    (mail,) = scene.graph.mail.sent
    texts = {
        "A TOPdesk action that agents see and callers don't": scene.notes(ann)[-1],
        f"The mail to {mail.to[0]}": f"{mail.subject}\n{plain(mail.body)}",
    }
    for title, text in texts.items():
        console.print(f"\n[bold]{title}[/] (the pass masked here)")
        hang(console, Text("  "), Text(masked(text, scene)))
    console.print(
        "\nNext: copy config.example.yaml to config.yaml and mappings/ beside it, and change what differs;"
    )
    console.print(
        "      passdesk check                 what is right, what is wrong, and what to do about it;"
    )
    console.print("      passdesk explain DESK TICKET   a dry run of one real ticket; docs/ has the rest.")


def became(console: Console, rows: Iterable[Claim], scene: Stage) -> None:
    """A row for each fate at each desk. The sentence behind a reason stands in the ticket's line."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for row in sorted(
        rows, key=lambda row: (ORDER.index(row.state), scene.company.parts[row.number].desk, row.number)
    ):
        part = scene.company.parts[row.number]
        why = row.reason if row.state in COLOURS and isinstance(row.reason, Reason) else part.name
        grouped.setdefault((fate(row, scene), COLOURS.get(row.state, "green"), part.desk), []).append(
            f"{row.number} {why}"
        )
    console.print(f"\n[bold]{'What became of each':<26}{'desk':<12}tickets[/]")
    for (what, colour, desk), tickets in grouped.items():
        heading = Text.assemble((f"{what:<26}", colour), f"{desk:<12}")
        for row_of_two in range(0, len(tickets), 2):
            console.print(
                (Text(" " * 38) if row_of_two else heading) + ", ".join(tickets[row_of_two : row_of_two + 2])
            )


def fate(row: Claim, scene: Stage) -> str:
    if row.state is not State.LIVE:
        return FATES[row.state]
    if scene.mailed(row.current_attempt.reference):
        return "mailed to the manager"
    return "noted: no manager to mail" if row.mapping in scene.mails else "delivered in a note"


def counted(console: Console, scene: Stage) -> None:
    passes, parts = scene.graph.passes, scene.company.parts.values()
    handed = [
        *(note for part in parts for note in scene.notes(part)),
        *(plain(each.body) for each in scene.graph.mail.sent),
    ]
    unknown = len(passes.live_unknown(handed))
    seen = sum(each.text in scene.callers_read(part) for each in passes.issued for part in parts)
    calls = ", ".join(f"{count} to {name}" for name, count in scene.calls().items())
    console.print(f"\nCalls: {calls}.")
    console.print(
        f"Passes made: {passes.made}, live: {len(passes.live())}, left unknown: {unknown}, seen by callers: "
        f"{seen}."
    )


def masked(text: str, scene: Stage) -> str:
    for each in scene.graph.passes.issued:
        text = text.replace(each.text, MASK)
    return text.strip()
