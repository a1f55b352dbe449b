"""States of a ticket, reasons of a no, and the three answers of an effect. Closed sets, all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Generic, TypeVar

from connector.domain.people import Involved
from connector.domain.reasons import OWN_WAITS, Reason
from connector.domain.recipients import Destination
from connector.domain.trouble import Trouble

T_co = TypeVar("T_co", covariant=True)


class State(StrEnum):
    """The state in which a ticket rests. The transitions are drawn in docs/proof.md and enforced by the
    ledger.
    """

    CLAIMED = "claimed"  # being judged; nothing outside has happened
    ISSUING = "issuing"  # a POST may be under way; start and lifetime are written
    DELIVERING = "delivering"  # a pass exists (its id is written); somebody may hold it
    REVOKING = "revoking"  # a pass must go; `then` says what follows
    SETTLING = "settling"  # decided as `then` says; only the word on the ticket is missing
    LIVE = "live"  # delivered and said; aftercare's
    WAITING = "waiting"  # deferred: nothing outside; judged again when a poll shows it
    REFUSED = "refused"
    ENDED = "ended"  # had its pass, which is gone
    STUCK = "stuck"  # needs a person; whether a pass may be left, the reason says


UNFINISHED = frozenset(
    {State.CLAIMED, State.ISSUING, State.DELIVERING, State.REVOKING, State.SETTLING, State.LIVE}
)


class Ending(StrEnum):
    """The reason why a delivered pass was ended."""

    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # the ticket was closed or taken out of `watch` by somebody
    REVOKED = "revoked"  # by a person's verb, or somebody deleted or replaced it in Entra


class Retry(Enum):
    """Tells whether what did not happen is worth another try."""

    NEVER = auto()
    UNCOUNTED = auto()  # nobody's fault: not counted
    COUNTED = auto()  # tried a few times, then the ticket is Stuck


@dataclass(frozen=True)
class Decision:
    """The state that comes next for a ticket, and the reason for it.

    `revocation_proven`: the attempt's pass is proven gone, so that its person may have another.
    `digest`: of what the ticket was judged on, if not of what the poll showed.
    `destination`: of those that the attempt names, the one where its pass went.
    `trouble`: the answer that led to it, where it may be everybody's.
    """

    next_state: State
    reason: Reason | Ending | None = None
    detail: str = ""
    revocation_proven: bool = False
    digest: str | None = None
    destination: Destination | None = None
    trouble: Trouble | None = None
    about: Involved | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Happened(Generic[T_co]):
    value: T_co


@dataclass(frozen=True)
class DidNot:
    """Nothing was made."""

    reason: Reason
    retry: Retry
    detail: str = ""
    trouble: Trouble | None = field(default=None, compare=False)  # where it may be about others, too


@dataclass(frozen=True)
class Unknown:
    """The reply is missing or makes no sense: it may have happened, and may still. `reason`: why it waits
    meanwhile.
    """

    detail: str = ""
    reason: Reason = Reason.RECOVERING
    trouble: Trouble | None = field(default=None, compare=False)


Effect = Happened[T_co] | DidNot | Unknown


@dataclass(frozen=True)
class No:
    """Refused: a stable reason and a sentence that an agent can act on. `about`: whom, where it is known."""

    reason: Reason
    detail: str
    about: Involved | None = field(default=None, compare=False)


@dataclass(frozen=True)
class NotYet:
    """Deferred: time may change it. Nothing is written on the ticket, unless `note.tell_waiting` says so.
    `everybodys`: all wait for it, so the ticket's own time stands still.
    """

    reason: Reason
    detail: str
    trouble: Trouble | None = field(default=None, compare=False)
    about: Involved | None = field(default=None, compare=False)
    everybodys: bool = False

    @property
    def own(self) -> bool:
        return self.reason in OWN_WAITS and not self.everybodys
