"""What a world is made of: who is in it, how it is set up, and everything that will go wrong.

Each thing that can be left out has a number (its place in `troubles`), so that a failing world can be shrunk.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Literal

from connector.ledger.pausing import NOTHING, Pausing
from connector.mapping import FindBy
from tests.simulation.clocks import Wrong

Ways = tuple[Literal["note", "manager_mail"], ...]


@dataclass(frozen=True)
class Trouble:
    """Something that goes wrong, or that people do."""


@dataclass(frozen=True)
class Fate(Trouble):
    """What becomes of the n-th call on a channel: refused, lost, reply_lost, late, twice, busy, broken, down,
    slow; denied and invalid are refusals of mails, timed_out is a 408 to one that was taken.
    """

    channel: (
        str  # POST, DELETE, PATCH, MAIL, REMOVE, look, batch, read, poll, journal, card, operator, ledger
    )
    nth: int
    kind: str
    delay: float = 0.0


@dataclass(frozen=True)
class Crash(Trouble):
    """A replica dies between two effects, its n-th, and starts again later."""

    replica: int
    step: int
    down: float
    same_owner: bool


@dataclass(frozen=True)
class Stop(Trouble):
    """A replica stands still, and goes on as if nothing had happened."""

    replica: int
    step: int
    seconds: float


@dataclass(frozen=True)
class Overlap(Trouble):
    """A replica stands still before a write to the ledger for a claim, its n-th step or later; another is
    started in its place; and it goes on at the moment when its ticket is taken.
    """

    replica: int
    step: int
    same_owner: bool


@dataclass(frozen=True)
class Outage(Trouble):
    """A service, or the ledger, is away: entra, desk, ledger; or blind: roles, eligible, groups, managers,
    trail can't be read; or the field for passes takes nothing, which nobody is told: field; or TOPdesk shows
    callers what should be invisible: visible, loses line ends: garbled, or hides what looks like a password:
    masked. Or a service refuses: every mail: blocked, every note with a pass: acl, every pass of the first
    person: unit. Or our own code fails on the first ticket: poison. Or the privilege map can't be read: map;
    a part of it is refused: map_part, or empty: map_lies; or a fresh read is empty: owned_lies and
    joinable_lies. Or some parts of what is asked about many who hold passes fail: parts.
    """

    service: str
    at: float
    seconds: float


@dataclass(frozen=True)
class Deed(Trouble):
    """What a person does, before the n-th step of the world, or at a time where `step` is None."""

    verb: str
    ticket: int
    at: float
    step: int | None = None


@dataclass(frozen=True)
class Then(Trouble):
    """What a person does so many seconds after the first note with a pass stands on a ticket."""

    verb: str
    after: float


@dataclass(frozen=True)
class Disown(Trouble):
    """A person says that they didn't ask for a pass, so many seconds after they were told of it."""

    person: int
    after: float


@dataclass(frozen=True)
class Meanwhile(Trouble):
    """What a person does at the very moment when Entra makes the first pass."""

    verb: str


@dataclass(frozen=True)
class Asked(Trouble):
    """A ticket: for whom, by whom (None: nobody is named), when, and what is odd about it."""

    person: int
    requester: int | None
    at: float
    odd: str = ""  # outside, strange, unapproved, other_queue, both_queues, mailed, other_address, stale …
    use_after: float | None = None  # seconds after the note and the start; None: the pass is not used


@dataclass(frozen=True)
class Shape:
    """`stale`: how many seconds old a look may be, at most. `faults_until`: from then on, nothing goes
    wrong.
    """

    seed: int
    fence: int
    minutes: int
    one_time: bool
    field_: str
    marker: bool
    journal: str
    settle: str
    queues: int
    approval: bool
    replace_standing: bool
    replicas: int
    workers: int
    once: bool
    stale: int
    desk_stale: int
    rounding: str
    judge_ahead: float
    entra: Wrong
    desk: Wrong
    walls: tuple[Wrong, ...]
    limits: tuple[int, int, int]  # a subject, a requester, in all
    faults_until: float
    tail: bool
    troubles: tuple[Trouble, ...] = ()
    left_out: frozenset[int] = field(default=frozenset())
    starts: tuple[
        int, ...
    ] = ()  # of the n-th ticket: how many seconds ahead its pass shall begin; 0: it doesn't say
    kind: str = "string"  # of the field of its own for passes: string, encrypted, journal
    again: bool = False  # whether a field of the ticket may ask for one more pass
    deliver: Ways = ("note",)
    manager_of: Literal["subject", "requester"] = "subject"
    pace: int = 30  # mails a minute
    topdesk: bool = False  # the kind of desk; else it is ServiceNow
    tell_waiting: float | None = None  # s after which a ticket says why it waits
    caller: bool = False  # whether callers read a sentence about a no
    patience: float = 86400.0  # s that a ticket waits for what is its own
    texts: bool = False  # whether the mapping takes a name out of what callers write, too
    copies: bool = False  # whether the desk copies notes over each link of a ticket
    maps: bool = False  # whether each replica reads a privilege map of the tenant
    map_part: str = ""  # the piece of the map's requests that map_part refuses, or map_lies empties
    flagged: bool = True  # whether rows of PIM for Groups tell if their group may carry roles
    people: str = ""  # what the world is about, of draw_people.KINDS
    anyone: bool = False  # whether anyone may ask, with a name or without
    hours: tuple[int, int] | None = None  # when passes are made: minutes from the world's beginning on
    oldest: int | None = None  # seconds that a ticket may be old
    pausing: Pausing = NOTHING  # the signs on which passdesk pauses itself
    counts_lag: bool = False  # whether the column that counts children never shows one
    find_by: FindBy = "upn_or_id"  # how the subject is looked up; by a number, only who is enabled
    cared: bool = False  # whether it lasts until all passes of several people must have ended
    ahead: bool = False  # whether names are asked for ahead of their tickets' turn
    late: int = 0  # s that a start may have passed by, and then means now
    may_delete: bool = True  # whether our operator may take its own actions away, at TOPdesk
    unproven: Literal["wait", "accept"] | None = None  # what becomes of an approval that nothing proves
    proof: str = ""  # what the desk shows of one: form (answers and approvers), history, torn (not all of it)

    notifies: bool = False  # whether people are told of their passes

    keep_names: float | None = None  # s that the ledger keeps names; None: for ever
    keep_trail: float | None = None  # s that it keeps the trail

    @property
    def prunes(self) -> bool:
        """Whether anything is ever removed from the ledger."""
        return self.keep_names is not None or self.keep_trail is not None

    @property
    def kept(self) -> list[Trouble]:
        return [each for number, each in enumerate(self.troubles) if number not in self.left_out]

    def without(self, numbers: Collection[int]) -> Shape:
        return replace(self, left_out=self.left_out | frozenset(numbers))

    @property
    def mails(self) -> bool:
        return "manager_mail" in self.deliver

    @property
    def calm(self) -> bool:
        """Looks are as fresh as decision 0001 counts on."""
        return self.stale <= 8

    @property
    def steady(self) -> bool:
        """Every replica works, Graph answers, and looks are at most 8 s old. What is sent may be lost all the
        same.
        """
        kept = self.kept
        lame = any(isinstance(each, Stop | Outage | Overlap) for each in kept)
        dead = any(isinstance(each, Crash) and each.down > 5 for each in kept)
        deaf = any(
            isinstance(each, Fate) and (each.kind in {"down", "slow"} or each.channel == "ledger")
            for each in kept
        )
        paused = any(isinstance(each, Deed) and each.verb == "pause" for each in kept)
        clocks = all(not wall.steps for wall in self.walls)
        return self.calm and clocks and not (lame or dead or deaf or paused)

    @property
    def fair(self) -> bool:
        """One such worker, and the fence as shipped: there exposure is promised to be short."""
        return self.steady and self.replicas == 1 and self.fence >= 75
