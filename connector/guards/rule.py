"""The input of a guard, and its possible answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from connector.domain.approval import ApprovalLook
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.ticket import Attempt, Ticket
from connector.guards.evidence import Evidence, Missing
from connector.mapping import Facts, Mapping
from connector.mapping.keys.floor import Floor


@dataclass(frozen=True)
class TicketCase:
    """A ticket and the mapping that wants it: what can be judged before the directory is asked.

    `look`: at its approval; what the ledger keeps of earlier looks stands beside it (`Claim`).
    `now`: Entra's clock, epoch seconds; None: no pass is to be made now, so the time doesn't matter.
    """

    ticket: Ticket
    mapping: Mapping
    look: ApprovalLook | None = None
    seen_unapproved: str | None = None
    seen_approved: str | None = None
    now: int | None = None


@dataclass(frozen=True)
class Case:
    """Everything a guard may look at. `attempt` is ours for this ticket, if there was one: its pass stands in
    nobody's way.

    `facts`: what the ticket says, where it is more than who is meant. `now`: Entra's clock, epoch seconds.
    """

    mapping: Mapping
    floor: Floor
    evidence: Evidence
    attempt: Attempt | None = None
    facts: Facts | None = None
    now: int = 0


class TicketGuard(Protocol):
    def check(self, case: TicketCase) -> No | NotYet | None: ...


class Guard(Protocol):
    """One rule. Return None if nothing speaks against a pass; missing evidence is a no:
    NotYet(EVIDENCE_MISSING).
    """

    def check(self, case: Case) -> No | NotYet | None: ...


def missing(what: Missing) -> NotYet:
    return NotYet(Reason.EVIDENCE_MISSING, what.why)
