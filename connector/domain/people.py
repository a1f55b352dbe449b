"""People whom a decision is about, as the directory named them. The trail keeps their ids only."""

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
class Involved:
    """The people of one decision: whose pass it is, who asked for it, and who would be mailed it."""

    subject: Subject
    requester: Subject | None = None
    recipient: Subject | None = None
    pins: tuple[Pin, ...] = ()  # the account behind the ticket's name of the subject
    privileged: bool = False  # the evidence shows an administrator's privileges
    existing: tuple[ExistingPass, ...] = ()  # passes that the directory shows for the subject

    @property
    def people(self) -> tuple[Subject, ...]:
        """All of them, each once."""
        every = (self.subject, self.requester, self.recipient)
        return tuple(dict.fromkeys(each for each in every if each))

    @property
    def detail(self) -> dict[str, object]:
        """Their part of an audit line."""
        asked = {"requester": self.requester.id} if self.requester else {}
        return {"subject": self.subject.id, **asked}
