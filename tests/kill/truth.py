"""What is so outside the process: in the directory, on the ticket, in mailboxes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from connector.domain.reference import find_all

NOTE = "note:work_notes"
MAIL = "mail"  # stands for the manager whom the directory names then
PASS = re.compile(r"\bpass (p\d+)\b")  # what the secret of a pass looks like here


@dataclass
class Made:
    """A pass as it really is in the directory."""

    id: str
    reference: str
    start: int
    lifetime: int
    deleted_at: int | None = None
    used_at: int | None = None
    noted_at: int | None = None  # when somebody was given it, by a note or a mail


@dataclass
class Text:
    """What stands on the ticket."""

    id: int
    text: str
    invisible: bool
    at: int

    @property
    def references(self) -> list[str]:
        return find_all(self.text)


@dataclass
class Mail:
    """A mail that was taken. `again`: it says that it replaces an earlier one."""

    reference: str
    made: str
    to: str
    again: bool


@dataclass
class Truth:
    """`faults` names what the next calls of an effect meet, in their order."""

    time: int = 1_800_000_001
    open: bool = True
    journal: bool = True  # whether it may be read
    verdict: str = "yes"  # yes, no, not yet
    strangers: tuple[str, ...] = ()
    places: tuple[str, ...] = (NOTE,)  # where a pass may go
    starts_at: int | None = None  # what the ticket says
    again: str | None = None
    came: bool = False  # what was to happen to a live pass
    faults: dict[str, list[str]] = field(default_factory=dict)
    passes: list[Made] = field(default_factory=list)
    flying: list[tuple[int, str, int, int]] = field(
        default_factory=list
    )  # POSTs: when they land, reference, start, lifetime
    posts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # reference, pass
    words: list[str] = field(default_factory=list)
    held: str = ""  # the pass that somebody was given last
    fields: dict[str, str] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)  # as they stand now
    numbered: int = 0  # texts that ever stood there
    coming: list[tuple[int, str]] = field(default_factory=list)  # notes on their way: when they land
    landed: int = 0  # notes of attempts that were given up, and landed all the same
    bared: list[str] = field(default_factory=list)  # passes that the caller saw
    mails: list[Mail] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)  # notices: reference, address

    def live(self) -> list[Made]:
        return [
            each
            for each in self.passes
            if each.deleted_at is None and each.used_at is None and self.time < end(each)
        ]

    def noted(self) -> Made:
        """The pass that somebody was given last."""
        return next(each for each in self.passes if each.id == self.held)

    def recipient(self, *, held: bool) -> str:
        """What a plan that is made now fixes: after each POST the directory names another manager, unless one
        holds the pass.
        """
        number = len(self.posts) - held
        mail = f"mail:{boss(number)}|{address(number)}"
        return " or ".join(mail if each == MAIL else each for each in self.places)

    def pass_on(self, until: float) -> None:
        """Time passes, and what is on its way arrives."""
        for each in sorted(each for each in self.flying if each[0] <= until):
            self.flying.remove(each)
            self.time = max(self.time, each[0])
            self.land(*each[1:])
        for at, text in sorted(each for each in self.coming if each[0] <= until):
            self.coming.remove((at, text))
            self.landed += 1
            self.time = max(self.time, at)
            self.put(text)
        self.time = max(self.time, int(until) + (until % 1 > 0))

    def land(self, reference: str, start: int, lifetime: int) -> Made | None:
        """A POST arrives: it replaces what stands, as Graph does. None: its start lies behind."""
        if self.time > start:
            return None
        for each in self.passes:
            each.deleted_at = each.deleted_at or self.time
        self.passes.append(Made(f"p{len(self.passes) + 1}", reference, start, lifetime))
        return self.passes[-1]

    def put(self, text: str, *, invisible: bool = True) -> None:
        """A text arrives on the ticket: a note with a pass, or what became of it."""
        self.numbered += 1
        self.texts.append(Text(self.numbered, text, invisible, self.time))
        found = PASS.search(text)
        if found and invisible:
            self.notes.append((self.texts[-1].references[0], found[1]))
            self.give(found[1])
        elif found:
            self.bared.append(found[1])
        else:
            self.words.append(text)

    def give(self, made: str) -> None:
        self.held = made
        self.noted().noted_at = self.time


def boss(number: int) -> str:
    """The manager's object id after so many POSTs."""
    return f"boss{number}"


def address(number: int) -> str:
    return f"{boss(number)}@contoso.com"


def end(made: Made) -> int:
    return made.start + made.lifetime
