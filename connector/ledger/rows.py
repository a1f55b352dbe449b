"""The frozen nouns that both ledgers keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from connector.domain.events import Event
from connector.domain.outcome import Ending, State
from connector.domain.people import Subject
from connector.domain.pins import read
from connector.domain.reasons import Reason
from connector.domain.recipients import without_address
from connector.domain.ticket import Attempt, Claim


@dataclass(frozen=True, slots=True)
class Booked:
    """An attempt, and what became of it. Its times are the ledger's clock."""

    attempt: Attempt
    booked_at: float
    delivered_at: float | None = None  # None: nobody is known to have had it
    gone_at: float | None = None  # None: it may be there
    adrift: bool = False  # its POST was sent: until its start, another pass of it may arrive


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket with its last attempt; the fields are those of schema.py."""

    desk: str
    ticket: str
    number: str
    mapping: str
    state: State
    owner: str | None
    lease_until: float | None
    fence: int
    due: float
    code: str
    updated_at: float
    attempts: int = 0
    failures: int = 0
    then_: State | None = None
    reason: Reason | Ending | None = None
    detail: str = ""
    seen_gone: int | None = None
    tries: int = 0
    said: str | None = None
    wait_said: str | None = None
    forgiven: bool = False
    digest: str | None = None
    refused_at: float | None = None
    absent_at: float | None = None
    again: str | None = None
    granted: bool = False
    excused: int = 0
    wait_since: float | None = None
    own_since: float | None = None
    own_wait: float = 0.0
    surprises: int = 0
    pins: str | None = None
    seen_unapproved: str | None = None
    seen_approved: str | None = None
    attempt: Booked | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.desk, self.ticket

    def leased(self, now: float) -> bool:
        """Tell whether a worker has it on a lease that still runs."""
        return self.owner is not None and self.lease_until is not None and self.lease_until > now

    @property
    def open_attempt(self) -> Attempt | None:
        """The last attempt, where its pass is not proven gone."""
        return self.attempt.attempt if self.attempt and self.attempt.gone_at is None else None


ERASED: Final = "erased"  # in the place of a digest: it equals none, and says that there was one


class AuditEntry(NamedTuple):
    """An entry of the audit trail about a change: ids, reasons and times, never a secret.

    `people`: whose names are kept beside it, by their part in the decision.
    """

    action: Event
    detail: Mapping[str, object]
    people: Mapping[str, Subject] = {}  # never written to


class Transition(NamedTuple):
    """A row as it is to be, and its audit line; None: nothing was decided."""

    row: Row
    entry: AuditEntry | None = None


@dataclass(frozen=True)
class AuditLine:
    """A line of the audit trail. `desk`, `ticket` and `number` are None where it is about the whole
    installation.

    `detail`: what it says, with the sentences that are kept beside it. `people`: whose ids it has, by name;
    None: the name is deleted. `text`: what its hash covers. `deleted`: its sentences are.
    """

    seq: int
    at: float
    desk: str | None
    ticket: str | None
    number: str | None
    action: str
    detail: Mapping[str, object] = field(default_factory=dict)
    hash: str = ""
    people: Mapping[str, Subject | None] = field(default_factory=dict)
    text: str = ""
    deleted: bool = False


@dataclass(frozen=True)
class Chain:
    """The audit trail, verified: how many lines fit, and the first that doesn't; None: all fit.

    `removed`: lines before the first that keep.trail removed. `head`: the last line's number and hash.
    `names`, `names_deleted`: records of names that are there, and that aren't any more. `rewritten`: lines of
    the former format that a person's erasure took names out of. `forged`: the line one of whose names isn't
    the one that it seals.
    """

    lines: int
    broken: int | None
    removed: int = 0
    head: str = ""
    names: int = 0
    names_deleted: int = 0
    rewritten: int = 0
    forged: int | None = None

    @property
    def holds(self) -> bool:
        return self.broken is None and self.forged is None


class Operator(NamedTuple):
    """The person who acts, as the trail keeps them. `login`: the account, where another name was given."""

    name: str = ""
    login: str = ""

    def detail(self, why: str = "") -> dict[str, object]:
        """Their part of an audit line; empty values are left out."""
        known = {"by": self.name, "login": self.login, "why": why}
        return {name: value for name, value in known.items() if value}


UNNAMED = Operator()


@dataclass(frozen=True)
class VerbResult:
    """The result of an operator's verb, as a sentence. `claim`: the row as it was before, if there is one."""

    done: bool
    sentence: str
    claim: Claim | None = None


@dataclass(frozen=True)
class PauseRecord:
    """A pause that runs: its first reason, and who began it. `since` is None if an older release wrote it."""

    why: str
    by: str = ""
    since: float | None = None
    cause: str = ""  # the key of `floor.pause_on` on which passdesk paused itself; "": a person did


@dataclass(frozen=True)
class Wait:
    """A ticket that waits, or is stuck. `since`: when that began; `reason_since`: when the reason changed."""

    claim: Claim
    since: float
    reason_since: float


@dataclass(frozen=True)
class NamedAttempt:
    """The names in an attempt of a ticket."""

    number: int
    subject: Subject
    recipient: str

    @property
    def nameless(self) -> NamedAttempt:
        """With the object ids alone."""
        return NamedAttempt(self.number, Subject(self.subject.id, "", ""), without_address(self.recipient))


@dataclass(frozen=True)
class NamedRow:
    """The names in a ticket's row, and in its attempts."""

    desk: str
    ticket: str
    number: str
    state: State
    updated_at: float
    detail: str
    attempts: tuple[NamedAttempt, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.desk, self.ticket

    @property
    def nameless(self) -> NamedRow:
        return replace(self, detail="", attempts=tuple(each.nameless for each in self.attempts))


@dataclass(frozen=True)
class PassOut:
    """A pass that may be out: its ticket's row, and when it was handed over; None: nobody is known to have
    it.
    """

    claim: Claim
    delivered_at: float | None


def claim_of(row: Row) -> Claim:
    """A row as the way of a ticket sees it. `owner` is "" where nobody has it."""
    return Claim(
        desk=row.desk,
        ticket=row.ticket,
        number=row.number,
        mapping=row.mapping,
        state=row.state,
        owner=row.owner or "",
        token=row.fence,
        code=row.code,
        failures=row.failures,
        attempt=row.attempt.attempt if row.attempt else None,
        next_state=row.then_,
        reason=row.reason,
        detail=row.detail,
        first_absent_at=row.seen_gone,
        update_attempts=row.tries,
        posted_mark=row.said,
        posted_wait=row.wait_said,
        history_accepted=row.forgiven,
        excused=row.excused,
        wait_since=row.wait_since,
        own_wait=row.own_wait,
        surprises=row.surprises,
        pins=read(row.pins),
        seen_unapproved=row.seen_unapproved,
        seen_approved=row.seen_approved,
    )
