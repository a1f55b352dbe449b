"""The ledger's role: what the way of a ticket, and a sweep, ask of it and have it keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from connector.domain.approval import ApprovalLook
from connector.domain.events import Event
from connector.domain.outcome import UNFINISHED, Decision, No, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import (
    Attempt,
    Claim,
    Pass,
    Plan,
    ReissueRequest,
    Ticket,
)
from connector.domain.trouble import Trouble


@dataclass(frozen=True)
class Requeue:
    """The reason why a claim is handed back unfinished, and what was learnt."""

    reason: Reason = Reason.RECOVERING
    detail: str = ""
    wait: float = 0  # seconds until it is worth another look
    first_absent_at: int | None = None
    pass_id: str | None = None
    start: int | None = None  # the start that a pass has whose reply never came
    used_at: int | None = None
    counted: bool = False  # the word on the ticket was tried
    unexpected: bool = False  # something that nobody foresaw
    trouble: Trouble | None = None  # the answer, where it may be everybody's


class Book(Protocol):
    """The ledger as the way of a ticket sees it: each verb is one transaction, audit line and all, or raises
    Lost.
    """

    def issuing(self, claim: Claim, plan: Plan, start: int) -> Claim | No | NotYet:
        """Pause, holds, limits and one pass a person are decided here, and a new attempt is booked."""

    def delivering(self, claim: Claim, made: Pass) -> Claim: ...

    def revoking(self, claim: Claim, decision: Decision) -> Claim:
        """The attempt's pass must go; the decision follows. To CLAIMED: one more failure is counted."""

    def settling(self, claim: Claim, decision: Decision) -> Claim:
        """Decided: only the word on the ticket is missing."""

    def reschedule(self, claim: Claim, requeue: Requeue) -> State:
        """Hand the claim back in the state it is in, to be taken up again."""

    def close(
        self,
        claim: Claim,
        state: State,
        verdict: NotYet | None = None,
        *,
        revocation_proven: bool = False,
        left_watch: bool = False,
    ) -> State:
        """Hand the claim back in another state; `verdict`: why, or why a settled ticket couldn't be told.

        `left_watch`: our own word took the ticket out of `watch`.
        """


@dataclass(frozen=True)
class PolledTicket:
    """A ticket as a poll saw it, for the question whether it is to be worked."""

    ticket: Ticket
    mapping: str
    digest: str  # of the facts, or of the mapping's no
    at: float  # when the poll that shows it began, on the ledger's clock
    version: str = ""  # of the mapping
    reissue_request: ReissueRequest | None = None  # what its `again` field says
    look: ApprovalLook | None = None  # at its approval
    noted: bool = False  # for all replicas: whoever strikes it off works it


@dataclass(frozen=True, slots=True)
class Noted:
    """A ticket that a poll showed and that nobody has begun yet: none of its fields."""

    desk: str
    ticket: str
    mapping: str
    opened: str  # sorts oldest first
    at: float  # when the poll that showed it began, on the ledger's clock


class Skip(StrEnum):
    """The reason why a ticket that was seen isn't taken."""

    HELD = "held"  # another worker has it
    UNFINISHED = "unfinished"  # recovery's or after-care's
    DONE = "done"  # it had its pass
    SAME = "same"  # refused, and nothing changed since
    STUCK = "stuck"  # until a person releases it


class Polls(Protocol):
    """Turns to poll a desk, and what polls showed."""

    @property
    def shared(self) -> bool:
        """Tell whether several replicas may work on it at a time."""

    def begin_poll(self, desk: str, every: float | None = None) -> int | None:
        """Take the turn to poll a desk: the poll's token; None: another polls it, or did so less than `every`
        seconds ago.
        """

    def end_poll(
        self, desk: str, token: int, at: float, tickets: Sequence[Noted], *, whole: bool
    ) -> Collection[str]:
        """Note what a poll shows, and hand the turn back: the ids that are noted now."""

    def noted(self, mappings: Collection[str], most: int) -> int:
        """Count the tickets of these mappings that are noted, `most` at most."""

    def pick(self, mappings: Collection[str], most: int) -> Sequence[Noted]:
        """Take the oldest that are noted, so that nobody else is given them. They aren't claimed yet."""


class Leases(Protocol):
    """Leases of tickets to workers."""

    def take(self, polled: PolledTicket) -> Claim | Skip:
        """Claim a ticket that a poll shows. New, WAITING, CLAIMED and free; REFUSED where it is to be judged
        again.
        """

    def take_up(
        self, state: Iterable[State] = UNFINISHED, *, due: bool = False, limit: int = 1000
    ) -> Sequence[Claim]:
        """Claim free unfinished rows; only those whose time has come where `due`."""

    def renew(self) -> None:
        """Keep what this worker holds for another lease."""

    def give_up_others(self) -> None:
        """On a ledger that one worker holds: whatever others left leased is free at once."""


@dataclass(frozen=True)
class Removed:
    """A removal by the ledger's care: lines of the trail, or names."""

    event: Event
    count: int


class Ledger(Book, Leases, Polls, Protocol):
    """The whole of it, as a sweep sees it."""

    def hand_back(self, claim: Claim, requeue: Requeue) -> State:
        """Interrupted, nothing was changed: the row keeps its state; CLAIMED without a failed attempt waits
        for a poll.
        """

    def find(self, desk: str, ticket: str) -> Claim | None:
        """A row as it is now, by the ticket's id or number; not a claim to work on."""

    def row(self, desk: str, ticket: str) -> Claim | None:
        """A row as it is now, by the ticket's id; not a claim to work on."""

    def rows(self, states: Iterable[State]) -> Sequence[Claim]: ...

    def seen(
        self, desk: str, mapping: str, tickets: Collection[str], at: float, token: int | None = None
    ) -> None:
        """A complete poll of a mapping showed these: a refused ticket that is absent has left the queue, and
        the time of one that waits stands still. `token`: the poll's.
        """

    def unseen(self, desk: str, mapping: str, at: float, token: int | None = None) -> None:
        """A poll of a mapping failed: meanwhile the time of all that wait stands still."""

    def may_still_arrive(self, since: int) -> Sequence[tuple[Attempt, Attempt | None]]:
        """Attempts called gone whose start comes after `since` on Entra's clock; and the same person's that
        stands now.
        """

    def whose(self, references: Collection[str]) -> Mapping[str, tuple[str, str]]:
        """(desk, ticket) of each reference, of an attempt or of a ticket, that is this ledger's."""

    def let_go(self, claim: Claim) -> None:
        """Stop renewing a claim, whatever became of it. Nothing is written; raises nothing."""

    def tend(self) -> Sequence[Removed]:
        """Remove a little of what is kept no longer, in small steps. Raises Unwritten."""

    def record(self, name: str, known: Mapping[str, object]) -> None:
        """Keep what a worker knows of itself, for other processes to read."""

    def paused(self) -> str | None:
        """The reason why issuing is paused; None: it is not."""

    def paused_itself(self) -> str | None:
        """The reason why passdesk paused itself; None: it didn't, or a person resumed."""

    def watch_chain(self) -> None:
        """Verify the audit trail, and pause where it is not what passdesk wrote. Raises Unwritten."""
