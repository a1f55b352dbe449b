"""The demo: one line a ticket, which grows as the ticket goes its way, then the end (ending.py)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from rich.console import Console

from connector import log
from connector.config.load import Config
from connector.demo.cast import PEOPLE, Request
from connector.demo.ending import ending
from connector.demo.lines import Lines
from connector.demo.stage import FastClock, Stage, stage
from connector.domain.outcome import State
from connector.domain.steady import steady
from connector.terminal import nobody_reads
from connector.wire import App, Clocks, as_worker
from connector.worker.service import remember

QUARTER = 16 * 60  # seconds: a used pass is deleted after 15 minutes
SIGN_IN = ("ann.lee@contoso.com", "siobhán.byrne@contoso.com")  # of either desk


@dataclass(frozen=True)
class Page:
    """The status page: its address, the configuration that has it, and a way to serve it."""

    address: str
    config: Config
    serve: Callable[[App, Clocks], AbstractContextManager[object]]


def play(page: Callable[[Config], AbstractContextManager[Page]] | None = None) -> int:
    """From an empty screen to the last line; 0. With a page, new tickets keep coming, and it shows them."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = 100
    with stage(FastClock()) as scene:
        if page is None:
            perform(console, scene)
        else:
            with page(scene.config) as shown:
                perform(console, replace(scene, config=shown.config), shown)
    return 0


def perform(console: Console, scene: Stage, page: Page | None = None) -> None:
    console.print(
        "[bold]passdesk demo[/]: the real connector, against simulators of ServiceNow (INC…), TOPdesk (I …) "
        "and Entra."
    )
    console.print("Everybody is made up, and so are the passes. The demo's clock runs 20 times as fast.\n")
    log.configure(scene.config.settings.log.format, scene.config.settings.log.level)
    clocks = Clocks(scene.clock.wall, scene.clock.steady, scene.clock.sleep)
    with (
        Lines(console, scene) as lines,
        as_worker(scene.config, lines.hear, clocks) as house,
        page.serve(house, clocks) if page else nullcontext(),
    ):
        house.ledger.on_event = lines.alert
        if page:
            lines.say(f"The status page: {page.address}")
        act(house, scene, lines)
        lines.finish()
        ending(console, house, scene)
        if page:
            lines.say(f"The status page: {page.address}")
            keep_going(console, house, scene, lines)


def act(house: App, scene: Stage, lines: Lines) -> None:
    """The morning: a sweep, the recovery of what was interrupted, people who sign in, and what that lets go
    on.
    """
    sweep(house)
    lines.say("A reply was lost: that pass is revoked, and the next waits until none can arrive any more.")
    while house.ledger.rows({State.CLAIMED, State.ISSUING, State.REVOKING}):
        scene.clock.sleep(5)
        sweep(house)
    lines.say(
        "People sign in. A quarter of an hour later (the clock is moved) their used passes are deleted."
    )
    scene.clock.sleep(100)
    for upn in SIGN_IN:
        scene.graph.use(upn)
    sweep(house)
    scene.clock.moved += QUARTER
    while house.ledger.rows({State.REVOKING, State.SETTLING}) or len(house.ledger.rows({State.ENDED})) < len(
        SIGN_IN
    ):
        sweep(house)
        scene.clock.sleep(11)
    sweep(house)


def sweep(house: App) -> None:
    house.read_only.privilege_map.refresh()
    began = steady()
    report = house.sweep.once()
    remember(house.sweep, report, steady() - began, "demo")


def keep_going(console: Console, house: App, scene: Stage, lines: Lines) -> None:
    """A new ticket every few seconds, at each desk in turn, until Ctrl-C."""
    lines.say("New tickets keep coming. Ctrl-C ends it.")
    try:
        for turn, each in enumerate(PEOPLE[::-1] * 100):
            if nobody_reads():
                return
            scene.company.call(each) if turn % 2 else scene.company.incident(Request(each))
            sweep(house)
            scene.clock.sleep(60)
    except KeyboardInterrupt:
        console.print("Stopped.")
