"""What is really so, as nobody in the world knows it: told by the services, asked by the invariants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connector.domain.secret import Secret
from connector.domain.ticket import Attempt
from connector.http.service import Answer, Reply
from connector.simulators.graph.passes import Pass
from connector.simulators.servicenow.records import Row
from tests.simulation.letters import Handing, Letter, letter_of, taken
from tests.simulation.trail import Action

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

WATCHED = (
    "state",
    "active",
    "category",
    "subcategory",
    "caller_id",
    "opened_by",
    "approval",
    "work_notes_list",
    "u_start",
    "u_text",
    "parent_incident",
    "child_incidents",
    "u_approved_as",
)
Seen = dict[str, str]


@dataclass
class Made:
    """A pass that passdesk made. Times are Entra's."""

    born: Pass
    attempt: Attempt
    number: int
    at: float = 0.0  # when Entra made it, in seconds since the world began
    noted_at: float | None = (
        None  # when its text came to stand on its ticket, as it was written and where callers don't see it
    )
    mailed_at: float | None = None  # when a mail with it was taken
    shown_at: float | None = None  # when callers came to see it
    landed: bool = False  # whether its text came to stand on its ticket in whatever form
    named_at: float | None = None  # when a note came to stand there that names its attempt

    @property
    def held_at(self) -> float | None:
        """When somebody came to have it."""
        return min(
            (at for at in (self.noted_at, self.mailed_at, self.shown_at) if at is not None), default=None
        )

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
    invisible: bool = True  # whether it was told that callers must not see it, where that is to be told


@dataclass(frozen=True)
class Removal:
    """An action that is to be taken away."""

    replica: Replica
    ticket: str
    action: Action


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
    edits: dict[str, list[tuple[float, Seen]]] = field(
        default_factory=dict
    )  # ticket → what it was from when on
    forbidden: dict[str, tuple[float, str]] = field(default_factory=dict)  # user → since when, and why
    told_by_the_map: dict[str, tuple[float, str]] = field(
        default_factory=dict
    )  # the same, where nothing else can tell it
    tickets: dict[str, str] = field(default_factory=dict)  # reference → ticket
    delivered: dict[str, list[str]] = field(default_factory=dict)  # ticket → references, as the ledger says
    decided: dict[str, float] = field(default_factory=dict)  # ticket → when the ledger last wrote SETTLING
    restless: dict[str, float] = field(
        default_factory=dict
    )  # ticket → since when its row is in no state to rest in
    waits: dict[str, float] = field(
        default_factory=dict
    )  # ticket → since when it is judged, or waits, and nothing else became of it
    rested: set[str] = field(default_factory=set)  # references whose ticket was done, or waited, since
    releases: dict[str, int] = field(default_factory=dict)
    strange: set[str] = field(default_factory=set)  # tickets with a reference that isn't ours
    all_revoked_at: float = 0.0  # when an operator last revoked every pass
    revoked: dict[str, int] = field(
        default_factory=dict
    )  # ticket → attempts it had when an operator revoked its pass
    used_early: set[str] = field(default_factory=set)  # tickets whose pass was used before it was handed over
    booked: set[str] = field(default_factory=set)  # references
    announced: Counter[tuple[str, str]] = field(default_factory=Counter)  # ticket and event, as the log heard
    counted: dict[str, Attempt] = field(default_factory=dict)  # what the limits count, by reference
    unanswered: set[str] = field(
        default_factory=set
    )  # references whose POST got no answer that says what became of it
    more: dict[str, int] = field(default_factory=dict)  # ticket → passes that were asked for beyond the first
    alike: set[str] = field(default_factory=set)  # ids of passes that nothing tells from another's
    disturbed: dict[str, float] = field(
        default_factory=dict
    )  # user → when a person last did something to their passes
    handed: dict[str, str] = field(default_factory=dict)  # of each attempt that somebody holds: for whom
    letters: list[Letter] = field(default_factory=list)  # every mail that was sent
    handings: list[Handing] = field(default_factory=list)  # every try to hand a pass over
    blocked: list[float] = field(
        default_factory=list
    )  # when a mail was last refused for everybody; none since one was taken
    refused_notes: dict[str, float] = field(default_factory=dict)  # ticket → when its note was first refused
    reasons_told: dict[str, list[str]] = field(default_factory=dict)  # ticket → reasons in words
    refusals_told: dict[str, tuple[str, str]] = field(default_factory=dict)  # ticket → the last
    callers_told: dict[str, int] = field(default_factory=dict)  # ticket → sentences for the caller
    erased: dict[str, float] = field(default_factory=dict)  # sign-in name → when it was erased last
    trying: str | None = None  # the attempt that tries whether the mailbox works again
    approved_at: dict[str, float] = field(default_factory=dict)  # ticket → when it was last approved
    written: dict[str, str] = field(default_factory=dict)  # ticket → when the answer on its form was, there
    looked_at: dict[tuple[str, str], float] = field(
        default_factory=dict
    )  # worker, ticket → when it last began to read it by itself
    raised: list[tuple[float, float, int]] = field(default_factory=list)  # of a requester's limit: from, to
    privileged: dict[str, float] = field(default_factory=dict)  # user → when a ticket was last refused for it
    tampered: float | None = None  # since when the trail is another
    resumed: list[float] = field(default_factory=list)  # when an operator let passes be issued again
    planned: dict[str, tuple[float, float]] = field(
        default_factory=dict
    )  # reference → evidence begun, POST sent

    def asks(self, ticket: str) -> None:
        self.more[ticket] = self.more.get(ticket, 0) + 1

    def allowed_again(self, ticket: str) -> None:
        """A person's word: what an operator revoked before no longer matters."""
        self.asks(ticket)
        self.revoked.pop(ticket, None)

    def reads_ticket(self, replica: Replica, ticket: str) -> None:
        """A worker begins to read one ticket by itself."""
        self.looked_at[replica.owner, ticket] = self.world.hub.now

    # Entra

    def answers_about_people(self, replica: Replica) -> None:
        self.world.hub.me.notes["answered"] = self.world.hub.now

    def asks_for_people(self, replica: Replica) -> None:
        self.world.hub.me.notes["begun"] = self.world.hub.now

    def proves(self, replica: Replica, user: str) -> None:
        task = self.world.hub.me
        task.notes["proof"] = Proof(task.notes.get("begun", self.world.hub.now), user)
        self.world.check("proved", user)

    def sends_post(self, replica: Replica, attempt: Attempt, user: str, body: Mapping[str, Any]) -> None:
        self.posts[attempt.reference] = self.posts.get(attempt.reference, 0) + 1
        self.unanswered.add(attempt.reference)
        self.world.tell(f"{replica} asks Entra for a pass: {attempt.reference}")
        proof: Proof | None = self.world.hub.me.notes.get("proof")
        self.planned[attempt.reference] = (proof.begun if proof else self.world.hub.now, self.world.hub.now)
        self.world.check("post", Post(replica, attempt, user, body, proof))

    def sends_delete(self, replica: Replica, pass_id: str) -> None:
        self.world.tell(f"{replica} asks Entra to delete {self.called(pass_id)}")
        self.deletes.add(pass_id)
        self.world.check("delete", pass_id)

    def made_pass(self, born: Pass, attempt: Attempt) -> None:
        made = Made(born, attempt, len(self.made) + 1, self.world.hub.now)
        self.made[born.id] = made
        self.by_reference.setdefault(attempt.reference, []).append(made)
        self.world.tell(f"Entra makes {made.name}")
        self.world.check("made", made)
        self.world.people.sees_made(made)

    def called(self, pass_id: str) -> str:
        return self.made[pass_id].name if pass_id in self.made else "an administrator's pass"

    # Mails

    def sends_mail(self, replica: Replica, json: Mapping[str, Any]) -> Letter:
        letter = letter_of(replica, json, self.made)
        held = ", ".join(made.name for made in letter.passes) or "no pass"
        self.world.tell(f"{replica} mails {', '.join(letter.to)}: {held}")
        self.world.check("mail", letter)
        self.letters.append(letter)
        self.handings += [Handing("mail", made) for made in letter.passes]
        return letter

    def mailed(self, letter: Letter) -> None:
        """Exchange takes it."""
        if self.world.shape.notifies:
            self.world.people.hearers.arrives(letter)
        for made in letter.passes:
            self.world.tell(f"Exchange takes the mail with {made.name} to {', '.join(letter.to)}")
            if made.mailed_at is None:
                made.mailed_at = self.world.entra_clock()
                self.world.people.got(self.tickets[made.attempt.reference], made)

    def answered(self, handings: Sequence[Handing], reply: Reply) -> None:
        for each in handings:
            each.taken = taken(reply)
            if each.way == "note" and each.refused:
                ticket = self.tickets[each.made.attempt.reference]
                self.refused_notes.setdefault(ticket, self.world.hub.now)

    def answered_mail(self, reply: Reply) -> None:
        """The mailbox says that it is blocked, or takes a mail."""
        self.trying = None
        if isinstance(reply, Answer) and reply.status == 403:
            self.blocked.append(self.world.hub.now)
        elif isinstance(reply, Answer) and reply.status == 202:
            self.blocked.clear()

    # The desk

    def edited(self, row: Row) -> None:
        """Somebody, or passdesk, changed a ticket."""
        seen = {name: row.get(name, "") for name in WATCHED}
        before = self.edits.get(row["sys_id"])
        if self.world.shape.unproven and not (before and before[-1][1]["caller_id"] == seen["caller_id"]):
            self.written[row["sys_id"]] = self.world.records.now()
        self.edits.setdefault(row["sys_id"], []).append((self.world.hub.now, seen))
        self.world.keep_row(row)

    def sends_patch(
        self, replica: Replica, ticket: str, body: Mapping[str, str], invisible: bool = True
    ) -> list[Handing]:
        texts = " ".join(body.values())
        held = tuple(made for made in self.made.values() if made.born.text in texts)
        what = (
            f"the note with {held[0].name}"
            if held
            else ", ".join(_short(name, text) for name, text in body.items())
        )
        self.world.tell(f"{replica} writes on {self.world.number(ticket)}: {what}")
        proof = self.world.hub.me.notes.get("proof")
        self.world.check("patch", Patch(replica, ticket, body, held, proof, invisible))
        handings = [Handing("note", made) for made in held]
        self.handings += handings
        return handings

    def wrote(self, ticket: str) -> None:
        row, now = self.world.incidents[ticket], self.world.entra_clock()
        self.edited(row)
        texts = " ".join([row.get("u_pass", ""), *self.world.safe_notes(ticket)])
        every, open_ = " ".join([texts, *self.world.notes(ticket)]), self.world.open_notes(ticket)
        for made in self.made.values():
            made.landed = made.landed or made.born.text in every
            if made.named_at is None and made.attempt.reference in every:
                made.named_at = now
            if made.shown_at is None and any(made.born.text in text for text in open_):
                made.shown_at = now
                self.world.tell(f"the caller sees {made.name} on {row['number']}")
            if made.born.text in texts and made.noted_at is None:
                made.noted_at = now
                self.world.tell(f"the note with {made.name} stands on {row['number']}")
                self.world.people.got(ticket, made)
        self.world.check("wrote", ticket)

    def removes(self, replica: Replica, ticket: str, key: str) -> None:
        action = next((each for each in self.world.trails.of(ticket) if each.id == key), None)
        self.world.tell(f"{replica} takes an action away from {self.world.number(ticket)}")
        if action:
            self.world.check("remove", Removal(replica, ticket, action))

    def since(self, ticket: str, wrong: Any) -> float | None:
        """Since when a ticket has been `wrong(seen)` without a break, in seconds since the world began; None:
        it isn't.
        """
        found: float | None = None
        for when, seen in reversed(self.edits[ticket]):
            if not wrong(seen):
                break
            found = when
        return found


def _short(name: str, text: object) -> str:
    shown = "•" if isinstance(text, Secret) else str(text).replace("\n", " ")[:70]
    return f"{name}={shown!r}"
