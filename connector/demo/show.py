"""What the demo shows: a line a ticket that grows as it goes its way, then what became of everybody, and why."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from connector import log
from connector.demo.lines import Lines
from connector.demo.stage import Stage, stage
from connector.outcome import State
from connector.reasons import MEANINGS, Reason
from connector.secret import MASK
from connector.wire import Clocks, House, working

QUARTER = 16 * 60  # seconds: a used pass is deleted after 15 minutes
SIGN_IN = ("ann.lee@contoso.com", "siobhán.byrne@contoso.com", "ada.quist@contoso.com")


def play(*, go_on: bool) -> int:
    """From an empty screen to the last table; 0."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = 140
    console.print("[bold]passdesk demo[/]: the real connector, against simulators of ServiceNow, Entra and its managed identity.")
    console.print("Everybody is made up, and so are the passes. The demo's clock runs 20 times as fast.\n")
    with stage() as scene, Lines(console, scene) as lines:
        log.configure(scene.config.log.format, scene.config.log.level)
        clocks = Clocks(scene.clock.wall, scene.clock.steady, scene.clock.sleep)
        with working(scene.config, lines.tell, clocks) as house:
            act(house, scene, lines)
            lines.finish()
            outcome(console, house, scene)
            if go_on:
                keep_going(console, house, scene, lines)
    return 0


def act(house: House, scene: Stage, lines: Lines) -> None:
    """The morning: a sweep, the recovery of what was interrupted, people who sign in, and what that lets go on."""
    house.sweep.once()
    lines.say("A reply was lost: the pass that nobody was given is revoked; the next waits until none can arrive any more.")
    while any(row.state is not State.LIVE for row in house.ledger.rows({State.CLAIMED, State.ISSUING, State.REVOKING})):
        scene.clock.sleep(5)
        house.sweep.once()
    lines.say("People sign in with their passes. A quarter of an hour later (the clock is moved) used passes are deleted.")
    scene.clock.sleep(100)
    for upn in SIGN_IN:
        scene.graph.use(upn)
    house.sweep.once()
    scene.clock.moved += QUARTER
    while any(row.state is not State.LIVE for row in house.ledger.rows({State.REVOKING, State.SETTLING})) or ended(house) < len(
        SIGN_IN
    ):
        house.sweep.once()
        scene.clock.sleep(11)
    house.sweep.once()


def ended(house: House) -> int:
    return len(house.ledger.rows({State.ENDED}))


def outcome(console: Console, house: House, scene: Stage) -> None:
    """What became of each, what the simulators counted, one note as an agent sees it, and where to go next."""
    table = Table(
        "ticket", "for", "what became of it", "why", box=None, pad_edge=False, title="What became of each", title_justify="left"
    )
    counted: Counter[str] = Counter()
    people = {row["sys_id"]: row["name"] for row in scene.desk.rows("sys_user")}
    numbers = {row["number"]: row for row in scene.desk.rows()}
    for row in sorted(house.ledger.rows(set(State)), key=lambda row: row.number):
        word, colour = WORDS[row.state]
        counted[word] += 1
        reason = row.reason if isinstance(row.reason, Reason) and row.state is not State.LIVE else None
        why = f"{row.detail or MEANINGS[reason].sentence} ({reason})" if reason else ""
        table.add_row(row.number, people[numbers[row.number]["caller_id"]] or "–", Text(word, colour), Text(why))
    console.print(table)
    passes = scene.graph.passes
    notes = [note for row in numbers.values() for note in scene.desk.notes(row["sys_id"])]
    unknown = sum(held.text not in "\n".join(notes) for held in passes.live() if held.user not in by_hand(scene))
    calls = ", ".join(f"{count} to {name}" for name, count in scene.calls().items())
    console.print(f"\n{'; '.join(f'{count} {word}' for word, count in counted.items())}.")
    console.print(f"Calls: {calls}. Passes made: {passes.made - 1}, live: {len(passes.live()) - 1}, left unknown: {unknown}.")
    shown = next(note for note in notes if "Zoë" in note)
    for held in passes.issued:
        shown = shown.replace(held.text, MASK)
    console.print(
        Panel(
            Text(shown.strip()), title="a work note, as an agent sees it (the pass masked here)", title_align="left", expand=False
        )
    )
    console.print("Next: copy config.example.yaml to config.yaml, and write down your desk and its secrets;")
    console.print("      passdesk check                          what is right, what is wrong, and what to do about it;")
    console.print("      passdesk explain DESK TICKET            a dry run of one real ticket; docs/ has the rest.")


def keep_going(console: Console, house: House, scene: Stage, lines: Lines) -> None:
    """A new ticket every few seconds, until Ctrl-C."""
    lines.say("New tickets keep coming. Ctrl-C ends it.")
    ordinary = [user.properties["mail"] for user in scene.graph.tenant.users.values()]
    try:
        for mail in ordinary:
            caller = next(row["sys_id"] for row in scene.desk.rows("sys_user") if row["email"] == mail)
            scene.desk.add_incident(caller_id=caller, opened_by=caller, category="identity", subcategory="temporary_access_pass")
            house.sweep.once()
            scene.clock.sleep(60)
    except KeyboardInterrupt:
        console.print("Stopped.")


WORDS = {
    State.LIVE: ("delivered", "green"),
    State.ENDED: ("delivered, used, deleted", "green"),
    State.REFUSED: ("refused", "red"),
    State.WAITING: ("waits", "yellow"),
    State.STUCK: ("stuck", "bold red"),
}


def by_hand(scene: Stage) -> set[str]:
    return {event.user for event in scene.graph.passes.audit if event.by == "admin"}
