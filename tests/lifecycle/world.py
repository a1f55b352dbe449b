"""A world of one ticket in memory: its services keep what really happened, and a test says which replies are
lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from connector.domain.errors import Down
from connector.domain.outcome import UNFINISHED, DidNot, Effect, Happened, No, NotYet, Retry, State, Unknown
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt, UpdateReceipt, WriteReceipt
from connector.domain.recipients import destinations
from connector.domain.secret import Secret
from connector.domain.ticket import (
    Attempt,
    Claim,
    ExistingPass,
    MappedTicket,
    Pass,
    Plan,
    ReissueRequest,
    Ticket,
)
from connector.ledger.admission import Limit, Limits
from connector.ledger.memory import MemoryLedger
from connector.lifecycle.ledger_roles import PolledTicket, Requeue, Skip
from connector.lifecycle.recovery import resume
from connector.lifecycle.rereading import Shown
from connector.lifecycle.roles import OnFound, Roles, TicketWrite, nothing

DESK = "https://contoso.service-now.com"
ANN = Subject("a1", "ann.lee@contoso.com", "Ann Lee")


def plan(fence: int = 75) -> Plan:
    return Plan(ANN, ANN.id, "note:work_notes", 3600, one_time=True, fence=fence, digest="d", version="v1")


@dataclass
class Made:
    """A pass as it really is in the directory."""

    id: str
    start: int
    lifetime: int
    deleted: bool = False
    used: bool = False


@dataclass
class World:
    """`lose` names effects whose next reply is lost after they happened, `drop` those that are lost on the
    way there.
    """

    time: int = 1_800_000_001
    verdict: Plan | No | NotYet = field(default_factory=plan)
    open: bool = True
    journal: bool = True  # whether it may be read
    lose: set[str] = field(default_factory=set)
    drop: set[str] = field(default_factory=set)
    refuse: dict[str, DidNot] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    passes: list[Made] = field(default_factory=list)
    others: list[ExistingPass] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)  # the passes that looks showed, whoever made them
    deletions: list[str] = field(default_factory=list)  # that were asked for, answered or not
    settled: bool = True  # whether the note settles the ticket, too
    as_asked: bool = True
    out_of_scope: bool = False
    changed: bool = False
    slow: int = 0  # s that Entra takes to make a pass
    changed_by_the_post: bool = False
    desk_gone_by_the_post: bool = False
    strangers: tuple[str, ...] = ()
    again: str | None = ""  # what the ticket's field says; None: it can't be read
    field: str = "incidents/u_again"
    leaves: bool = False  # whether a refusal's fields take the ticket out of the queue
    held: NotYet | None = None  # why no pass could be handed over now
    passes_shown: bool = True  # False: looks are older than every pass
    ignored: int = 0

    def __post_init__(self) -> None:
        most = Limit(100, 3600)
        self.ledger = MemoryLedger("w1", 30, Limits(most, most, most), lambda: float(self.time), Random(7))
        self.roles = Roles(self, self, self, self, self, self.ledger)

    # The services
    def poll(self) -> Iterator[Ticket]:
        yield self.ticket()

    def read(self, ticket: str) -> Ticket | None:
        self.reach("desk")
        return self.ticket()

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        self.reach("desk")
        return {"1": self.ticket()} if "1" in tickets else {}

    def ticket(self) -> Ticket:
        return Ticket(
            DESK,
            "1",
            "INC1",
            {"state": "1"},
            open=self.open,
            mailed=False,
            links="",
            foreign_references=self.strangers,
        )

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        self.reach("desk")
        return {"1": tuple(self.notes)} if self.journal else {}

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        return reference in self.references([ticket]).get(ticket.id, ())

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        raise NotImplementedError

    def mapped(self, ticket: Ticket) -> MappedTicket:
        return MappedTicket(ticket, "d")

    def judge(self, claim: Claim, mapped: MappedTicket, on_found: OnFound = nothing) -> Plan | No | NotYet:
        self.reach("entra")
        on_found()
        return self.verdict

    def ahead(self, mapped: Sequence[MappedTicket]) -> None:
        pass

    def supports(self, claim: Claim, plan: Plan, mapped: MappedTicket) -> bool:
        return not self.changed

    def reissue_request(self, ticket: Ticket) -> ReissueRequest | None:
        return (
            None if self.again is None else ReissueRequest(f"{self.field} {self.again}", self.again == "yes")
        )

    def dropped(self, claim: Claim, ticket: Ticket | None) -> bool:
        return ticket is None or not ticket.open

    def now(self) -> int:
        return self.time

    def issue(self, attempt: Attempt) -> Effect[Pass]:
        if (lost := self.outcome("issue")) and lost != "lose":
            return self.refuse["issue"] if lost == "refuse" else Unknown()
        self.time += self.slow
        for each in self.passes:
            each.deleted = True
        made = Made(f"p{len(self.passes) + 1}", attempt.start, attempt.lifetime)
        self.passes.append(made)
        self.changed |= self.changed_by_the_post
        if self.desk_gone_by_the_post:
            self.down.add("desk")
        if lost:
            return Unknown()
        return Happened(
            Pass(made.id, Secret("k7#RmQ2x"), made.start, made.lifetime, self.as_asked, self.out_of_scope)
        )

    def look(self, subject: str, *, urgent: bool = False) -> Sequence[ExistingPass]:
        self.reach("entra")
        there = [each for each in self.passes if not each.deleted and self.passes_shown]
        found = [
            ExistingPass(each.id, each.start, each.lifetime, each.used, over=each.used) for each in there
        ] + self.others
        self.shown |= {each.id for each in found}
        return found

    def delete(self, subject: str, pass_id: str) -> Effect[None]:
        self.deletions.append(pass_id)
        if (lost := self.outcome("delete")) and lost != "lose":
            return self.refuse["delete"] if lost == "refuse" else Unknown()
        for each in self.passes:
            each.deleted |= each.id == pass_id
        return Unknown() if lost else Happened(None)

    def ready(self, recipient: str = "") -> NotYet | None:
        return self.held

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        if (lost := self.outcome("deliver")) and lost != "lose":
            return self.refuse["deliver"] if lost == "refuse" else Unknown()
        self.notes.append(claim.current_attempt.reference)
        receipt = DeliveryReceipt(destinations(claim.current_attempt.recipient)[0], self.settled)
        return Unknown() if lost else Happened(receipt)

    def registered(self, claim: Claim) -> Effect[None]:
        return Happened(None)

    def update(self, claim: Claim) -> Effect[UpdateReceipt]:
        self.reach("desk")
        if (lost := self.outcome("tell")) and lost != "lose":
            return self.refuse["tell"] if lost == "refuse" else Unknown()
        self.words.append(f"{claim.next_state}:{claim.reason}")
        return Unknown() if lost else Happened(UpdateReceipt(self.leaves))

    # The test's hand
    def outcome(self, effect: str) -> str | None:
        for way, effects in (("lose", self.lose), ("drop", self.drop)):
            if effect in effects:
                effects.discard(effect)
                return way
        return "refuse" if effect in self.refuse else None

    def reach(self, service: str) -> None:
        if service in self.down:
            raise Down(service, "it is down")

    def see(self, digest: str = "d", shown: Shown | None = None) -> State | Skip:
        """A poll shows the ticket, and it is handled; `shown`: a reading since then, of several tickets."""
        from connector.lifecycle.journey import handle

        taken = self.ledger.take(
            PolledTicket(
                self.ticket(),
                "incidents",
                digest,
                float(self.time),
                "v1",
                self.reissue_request(self.ticket()),
            )
        )
        return (
            taken if isinstance(taken, Skip) else handle(taken, self.mapped(self.ticket()), self.roles, shown)
        )

    def recover(self) -> State:
        """One round of recovery over the row; the state it rests in."""
        for claim in self.ledger.take_up(UNFINISHED):
            resume(claim, self.roles)
        return self.row().state

    def try_to_recover(self) -> None:
        """A round in which services may be down: what is interrupted is handed back, as a sweep does."""
        for claim in self.ledger.take_up(UNFINISHED):
            try:
                resume(claim, self.roles)
            except Down as down:
                self.ledger.hand_back(claim, Requeue(Reason.DESK_UNREACHABLE, down.sentence))

    def settle_down(self, rounds: int = 60, step: int = 11) -> State:
        """Rounds of recovery with time between them, until nothing is on its way."""
        for _ in range(rounds):
            if self.recover() not in UNFINISHED - {State.LIVE}:
                break
            self.time += step
        return self.row().state

    def row(self) -> Claim:
        found = self.ledger.find(DESK, "1")
        assert found
        return found

    def revoked(self) -> list[str]:
        """The passes that were made and deleted: a proof that there was something to take away."""
        return [each.id for each in self.passes if each.deleted]

    def live(self) -> list[Made]:
        return [
            each
            for each in self.passes
            if not each.deleted and not each.used and self.time < each.start + each.lifetime
        ]


NO = No(Reason.SUBJECT_DISABLED, "The account is disabled.")
LATER = DidNot(Reason.DIRECTORY_UNREACHABLE, Retry.UNCOUNTED, "429")
