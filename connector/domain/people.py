"""People whom a decision is about, as the directory named them, and the grounds that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connector.domain.ticket import ExistingPass

from connector.domain.pins import Pin


@dataclass(frozen=True)
class Subject:
    """The person the pass is for, as the directory says."""

    id: str  # object id
    upn: str
    name: str


@dataclass(frozen=True)
class Grounds:
    """The grounds of a decision, as the trail keeps them: ids, hashes and verdicts, and nobody's name."""

    guards: tuple[tuple[str, str], ...] = ()  # each guard's name, and "yes" or the code of its no
    manager: str | None = None  # object id of the subject's manager; None: not asked, or nobody
    approvers: tuple[str | None, ...] = ()  # object ids; None: somebody approved who isn't known
    policy: str | None = None  # SHA-256 of the tenant's policy for passes; None: it wasn't read

    @property
    def detail(self) -> dict[str, object]:
        """Their part of an audit line; what wasn't asked is left out."""
        known: dict[str, object] = {"guards": dict(self.guards), "manager": self.manager}
        known |= {"approvers": list(self.approvers), "policy": self.policy}
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True)
class Involved:
    """The people of one decision: whose pass it is, who asked for it, and who would be mailed it; and the
    decision's grounds. `subject` is None where the directory wasn't asked.
    """

    subject: Subject | None
    requester: Subject | None = None
    recipient: Subject | None = None
    pins: tuple[Pin, ...] = ()  # the account behind the ticket's name of the subject
    privileged: bool = False  # the evidence shows an administrator's privileges
    existing: tuple[ExistingPass, ...] = ()  # passes that the directory shows for the subject
    grounds: Grounds = Grounds()

    @property
    def roles(self) -> dict[str, Subject]:
        """Each of them by their part in the decision."""
        every = {"subject": self.subject, "requester": self.requester, "recipient": self.recipient}
        return {role: each for role, each in every.items() if each}

    @property
    def detail(self) -> dict[str, object]:
        """Their part of an audit line."""
        ids = {role: each.id for role, each in self.roles.items() if role != "recipient"}
        return {**ids, **self.grounds.detail}
