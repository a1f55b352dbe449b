"""The nouns. All frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from connector.domain.approval import ApprovalLook, ApprovalRecord
from connector.domain.outcome import Ending, State
from connector.domain.people import Involved, Subject
from connector.domain.pins import Pin
from connector.domain.reasons import Reason
from connector.domain.reference import with_attempt
from connector.domain.secret import Secret

LATE = 15  # seconds that Entra might let a start lie behind: its tolerance is unknown
NEAR = 60  # seconds: how Entra rounds a start is unknown


@dataclass(frozen=True)
class Ticket:
    """A ticket as its desk shows it now. A column that may not be read is absent from `fields`; an empty one
    is "".
    """

    desk: str  # the desk's URL: with `id`, the ticket's identity, whatever the mapping
    id: str
    number: str  # what people read: INC0010001
    fields: Mapping[str, str]
    open: bool
    mailed: bool | None  # whether the desk mails its notes to somebody; None: it can't be told
    links: str | None  # links to other tickets, over which the desk may copy notes, in words; None: unknown
    created: int | None = None  # epoch seconds, as the desk itself keeps it; None: it can't be read
    opened: str = ""  # sorts oldest first, over all desks: 2026-03-02 08:41:15, UTC
    touched: bool = (
        True  # somebody wrote to it since it was made: an untouched ticket carries no reference of ours
    )
    agent: str | None = (
        None  # mail address of whom it is assigned to; "": nobody; None: it can't be told, or nobody asked
    )
    foreign_references: tuple[
        str, ...
    ] = ()  # references on it that look like ours and that the ledger doesn't know
    why_empty: Mapping[str, str] = field(
        default_factory=dict
    )  # by field: the reason, where the desk tells more than that it is empty
    written: Mapping[str, str] = field(
        default_factory=dict
    )  # by field: when it was last written, where the desk tells it with the ticket; "": it has no record
    approval: ApprovalRecord | None = None  # None: nobody asked the desk's records, or it has none


@dataclass(frozen=True)
class MappedTicket:
    """A ticket as its desk showed it once, and what the mapping made of it: the mapping runs once a showing.

    `digest`: of everything on the ticket that a decision rests on. `facts`: for the judge that made them.
    `look`: at its approval; None: the mapping doesn't say what becomes of an unproven one. `asker`: a digest
    of whom the ticket names as the one who asks; "" where it names nobody.
    """

    ticket: Ticket
    digest: str
    facts: object = None
    look: ApprovalLook | None = None
    asker: str = ""


@dataclass(frozen=True)
class Plan:
    """The pass that would be issued, its person and its destination: fixed before the pass exists."""

    subject: Subject
    requester: str | None  # object id
    recipient: str  # where the pass goes: "note:work_notes"
    lifetime: int  # seconds
    one_time: bool
    fence: int  # seconds; 0: the pass is usable at once
    digest: str  # of everything on the ticket that this rests on
    version: str  # of the mapping
    starts_at: int | None = None  # epoch seconds, where the ticket asks for a start of its own
    replaces: tuple[str, ...] = ()  # ids of passes that somebody else made, and that this one ends
    about: Involved | None = field(default=None, compare=False)
    asker: str = field(default="", compare=False)  # the digest of the ticket's text about the requester
    in_hours: Callable[[float], bool] = field(default=lambda at: True, compare=False)  # by Entra's clock

    def ahead(self, seconds: int) -> Plan:
        """With a start that lies so far ahead, which is a fence of its own."""
        return replace(self, fence=seconds) if seconds > self.fence + 1 else self


@dataclass(frozen=True)
class ReissueRequest:
    """A ticket's request for another pass, from its `again` field. `value_digest`: the field, its mapping
    and its value, as digests.
    """

    value_digest: str
    asks: bool

    def changed_since(self, before: str | None) -> bool:
        """The same field of the same mapping said something else. What was never read before is no change."""
        return (
            before is not None
            and before != self.value_digest
            and before.split()[0] == self.value_digest.split()[0]
        )


@dataclass(frozen=True)
class Attempt:
    """One try to give one person one pass. Start and lifetime are its fingerprint."""

    number: int
    reference: str  # of this attempt: TAP-7QK3F9C2-1
    subject: Subject
    requester: str | None
    recipient: str
    start: int  # epoch seconds on Entra's clock
    lifetime: int  # seconds
    one_time: bool
    fence: int  # seconds
    pass_id: str | None = None
    used_at: int | None = None  # when it was first seen used, on Entra's clock
    asked: int = 0  # the start that was asked for; Entra may have rounded it

    @property
    def end(self) -> int:
        return self.start + self.lifetime


@dataclass(frozen=True)
class Claim:
    """A ticket in a worker's hands. Each write to the ledger is conditional on `fence`, which grows with
    every claim.
    """

    desk: str
    ticket: str
    number: str
    mapping: str
    state: State
    owner: str
    token: int
    code: str  # the ticket's reference: TAP-7QK3F9C2
    failures: int = 0  # attempts of which something may have been made, and came to nothing
    attempt: Attempt | None = None  # the last
    next_state: State | None = None
    reason: Reason | Ending | None = None
    detail: str = ""
    first_absent_at: int | None = None  # when a look first showed nothing, on Entra's clock
    update_attempts: int = 0  # how often the word on the ticket was tried
    posted_mark: str | None = None  # of the refusal that the ticket already carries in words
    posted_wait: str | None = None  # of the wait that it carries, since that refusal
    version: str = ""  # of the mapping that it is worked under; "" where nobody works on it
    history_accepted: bool = (
        False  # a person released it: references that the ledger doesn't know are no reason to stop
    )
    excused: int = 0  # failures that were everybody's: they use up no attempt
    wait_since: float | None = None  # on the ledger's clock; None: it doesn't wait
    own_wait: float = 0.0  # seconds that it waited for what is this ticket's own
    waited: float = field(default=0.0, compare=False)  # seconds that it waited, when it was claimed
    surprises: int = 0  # unexpected errors, one after the other
    pins: tuple[Pin, ...] = ()  # the account behind each name that it carried
    seen_unapproved: str | None = None  # what it said when a poll last showed it without its approval
    seen_approved: str | None = None  # its approval when a poll first showed it, and what was approved

    @property
    def current_attempt(self) -> Attempt:
        """The last attempt of a claim that has one. Raises ValueError otherwise."""
        if self.attempt is None:
            raise ValueError(f"{self.number}: nothing was attempted yet")
        return self.attempt

    @property
    def failed_references(self) -> tuple[str, ...]:
        """References of the attempts before the last one that came to nothing; none of them was delivered."""
        last = self.attempt.number if self.attempt else 0
        return tuple(with_attempt(self.code, number) for number in range(max(1, last - self.failures), last))

    @property
    def refusal_mark(self) -> str:
        """The mark of a refusal: the same one is not written twice."""
        return f"{self.reason} {sha256(self.detail.encode()).hexdigest()[:8]}"

    @property
    def wait_mark(self) -> str:
        """The mark of a wait that was told: it is told again only for another reason."""
        return f"waiting {self.reason}"


@dataclass(frozen=True)
class Pass:
    """A pass as the answer to the POST gives it: the only time that its secret is seen."""

    id: str
    secret: Secret
    start: int  # epoch seconds
    lifetime: int  # seconds
    as_asked: bool = True  # usable when its start has come, once or more often as asked
    out_of_scope: bool = False  # made, but the policy will not let this person use it


@dataclass(frozen=True)
class ExistingPass:
    """A pass as a look at a person's methods shows it."""

    id: str
    start: int
    lifetime: int
    used: bool
    over: bool  # used up or expired: it stands in nobody's way
    one_time: bool | None = None  # None: the look doesn't say
    created: int | None = None

    def belongs_to(self, attempt: Attempt) -> bool:
        """Ours by its id, or by its fingerprint: lifetime, kind, and a start within a minute, since how Entra
        rounds is unknown.

        Where the id is known and this is another, a POST that arrived twice made it: then the start must be
        the very same, and no full minute, which could be anybody's, unless it was made when ours was, or well
        ahead. What was made well after the asked start, or before it was asked for, isn't ours, nor what
        began when it was made, unless its start may be rounded.
        """
        if self.id == attempt.pass_id:
            return True
        if self.lifetime != attempt.lifetime or self.one_time not in (None, attempt.one_time):
            return False
        if not attempt.fence:  # it begins when it lands
            return attempt.pass_id is None and -NEAR <= self.start - attempt.start <= 300
        if (
            self.created is not None
            and not attempt.asked - attempt.fence - NEAR <= self.created <= attempt.asked + LATE
        ):
            return False
        on_the_minute = self.start % 60 == 0
        at_once = self.created is not None and abs(self.created - self.start) <= 1 and not on_the_minute
        if attempt.pass_id:
            return (
                self.start == attempt.start
                and not at_once
                and (not on_the_minute or self._made_with(attempt))
            )
        if at_once and self.start != attempt.start:
            return False
        return abs(self.start - attempt.start) <= NEAR

    def _made_with(self, attempt: Attempt) -> bool:
        """Made when the attempt's POST was sent, or so far ahead of the start that it wasn't made to begin at
        once.
        """
        return self.created is not None and self.created < max(
            self.start - NEAR, attempt.asked - attempt.fence / 2
        )
