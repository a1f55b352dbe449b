"""The trails of TOPdesk's calls: what stands on each, who sees it, and what becomes of a text on its way
in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from uuid import UUID

from connector.simulators.topdesk import texts
from connector.simulators.topdesk.traps import Traps

US, COLLEAGUE, CALLER = "passdesk", "fred.agent", "the caller"


@dataclass(frozen=True)
class Action:
    """`whole`: its text is the one that was sent."""

    id: str
    at: float  # epoch seconds
    by: str
    memo: str
    invisible: bool
    whole: bool = True

    @property
    def text(self) -> str:
        return texts.plain(self.memo)


class Trails:
    """By ticket, oldest first. Ids are the same for the same seed."""

    def __init__(self, clock: Callable[[], float], seed: int) -> None:
        self._clock, self._lot, self._last = clock, Random(f"{seed} trail"), 0.0
        self._of: dict[str, list[Action]] = {}
        self.cards = {name: self.new_id() for name in (US, COLLEAGUE)}

    def new_id(self) -> str:
        return str(UUID(int=self._lot.getrandbits(128), version=4))

    def of(self, ticket: str) -> list[Action]:
        return self._of.setdefault(ticket, [])

    def add(self, ticket: str, by: str, text: str, *, invisible: bool, garble: str = "") -> Action:
        """`garble`: garbled loses line ends, masked hides what looks like a password, "" keeps it as it
        is.
        """
        memo = texts.memo(text, Traps())
        kept = _GARBLES[garble](memo) if garble else memo
        self._last = max(self._clock(), self._last + 0.001)
        action = Action(self.new_id(), self._last, by, kept, invisible, kept == memo)
        self.of(ticket).append(action)
        return action

    def remove(self, ticket: str, key: str) -> Action | None:
        """None: there is none with this id."""
        found = next((each for each in self.of(ticket) if each.id == key), None)
        if found:
            self.of(ticket).remove(found)
        return found


def _masked(memo: str) -> str:
    """A line of one long word, with more than letters in it, is taken for a password."""
    lines = memo.split("<br/>")
    return "<br/>".join("•" * 8 if len(line) > 7 and " " not in line else line for line in lines)


_GARBLES: dict[str, Callable[[str], str]] = {
    "garbled": lambda memo: memo.replace("<br/>", " "),
    "masked": _masked,
}
