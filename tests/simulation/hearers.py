"""People who hear of their passes by mail, and some who say that it wasn't they who asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from connector.domain.errors import PassdeskError
from connector.domain.reference import find_all
from connector.ledger.disowning import Answer
from tests.simulation.letters import Letter
from tests.simulation.shape import Disown

if TYPE_CHECKING:
    from tests.simulation.world import World

PAGE = "https://passdesk.contoso.com/not-me"
_TOKEN = re.compile(rf'href="{re.escape(PAGE)}/([^"?]+)')


@dataclass(frozen=True)
class Heard:
    """A notice that arrived. `token`: of its link; "": it has none."""

    reference: str
    to: str
    token: str


@dataclass(frozen=True)
class Click:
    """A link that was used: of whose notice, with what answer, and the attempt that the trail names then."""

    heard: Heard
    answer: Answer
    named: str = ""


@dataclass
class Hearers:
    """`clicks` are asked for in this order, each by the person's next notice."""

    world: World
    heard: list[Heard] = field(default_factory=list)
    clicked: list[Click] = field(default_factory=list)
    held: dict[str, float] = field(default_factory=dict)  # who is held, by object id, since when
    waiting: list[Disown] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting = [each for each in self.world.shape.kept if isinstance(each, Disown)]

    def arrives(self, letter: Letter) -> None:
        """Exchange delivers a notice, and its person may use the link some time later."""
        reference, found = find_all(letter.text)[-1], _TOKEN.search(letter.text)
        heard = Heard(reference, letter.to[0], found[1] if found else "")
        self.heard.append(heard)
        person = self.person_of(reference)
        for each in [each for each in self.waiting if self.world.people.ids[each.person] == person]:
            self.waiting.remove(each)
            self.world.hub.at(self.world.hub.now + each.after, partial(self.click, heard))

    def person_of(self, reference: str) -> str:
        return next(
            (
                row.attempt.attempt.subject.id
                for row in self.world.known_rows.values()
                if row.attempt and reference.startswith(f"{row.code}-")
            ),
            "",
        )

    def click(self, heard: Heard) -> None:
        """Somebody opens the link and says that it wasn't they. Whatever is deleted is left to the sweeps."""
        if not heard.token:
            return
        ledger = self.world.operator
        try:
            done = ledger.disown(heard.token)
        except PassdeskError:
            self.world.tell("the page says that it couldn't be saved")
            return
        self.world.tell(f"{heard.to} says that they didn't ask for {heard.reference}: {done.answer.name}")
        lines = [line for line in ledger.history() if line.action == "disowned"]
        named = str(lines[-1].detail["reference"]) if lines and done.answer is Answer.DONE else ""
        if done.answer is Answer.DONE:
            self.held[done.subject] = self.world.hub.now
        click = Click(heard, done.answer, named)
        self.world.check("clicked", click)
        self.clicked.append(click)

    def act(self, verb: str, ticket: str) -> bool:
        """A link of an earlier notice about the ticket is used now; or an operator lets its person go on."""
        if verb == "disown":
            code = next((row.code for row in self.world.known_rows.values() if row.ticket == ticket), "-")
            mine = [each for each in self.heard if each.reference.startswith(code)]
            if mine:
                self.click(mine[-1])
            return True
        if verb != "unhold":
            return False
        people = self.world.people
        user = people.ids[people.callers.index(self.world.incidents[ticket]["caller_id"])]
        if self.world.operator.unhold(user).done:
            self.world.tell(f"an operator: passdesk unhold {user}")
            self.held.pop(user, None)
        return True
