"""Made-up tickets, people and passes, and a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connector.domain.durations import Limit
from connector.domain.outcome import Decision, Ending, State
from connector.domain.people import Subject
from connector.domain.secret import Secret
from connector.domain.ticket import Claim, Pass, Plan, Ticket
from connector.ledger.admission import Limits
from connector.ledger.memory import MemoryLedger
from connector.ledger.sql import SqlLedger
from connector.lifecycle.ledger_roles import PolledTicket

DESK = "https://contoso.service-now.com"
DAY = 86400
LEASE = 30.0
LIMITS = Limits(per_subject=Limit(2, DAY), per_requester=Limit(3, DAY), in_all=Limit(4, 3600))
NOON = 1_760_000_000.5
SECRET = "k7#RmQ2x"

AnyLedger = MemoryLedger | SqlLedger


def file_of(ledger: SqlLedger) -> Path:
    """Where a ledger in a file lies."""
    return Path(str(ledger.engine.url.database))


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class House:
    """A ledger, and whoever works on it."""

    clock: Clock
    worker: Callable[[str], AnyLedger]
    ledger: AnyLedger

    def claim(self, ticket: str = "1", digest: str = "facts") -> Claim:
        taken = self.ledger.take(self.sighting(ticket, digest))
        assert isinstance(taken, Claim), taken
        return taken

    def sighting(self, ticket: str = "1", digest: str = "facts") -> PolledTicket:
        return PolledTicket(seen(ticket), "incidents", digest, self.clock.now)

    def issuing(self, ticket: str = "1", who: str = "ann", requester: str | None = None) -> Claim:
        booked = self.ledger.issuing(self.claim(ticket), plan(who, requester), start=int(self.clock.now) + 75)
        assert isinstance(booked, Claim), booked
        return booked

    def delivering(self, ticket: str = "1", who: str = "ann", requester: str | None = None) -> Claim:
        return self.ledger.delivering(
            self.issuing(ticket, who, requester), made(f"pass-{ticket}", self.clock.now)
        )

    def live(self, ticket: str = "1", who: str = "ann", requester: str | None = None) -> Claim:
        told = self.ledger.settling(self.delivering(ticket, who, requester), Decision(State.LIVE))
        self.ledger.close(told, State.LIVE)
        return self.row(ticket)

    def ended(self, ticket: str = "1", who: str = "ann", requester: str | None = None) -> Claim:
        """Delivered, used, and gone."""
        self.live(ticket, who, requester)
        [claim] = self.ledger.take_up([State.LIVE])
        claim = self.ledger.revoking(claim, Decision(State.ENDED, Ending.USED))
        self.ledger.close(
            self.ledger.settling(claim, Decision(State.ENDED, Ending.USED, revocation_proven=True)),
            State.ENDED,
        )
        return self.row(ticket)

    def row(self, ticket: str = "1") -> Claim:
        found = self.ledger.find(DESK, ticket)
        assert found
        return found

    def actions(self) -> list[str]:
        return [line.action for line in self.ledger.history()]


def seen(ticket: str) -> Ticket:
    return Ticket(DESK, ticket, f"INC{int(ticket):07}", {}, open=True, mailed=False, links="")


def plan(who: str = "ann", requester: str | None = None) -> Plan:
    subject = Subject(f"id-{who}", f"{who}@contoso.com", who.title())
    return Plan(
        subject, requester, "note:work_notes", 3600, one_time=True, fence=75, digest="facts", version="v1"
    )


def made(pass_id: str = "pass-1", now: float = NOON) -> Pass:
    return Pass(pass_id, Secret(SECRET), start=int(now) + 76, lifetime=3600)
