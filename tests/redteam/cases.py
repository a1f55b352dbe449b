"""A hostile ticket, or the harmless twin of its class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.redteam.stage import Stage

Play = Callable[[Stage], str]
Deed = Callable[[Stage, str], str | None]
"""Something that people do to the ticket after a sweep. Returns the id of another ticket that counts from
then on, such as a copy.
"""
DELIVERED = "delivered"
Desk = Literal["", "servicenow", "topdesk"]


@dataclass(frozen=True)
class Case:
    """`play` makes the ticket, and its id is returned; `then` follows, a deed after each sweep. `gets` is the
    reason code that it ends with, or DELIVERED: that of a twin, or of a ticket that had its one pass before.
    """

    kind: str
    why: str
    play: Play
    gets: str
    then: tuple[Deed, ...] = ()
    desk: Desk = ""  # the only one that has such tickets; empty: both
    passes: int = 0  # how many its people get in all

    def at(self, kind: str) -> bool:
        return self.desk in ("", kind)


def twin(kind: str, why: str, play: Play, *then: Deed, desk: Desk = "", passes: int = 1) -> Case:
    """The same scene without the hostile part: it gets its pass."""
    return Case(kind, why, play, DELIVERED, then, desk, passes)


def typed(text: str, queue: str = "typed", more: str = "") -> Play:
    """The text as the person's name, asked for by the one (VICTIM) whom it is made from."""

    def play(stage: Stage) -> str:
        victim = stage.member()
        named = text.replace("VICTIM", victim)
        return stage.ask(named, victim, queue, more=more.replace("VICTIM", victim))

    return play


def named(upn: str, **properties: object) -> Play:
    """Somebody with this sign-in name, who asks for themselves."""

    def play(stage: Stage) -> str:
        who = stage.member(upn.partition("@")[0], **properties)
        return stage.ask(who)

    return play
