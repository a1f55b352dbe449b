"""The services of one ticket. They outlive the process that talks to them: what is true lies in memory shared
with its parent.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from mmap import mmap
from struct import Struct
from typing import Any

from connector.domain.outcome import DidNot, Effect, Happened, No, NotYet, Retry, State, Unknown
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt, UpdateReceipt, WriteReceipt
from connector.domain.recipients import NoteDestination
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
from connector.domain.trouble import Trouble, note_route
from connector.lifecycle.roles import OnFound, TicketWrite, nothing
from tests.kill.truth import Truth

DESK, TICKET = "https://contoso.service-now.com", "6f1967b7-15e8-4935-ac26-d50770ed07a7"
ANN = Subject("a1", "ann.lee@contoso.com", "Ann Lee")
LOST = "the connection was lost"
LATE = {"late": 40, "very late": 1000}  # seconds that a POST is on its way after its connection was lost
NO = No(Reason.SUBJECT_DISABLED, "The account is disabled.")
REFUSALS = {
    "never": DidNot(Reason.SUBJECT_OUT_OF_SCOPE, Retry.NEVER, "403"),
    "later": DidNot(Reason.DIRECTORY_UNREACHABLE, Retry.UNCOUNTED, "429"),
    "counted": DidNot(Reason.DESK_UNREACHABLE, Retry.COUNTED, "403"),
    "shared": DidNot(
        Reason.DESK_UNREACHABLE,
        Retry.COUNTED,
        "401",
        Trouble("401", True, Reason.DESK_UNREACHABLE, "401", route=note_route("incidents"), who="INC1"),
    ),
}
_LENGTH = Struct("Q")


class Shared:
    """One value in memory that a forked child shares with its parent; what was put last is there after a
    SIGKILL.
    """

    def __init__(self, size: int = 1 << 24) -> None:
        self.memory = mmap(-1, size)

    def put(self, value: Any) -> None:
        text = pickle.dumps(value)
        self.memory[_LENGTH.size : _LENGTH.size + len(text)] = text
        _LENGTH.pack_into(self.memory, 0, len(text))

    def text(self) -> bytes:
        (length,) = _LENGTH.unpack_from(self.memory, 0)
        return self.memory[_LENGTH.size : _LENGTH.size + length]

    def get(self) -> Any:
        text = self.text()
        return pickle.loads(text) if text else None


class World:
    """Every role but the ledger. Each verb writes down what it made true before it answers."""

    ignored = 0

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.truth: Truth = shared.get()

    def clock(self) -> float:
        return float(self.truth.time)

    def poll(self) -> Iterator[Ticket]:
        if self.truth.open:
            yield self.ticket()

    def read(self, ticket: str) -> Ticket | None:
        return self.ticket()

    def read_some(self, tickets: Sequence[str]) -> Mapping[str, Ticket]:
        return {TICKET: self.ticket()} if TICKET in tickets else {}

    def ticket(self) -> Ticket:
        return Ticket(
            DESK, TICKET, "INC1", dict(self.truth.fields), open=self.truth.open, mailed=False, links=""
        )

    def references(self, tickets: Sequence[Ticket]) -> Mapping[str, tuple[str, ...]]:
        found = (*self.truth.strangers, *(reference for reference, _ in self.truth.notes))
        return {TICKET: found} if self.truth.journal else {}

    def shows_note(self, ticket: Ticket, reference: str) -> bool:
        return reference in self.references([ticket]).get(ticket.id, ())

    def write(self, ticket: str, entry: TicketWrite) -> Effect[WriteReceipt]:
        raise NotImplementedError

    def mapped(self, ticket: Ticket) -> MappedTicket:
        return MappedTicket(ticket, "facts")

    def judge(self, claim: Claim, mapped: MappedTicket, on_found: OnFound = nothing) -> Plan | No | NotYet:
        if self.truth.verdict == "no":
            return NO
        if fault := self.fault("judge"):
            reason = Reason.EVIDENCE_MISSING if fault == "missing" else Reason.APPROVAL_OUTSTANDING
            return NotYet(reason, fault)
        return Plan(
            ANN,
            ANN.id,
            self.truth.recipient(held=claim.state is State.LIVE),
            3600,
            one_time=True,
            fence=75,
            digest="facts",
            version="v1",
            starts_at=self.truth.starts_at,
        )

    def ahead(self, mapped: Sequence[MappedTicket]) -> None:
        pass

    def supports(self, claim: Claim, plan: Plan, mapped: MappedTicket) -> bool:
        return not self.fault("supports")

    def reissue_request(self, ticket: Ticket) -> ReissueRequest | None:
        return ReissueRequest(f"u_again {self.truth.again}", self.truth.again == "yes")

    def dropped(self, claim: Claim, ticket: Ticket | None) -> bool:
        return ticket is None or not ticket.open

    def now(self) -> int:
        return self.truth.time

    def issue(self, attempt: Attempt) -> Effect[Pass]:
        fault, post = self.fault("issue"), (attempt.reference, attempt.start, attempt.lifetime)
        self.truth.posts.append(attempt.reference)
        if fault in LATE:
            self.truth.flying.append((self.truth.time + LATE[fault], *post))
        made = None if fault in {"drop", *LATE, *REFUSALS} else self.truth.land(*post)
        self.keep()
        if fault in REFUSALS:
            return REFUSALS[fault]
        if made is None or fault == "lose":
            return Unknown(LOST)
        fresh = Pass(made.id, Secret(f"pass {made.id}"), made.start, made.lifetime)
        return Happened(
            Pass(
                fresh.id,
                fresh.secret,
                fresh.start,
                fresh.lifetime,
                fault != "otherwise",
                fault == "out of scope",
            )
        )

    def look(self, subject: str, *, urgent: bool = False) -> Sequence[ExistingPass]:
        there = [each for each in self.truth.passes if each.deleted_at is None]
        return [
            ExistingPass(
                each.id,
                each.start,
                each.lifetime,
                used=each.used_at is not None,
                over=each not in self.truth.live(),
            )
            for each in there
        ]

    def delete(self, subject: str, pass_id: str) -> Effect[None]:
        fault = self.fault("delete")
        for each in self.truth.passes:
            if each.id == pass_id and fault != "drop":
                each.deleted_at = each.deleted_at or self.truth.time
        self.keep()
        return Unknown(LOST) if fault else Happened(None)

    def ready(self, recipient: str = "") -> NotYet | None:
        return None

    def deliver(self, claim: Claim, fresh: Pass) -> Effect[DeliveryReceipt]:
        fault = self.fault("deliver")
        if fault in REFUSALS:
            return REFUSALS[fault]
        if fault != "drop":
            assert fresh.secret == Secret(f"pass {fresh.id}")
            self.truth.notes.append((claim.current_attempt.reference, fresh.id))
            self.truth.give(fresh.id)
            self.keep()
        handed = DeliveryReceipt(NoteDestination("work_notes"), ticket_settled=fault != "unsettled")
        return Unknown(LOST) if fault in {"lose", "drop"} else Happened(handed)

    def registered(self, claim: Claim) -> Effect[None]:
        return Happened(None)

    def update(self, claim: Claim) -> Effect[UpdateReceipt]:
        fault = self.fault("tell")
        if fault in REFUSALS:
            return REFUSALS[fault]
        if fault != "drop":
            self.truth.words.append(f"{claim.next_state}:{claim.reason}")
            self.keep()
        return Unknown(LOST) if fault else Happened(UpdateReceipt(left_watch=False))

    def fault(self, effect: str) -> str:
        """What this call of the effect meets; nothing, where no more is named."""
        if not self.truth.faults.get(effect):
            return ""
        met = self.truth.faults[effect].pop(0)
        self.keep()
        return met

    def keep(self) -> None:
        self.shared.put(self.truth)
