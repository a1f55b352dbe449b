"""The next sweep's work on one ticket: the sweep itself, rehearsed on what can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event as StopEvent
from typing import TYPE_CHECKING, Any

from connector.domain.errors import Down
from connector.domain.outcome import UNFINISHED, Ending, State
from connector.domain.reasons import Reason
from connector.domain.reference import find_all
from connector.ledger.rehearsal import RehearsalLedger
from connector.lifecycle.orphaned import OrphanRoles
from connector.lifecycle.roles import Roles
from connector.operating.times import clock
from connector.worker.boundary import Way
from connector.worker.rehearsal import (
    RehearsalDelivery,
    RehearsalDesk,
    RehearsalIssuer,
    RehearsalUpdater,
    Wanted,
)
from connector.worker.sweep import Sweep

if TYPE_CHECKING:
    from connector.domain.ticket import Claim, Ticket
    from connector.ledger.memory import MemoryLedger
    from connector.ledger.sql import SqlLedger
    from connector.ledger.transaction import RowKey
    from connector.mapping import Mapping
    from connector.wire import ReadOnly

# Reasons that what other tickets do in the same sweep may bring about, or take away.
SHARED = frozenset({
    Reason.PASS_STANDING, Reason.LIMIT_SUBJECT, Reason.LIMIT_REQUESTER, Reason.LIMIT_OVERALL,
})  # fmt: skip
MOST_AHEAD = 50  # tickets that are rehearsed because they come first


@dataclass(frozen=True)
class Verdict:
    """The next sweep's decision. `outcome`: delivered, refused, deferred, stuck, ended or nothing.

    `ahead`: tickets that come first, and that weren't looked at. `down`: a service couldn't be reached.
    """

    outcome: str
    reason: str | None = None
    detail: str = ""
    ahead: int = 0
    down: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "reason": self.reason, "detail": self.detail}


@dataclass
class Rehearsal:
    """The sweep, as far as one desk's ticket is concerned. Each queue is asked for once."""

    eyes: ReadOnly
    ledger: SqlLedger | MemoryLedger
    url: str
    desks: dict[str, RehearsalDesk] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for mapping in self.eyes.config.mappings:
            self.desks[mapping.name] = RehearsalDesk(self.eyes.desk(mapping))

    @property
    def mappings(self) -> list[Mapping]:
        """The mappings of the ticket's desk."""
        return [each for each in self.eyes.config.mappings if self.eyes.url(each) == self.url]

    def verdict(self, ticket: Ticket) -> Verdict:
        """Rehearse the ticket alone; where it may matter, together with those that come before it. Raises
        Down where the desk's queue can't be read.
        """
        for mapping in self.mappings:
            self.desks[mapping.name].queue()
        key = (ticket.desk, ticket.id)
        alone = self.rehearsed(ticket, self.mappings, {key}, {key})
        if alone.outcome != "delivered" and alone.reason not in SHARED:
            return alone
        ahead = self.ahead_of(ticket)
        taken = {
            (row.desk, row.ticket) for row in self.ledger.rows(set(State) - {State.WAITING, State.CLAIMED})
        }
        if len(ahead - taken) > MOST_AHEAD:
            return replace(alone, ahead=len(ahead - taken))
        scope = {(row.desk, row.ticket) for row in self.ledger.rows(UNFINISHED)} | {key}
        return self.rehearsed(ticket, self.eyes.config.mappings, {*ahead, key}, scope)

    def ahead_of(self, ticket: Ticket) -> set[RowKey]:
        """Tickets that a sweep would take before this one, at whatever desk."""
        sweep = self.sweep(
            RehearsalLedger(self.ledger, set()), self.eyes.config.mappings, lambda each: True, []
        )
        polled = {name: shown(desk) for name, desk in self.desks.items()}
        keys = [each.key for each in sweep.in_order(polled, 0)]
        mine = (ticket.desk, ticket.id)
        return set(keys[: keys.index(mine)] if mine in keys else keys)

    def rehearsed(
        self, ticket: Ticket, mappings: Iterable[Mapping], polled: set[RowKey], scope: set[RowKey]
    ) -> Verdict:
        """Sweep over these mappings, whose polls show only `polled`; `scope`: the rows that are taken up."""
        ledger = RehearsalLedger(self.ledger, scope)
        broken: list[str] = []

        def wanted(each: Ticket) -> bool:
            return (each.desk, each.id) in polled

        report = self.sweep(ledger, mappings, wanted, broken).once()
        row = ledger.find(ticket.desk, ticket.id)
        before = report.began.get((ticket.desk, ticket.id))
        down = bool(report.unreachable)
        decided = [each for each in report.decisions if row and each.ticket == row.number]
        for each in decided:
            if before is not None or each.outcome == "stuck":
                return Verdict(each.outcome, each.reason, self.real(each.detail, ledger), down=down)
        return replace(untouched(before, row), down=down)

    def real(self, detail: str, ledger: RehearsalLedger) -> str:
        """The sentence without references that were made up for the rehearsal: with their ticket's number."""
        there = self.ledger.whose(find_all(detail))
        for reference in find_all(detail):
            if reference not in there and (found := ledger.whose([reference]).get(reference)):
                row = ledger.find(*found)
                detail = detail.replace(reference, row.number if row else "")
        return detail

    def sweep(
        self, ledger: RehearsalLedger, mappings: Iterable[Mapping], wanted: Wanted, broken: list[str]
    ) -> Sweep:
        issuer = RehearsalIssuer(self.eyes.issuer)
        ways = {}
        for mapping in mappings:
            desk = replace(self.desks[mapping.name], wanted=wanted)
            judge = self.eyes.judges[mapping.name]
            judge = replace(judge, share=ledger.share, held=ledger.subject_held)
            delivery = RehearsalDelivery(partial(self.eyes.ready, mapping))
            bound = self.eyes.config.settings.floor.wait_at_most
            updater = RehearsalUpdater()
            roles = Roles(judge, desk, issuer, delivery, updater, ledger, wait_at_most=bound)
            ways[mapping.name] = Way(
                mapping.name,
                mapping.desk,
                self.eyes.url(mapping),
                mapping.table,
                roles,
                judge.wants,
                mapping.version,
            )

        def orphans(claim: Claim) -> Roles:
            absent = OrphanRoles(claim.desk, claim.mapping)
            return Roles(absent, absent, issuer, absent, absent, ledger)

        return Sweep(
            ways, ledger, 1, orphans, lambda what, error: broken.append(what), StopEvent(), self.ledger.clock
        )


def shown(desk: RehearsalDesk) -> list[Ticket]:
    """The desk's queue; none where it is down, as a sweep is shown none."""
    try:
        return desk.queue()
    except Down:
        desk.polled = []
        return []


def untouched(before: Claim | None, row: Claim | None) -> Verdict:
    """The verdict on a ticket about which a sweep decides nothing. `before`: as the sweep took it, if so."""
    if row is None:
        return Verdict("nothing", None, "No sweep takes it: it isn't in the queue.")
    if (before is not None and row.state is State.ENDED) or row.state is State.REVOKING:
        outcome = "ended" if before and before.state is not row.state else "nothing"
        return Verdict(outcome, str(row.reason) if row.reason else None, _ending(row))
    match row.state:
        case State.LIVE:
            until = clock(row.current_attempt.end)
            return Verdict(
                "nothing", None, f"It has its pass, {row.current_attempt.reference}, until {until}."
            )
        case State.ENDED:
            return Verdict("nothing", None, "It had its pass. passdesk reissue allows one more.")
        case State.REFUSED:
            why = f"It was refused ({row.reason}), and nothing on it changed since. {row.detail}"
            return Verdict("nothing", str(row.reason), why.strip())
        case _:
            waits = f"It waits ({row.reason}), and" if row.reason else "It"
            return Verdict("nothing", None, f"{waits} isn't in the queue.")


def _ending(row: Claim) -> str:
    match row.reason:
        case Ending.USED:
            return "Its pass was used, and is deleted."
        case Ending.EXPIRED:
            return "Its pass has expired, and is deleted."
        case Ending.CANCELLED:
            return "The ticket was closed or taken out of the queue: its pass is revoked."
        case _:
            return row.detail or "Its pass is revoked."
