"""What is really so, as nobody in the world knows it: told by the services, asked by the invariants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connector.secret import Secret
from connector.simulators.graph.passes import Pass
from connector.simulators.servicenow.records import Row
from connector.ticket import Attempt

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

WATCHED = ("state", "active", "category", "subcategory", "caller_id", "opened_by", "approval", "work_notes_list", "u_start")
Seen = dict[str, str]


@dataclass
class Made:
    """A pass that passdesk made. Times are Entra's."""

    born: Pass
    attempt: Attempt
    number: int
    noted_at: float | None = None  # when its text came to stand on its ticket

    @property
    def name(self) -> str:
        return f"pass {self.number} ({self.attempt.reference})"


@dataclass(frozen=True)
class Post:
    replica: Replica
    attempt: Attempt
    user: str
    body: Mapping[str, Any]
    proof: Proof | None


@dataclass(frozen=True)
class Patch:
    replica: Replica
    ticket: str
    body: Mapping[str, str]
    passes: tuple[Made, ...]
    proof: Proof | None


@dataclass(frozen=True)
class Proof:
    """When the evidence of a person was begun to be read, in seconds since the world began."""

    begun: float
    user: str


@dataclass
class Truth:
    world: World
    made: dict[str, Made] = field(default_factory=dict)
    by_reference: dict[str, list[Made]] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)  # reference → calls
    deletes: set[str] = field(default_factory=set)  # ids for which a DELETE was sent
    edits: dict[str, list[tuple[float, Seen]]] = field(default_factory=dict)  # ticket → what it was from when on
    forbidden: dict[str, tuple[float, str]] = field(default_factory=dict)  # user → since when, and why
    tickets: dict[str, str] = field(default_factory=dict)  # reference → ticket
    delivered: dict[str, list[str]] = field(default_factory=dict)  # ticket → references, as the ledger says
    decided: dict[str, float] = field(default_factory=dict)  # ticket → when the ledger last wrote SETTLING
    restless: dict[str, float] = field(default_factory=dict)  # ticket → since when its row is in no state to rest in
    releases: dict[str, int] = field(default_factory=dict)
    strange: set[str] = field(default_factory=set)  # tickets with a reference that isn't ours
    revoked: dict[str, int] = field(default_factory=dict)  # ticket → attempts it had when an operator revoked its pass
    booked: set[str] = field(default_factory=set)  # references
    counted: dict[str, Attempt] = field(default_factory=dict)  # what the limits count, by reference
    unanswered: set[str] = field(default_factory=set)  # references whose POST got no answer that says what became of it
    more: dict[str, int] = field(default_factory=dict)  # ticket → passes that were asked for beyond the first
    alike: set[str] = field(default_factory=set)  # ids of passes that nothing tells from another's
    disturbed: dict[str, float] = field(default_factory=dict)  # user → when a person last did something to their passes

    def asks(self, ticket: str) -> None:
        self.more[ticket] = self.more.get(ticket, 0) + 1

    def allowed_again(self, ticket: str) -> None:
        """A person's word: what an operator revoked before no longer matters."""
        self.asks(ticket)
        self.revoked.pop(ticket, None)

    # Entra

    def asks_for_people(self, replica: Replica) -> None:
        self.world.hub.me.notes["begun"] = self.world.hub.now

    def proves(self, replica: Replica, user: str) -> None:
        task = self.world.hub.me
        task.notes["proof"] = Proof(task.notes.get("begun", self.world.hub.now), user)

    def sends_post(self, replica: Replica, attempt: Attempt, user: str, body: Mapping[str, Any]) -> None:
        self.posts[attempt.reference] = self.posts.get(attempt.reference, 0) + 1
        self.unanswered.add(attempt.reference)
        self.world.tell(f"{replica} asks Entra for a pass: {attempt.reference}")
        self.world.check("post", Post(replica, attempt, user, body, self.world.hub.me.notes.get("proof")))

    def sends_delete(self, replica: Replica, pass_id: str) -> None:
        self.world.tell(f"{replica} asks Entra to delete {self.called(pass_id)}")
        self.deletes.add(pass_id)
        self.world.check("delete", pass_id)

    def made_pass(self, born: Pass, attempt: Attempt) -> None:
        made = Made(born, attempt, len(self.made) + 1)
        self.made[born.id] = made
        self.by_reference.setdefault(attempt.reference, []).append(made)
        self.world.tell(f"Entra makes {made.name}")
        self.world.check("made", made)

    def called(self, pass_id: str) -> str:
        return self.made[pass_id].name if pass_id in self.made else "an administrator's pass"

    # The desk

    def edited(self, row: Row) -> None:
        """Somebody, or passdesk, changed a ticket."""
        seen = {name: row.get(name, "") for name in WATCHED}
        self.edits.setdefault(row["sys_id"], []).append((self.world.hub.now, seen))
        self.world.keep_row(row)

    def sends_patch(self, replica: Replica, ticket: str, body: Mapping[str, str]) -> None:
        texts = " ".join(body.values())
        held = tuple(made for made in self.made.values() if made.born.text in texts)
        what = f"the note with {held[0].name}" if held else ", ".join(_short(name, text) for name, text in body.items())
        self.world.tell(f"{replica} writes on {self.world.number(ticket)}: {what}")
        proof = self.world.hub.me.notes.get("proof")
        self.world.check("patch", Patch(replica, ticket, body, held, proof))

    def wrote(self, ticket: str) -> None:
        row, records = self.world.incidents[ticket], self.world.records
        self.edited(row)
        entries = [entry["value"] for name in ("work_notes", "u_pass") for entry in records.entries("incident", ticket, name)]
        texts = " ".join([row.get("u_pass", ""), *entries])
        for made in self.made.values():
            if made.born.text in texts and made.noted_at is None:
                made.noted_at = self.world.entra_clock()
                self.world.tell(f"the note with {made.name} stands on {row['number']}")
                self.world.people.got(ticket, made)

    def since(self, ticket: str, wrong: Any) -> float | None:
        """Since when a ticket has been `wrong(seen)` without a break, in seconds since the world began; None: it isn't."""
        found: float | None = None
        for when, seen in reversed(self.edits[ticket]):
            if not wrong(seen):
                break
            found = when
        return found


def _short(name: str, text: object) -> str:
    shown = "•" if isinstance(text, Secret) else str(text).replace("\n", " ")[:70]
    return f"{name}={shown!r}"
