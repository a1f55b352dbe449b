"""The lines of the demo: each ticket's grows in place on a terminal, and is printed whole elsewhere."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import RLock
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from connector.demo.stage import Stage
from connector.outcome import Ending, State
from connector.reasons import MEANINGS, Reason
from connector.steps import Step

PACE = 0.1  # seconds a step takes to watch, on a terminal
GOOD = ("mapped", "proved", "allowed", "issued", "delivered")


@dataclass
class Growing:
    text: Text
    began: float = field(default_factory=time.monotonic)
    words: list[str] = field(default_factory=list)

    def add(self, word: str, style: str = "") -> None:
        self.words.append(word)
        self.text.append(f"{word} ", style)


class Lines:
    """Hears every step of every ticket, from many threads."""

    def __init__(self, console: Console, scene: Stage) -> None:
        self.console, self.watched, self.scene = console, console.is_terminal, scene
        self.lock = RLock()
        self.growing: dict[str, Growing] = {}
        self.said: set[tuple[str, str]] = set()  # a ticket that waits is told once
        self.live = Live(console=console, refresh_per_second=15, transient=True)

    def __enter__(self) -> Lines:
        if self.watched:
            self.live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.finish()

    def say(self, sentence: str) -> None:
        self.console.print(f"\n[dim]{sentence}[/]")

    def tell(self, step: Step) -> None:
        if step.claim.state is State.LIVE and step.action in GOOD:
            return  # proved again while its start is ahead
        with self.lock:
            number = step.claim.number
            line = self.growing.setdefault(number, Growing(self.heading(number)))
            if self.grow(line, step):
                self.growing.pop(number)
                self.close(number, line)
            self.live.update(Group(*(each.text for each in self.growing.values())))
        if self.watched:
            time.sleep(PACE)

    def grow(self, line: Growing, step: Step) -> bool:
        """Whether the line has come to its end."""
        match step.action:
            case "mapped" | "proved" | "allowed" if any("recovering" in each for each in line.words):
                pass  # judged again, as it must be; the line has said so already
            case word if word in GOOD:
                line.add(f"{word} ✓", "green" if word == "delivered" else "")
            case "recovering":
                word = "issued ? reply lost … recovering …" if not line.words or "recovering" not in line.words[-1] else "…"
                if step.reason == Reason.RECOVERING and word != "…" and "allowed ✓" in line.words:
                    line.add(word, "yellow")
            case "revoking" if step.reason in set(Ending):
                line.add(f"{step.reason}, being deleted …")
            case "ended":
                line.add("deleted ✓", "green")
            case "refused" | "stuck":
                line.add(f"{step.action}: {sentence(step)}", "red")
            case "deferred":
                line.add(f"waits: {sentence(step)}", "yellow")
                return True
            case "settled":
                if "delivered ✓" in line.words:
                    line.add("settled ✓")
                    line.add(f"  {time.monotonic() - line.began:.1f} s", "dim")
                return True
        return False

    def close(self, number: str, line: Growing) -> None:
        if (number, line.words[-1] if line.words else "") not in self.said:
            self.console.print(line.text)
        self.said.add((number, line.words[-1] if line.words else ""))

    def finish(self) -> None:
        with self.lock:
            for number, line in list(self.growing.items()):
                self.close(number, line)
            self.growing.clear()
            self.live.stop()

    def heading(self, number: str) -> Text:
        caller = next((row["caller_id"] for row in self.scene.desk.rows() if row["number"] == number), "")
        name = self.scene.desk.row(caller, "sys_user")["name"] if caller else "–"
        return Text.assemble((f"{number}  ", "bold"), f"{name[:20]:<20} ")


def sentence(step: Step) -> str:
    return step.detail or (MEANINGS[Reason(step.reason)].sentence if step.reason else "")
