"""The lines of the demo: each ticket's grows in place on a terminal, and is printed whole elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import RLock
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from connector.demo.stage import Stage
from connector.domain.events import Event
from connector.domain.outcome import Ending, State
from connector.domain.reasons import MEANINGS, Reason
from connector.domain.steady import steady
from connector.domain.ticket import Claim
from connector.lifecycle.events import TicketEvent

PACE = 0.1  # seconds a step takes to watch, on a terminal
JUDGED = (Event.MAPPED, Event.PROVED, Event.ALLOWED)
GOOD = (*JUDGED, Event.ISSUED)
UNSEEN = (Event.CLAIMED, Event.ISSUING)  # the line begins with what a mapping makes of the ticket


@dataclass
class Growing:
    heading: Text
    text: Text = field(default_factory=Text)
    began: float = field(default_factory=steady)
    words: list[str] = field(default_factory=list)
    handed_over: bool = False

    def add(self, word: str, style: str = "") -> None:
        self.words.append(word)
        self.text.append(f"{word} ", style)


class Lines:
    """Hears every event of every ticket, from many threads."""

    def __init__(self, console: Console, scene: Stage) -> None:
        self.console, self.watched, self.scene = console, console.is_terminal, scene
        self.lock = RLock()
        self.growing: dict[str, Growing] = {}
        self.waiting: set[str] = set()  # a ticket that waits is told once
        self.live = Live(
            console=console, auto_refresh=False, transient=True
        )  # a thread of its own would race with our prints

    def __enter__(self) -> Lines:
        if self.watched:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def say(self, sentence: str) -> None:
        with self.lock:
            self.console.print(f"\n[dim]{sentence}[/]")

    def alert(self, happened: Event, detail: Mapping[str, object]) -> None:
        """Print what the log has once for the whole installation, as people read it."""
        with self.lock:
            told = escape(str(detail.get("detail") or detail.get("why") or happened))
            self.console.print(f"[dim]An alert in the log: {told}[/]")

    def hear(self, happened: TicketEvent) -> None:
        again = happened.claim.state is State.LIVE and happened.event in GOOD  # while its start is ahead
        if again or happened.event in UNSEEN:
            return
        with self.lock:
            number = happened.claim.number
            line = self.growing.setdefault(number, Growing(self.heading(number)))
            ended = self.grow(line, happened)
            if ended:
                self.growing.pop(number)
            self.live.update(
                Group(*(each.heading + each.text for each in self.growing.values())), refresh=self.watched
            )
            if ended:
                self.close(number, line)
        if self.watched:
            time.sleep(PACE)

    def grow(self, line: Growing, happened: TicketEvent) -> bool:
        """Add a step to a ticket's line, and answer whether the line has come to its end."""
        claim, reason = happened.claim, happened.reason
        match happened.event:
            case event if event in JUDGED and any("recovering" in each for each in line.words):
                pass  # judged again, as it must be; the line has said so already
            case Event.DELIVERED:
                line.add(f"{self.handed_over(claim)} ✓", "green")
                line.handed_over = True
            case event if event in GOOD:
                line.add(f"{event} ✓")
            case Event.RECOVERING:
                word = (
                    "issued ? reply lost … recovering …"
                    if not line.words or "recovering" not in line.words[-1]
                    else "…"
                )
                if reason == Reason.RECOVERING and word != "…" and "allowed ✓" in line.words:
                    line.add(word, "yellow")
            case Event.REVOKING if reason in set(Ending):
                line.add(f"{reason}, being deleted …")
            case Event.ENDED:
                line.add("deleted ✓", "green")
            case Event.REFUSED | Event.STUCK as event:
                line.add(f"{event}: {sentence(happened)}", "red")
            case Event.DEFERRED:
                line.add(f"waits: {sentence(happened)}", "yellow")
                return True
            case Event.SETTLED:
                if line.handed_over:
                    line.add("settled ✓")
                    line.add(f"  {steady() - line.began:.1f} s", "dim")
                return True
        return False

    def close(self, number: str, line: Growing) -> None:
        waits = bool(line.words) and line.words[-1].startswith("waits")
        if not (waits and number in self.waiting):
            hang(self.console, line.heading, line.text)
        if waits:
            self.waiting.add(number)

    def finish(self) -> None:
        with self.lock:
            for number, line in list(self.growing.items()):
                self.close(number, line)
            self.growing.clear()
            self.live.stop()

    def heading(self, number: str) -> Text:
        return Text.assemble((f"{number}  ", "bold"), f"{self.scene.company.parts[number].name:<15}  ")

    def handed_over(self, claim: Claim) -> str:
        if self.scene.mailed(claim.current_attempt.reference):
            return "mailed"
        return "noted instead" if claim.mapping in self.scene.mails else "delivered"


def hang(console: Console, heading: Text, text: Text) -> None:
    """A text beside its heading, and below itself where it is longer than the line."""
    for part in text.wrap(console, console.width - heading.cell_len):
        part.rstrip()
        console.print(heading + part if part else "")
        heading = Text(" " * heading.cell_len)


def sentence(happened: TicketEvent) -> str:
    """Short enough for a line: everybody is at Contoso."""
    text = happened.detail or (MEANINGS[Reason(happened.reason)].sentence if happened.reason else "")
    return text.replace("@contoso.com", "")
