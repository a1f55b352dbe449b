"""One company on which every hostile ticket is played at once, whatever its desk."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.endtoend.house import Ran
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene


@dataclass
class Swept:
    """What one sweep did: the report, and each row that it changed, with what it was and what it is."""

    ran: Ran
    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]

    @property
    def changed(self) -> dict[str, dict[str, Any]]:
        """By the ticket's id: the columns that are other than they were; of a counter, by how much."""
        found = {}
        for id_, row in self.after.items():
            was = self.before[id_]
            different = {name: value for name, value in row.items() if value != was[name]}
            if "sys_mod_count" in different:
                different["sys_mod_count"] -= was["sys_mod_count"]
            if different:
                found[id_] = different
        return found


@dataclass
class Stage(ABC):
    house: Scene | Office
    caller: bool
    protected: str
    cast: list[str] = field(default_factory=list)  # object ids of whoever the case that is made brought along
    sweeps: list[Swept] = field(default_factory=list)
    desk: ClassVar[str]

    @property
    def tenant(self) -> Any:
        return self.house.graph.tenant

    def member(self, name: str = "", **properties: Any) -> str:
        """One more person, in the tenant and at the desk, by their sign-in name without the domain."""
        name = name or f"member{len(self.house.people)}"
        self.cast.append(self.house.person(name, **properties))
        return name

    def upn(self, text: str) -> str:
        """The sign-in name of somebody of ours; anything else is a text as it is."""
        return f"{text}@contoso.com" if text in self.house.people else text

    def id(self, name: str) -> str:
        return self.house.people[name]

    def managed(self, **properties: Any) -> tuple[str, str]:
        """Somebody, and their manager."""
        boss = self.member()
        return self.member(manager=self.id(boss), **properties), boss

    @abstractmethod
    def ask(self, subject: str, asks: str | None = None, queue: str = "typed", **more: str) -> str:
        """A ticket for whoever `subject` is, by the name of one of ours or a text; its id. `asks`: by whom.
        More: `approval`, `more` (the second text) and `words` (a text that no mapping reads).
        """

    @abstractmethod
    def edit(self, ticket: str, **fields: str) -> None:
        """Change subject, asks, approval, queue or state, as somebody at the desk does."""

    @abstractmethod
    def rows(self) -> dict[str, dict[str, Any]]:
        """Each ticket of the desk by its id, as callers can know it: columns, and what they were told."""

    @abstractmethod
    def watched(self, row: dict[str, Any]) -> bool:
        """Whether the row of a ticket is in a queue."""

    @abstractmethod
    def raw_notes(self, ticket: str) -> list[str]:
        """The notes for agents, byte for byte as the desk keeps them."""

    @abstractmethod
    def for_callers(self, ticket: str) -> list[str]:
        """The texts that the caller was shown."""

    @abstractmethod
    def back(self, ticket: str) -> None:
        """Put the ticket back into its queue."""

    @abstractmethod
    def again(self, ticket: str) -> str:
        """A copy of the ticket, with everything on it that people can copy; its id."""

    def sweep(self) -> Swept:
        before = self.rows()
        ran = self.house.once()
        self.sweeps.append(Swept(ran, before, self.rows()))
        return self.sweeps[-1]

    def outcome(self, ticket: str) -> tuple[str, str | None] | None:
        """What was last decided about a ticket; None: nothing."""
        number = self.house.number(ticket)
        found = [each.ran.outcomes()[number] for each in self.sweeps if number in each.ran.outcomes()]
        return found[-1] if found else None

    def approve(self, ticket: str) -> None:
        self.edit(ticket, approval="approved")

    def passes(self, ids: list[str]) -> int:
        """How many were ever made for these people."""
        return sum(each.user in ids for each in self.house.graph.passes.issued)
