"""The rules that must all agree before anybody gets a pass: one class, one `check`, one reason each. No
guards means no pass.

What the ledger decides (pause, limits, one pass a person) is no guard: between a guard and a write there is
time.
"""

from connector.guards.account import DomainVerified, NotExternal, OldEnough
from connector.guards.approval import ApprovalProven
from connector.guards.four_eyes import ApproverKnown, FourEyes, RecipientKnown
from connector.guards.person import (
    Confirmed,
    NotPrivileged,
    NotProtected,
    SubjectEnabled,
    SubjectServed,
)
from connector.guards.policy import InPolicy, LifetimeAllowed, NoExistingPass, StartAllowed
from connector.guards.recipient import ManagerMayReceive
from connector.guards.requester import RequesterAllowed
from connector.guards.rule import Case, Guard, TicketCase, TicketGuard
from connector.guards.ticket import Approved, ChannelAllowed, NoteStaysInside, NoteStaysOnTicket
from connector.guards.verified import VerifiedInTime
from connector.guards.when import InHours, YoungEnough

TICKET_GUARDS: tuple[TicketGuard, ...] = (
    ChannelAllowed(),
    NoteStaysInside(),
    NoteStaysOnTicket(),
    YoungEnough(),
    Approved(),
    ApprovalProven(),
    VerifiedInTime(),
    InHours(),
)
GUARDS: tuple[Guard, ...] = (
    SubjectEnabled(),
    NotExternal(),
    DomainVerified(),
    NotPrivileged(),
    NotProtected(),
    SubjectServed(),
    OldEnough(),
    Confirmed(),
    InPolicy(),
    LifetimeAllowed(),
    StartAllowed(),
    RequesterAllowed(),
    ApproverKnown(),
    RecipientKnown(),
    ManagerMayReceive(),
    FourEyes(),
    NoExistingPass(),
)

__all__ = ["GUARDS", "TICKET_GUARDS", "Case", "Guard", "TicketCase", "TicketGuard"]
