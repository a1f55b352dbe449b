"""Bugs in the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.domain.outcome import Decision, NotYet, State
from connector.domain.ticket import Claim, Plan
from connector.ledger import admission as rules
from connector.ledger import book, store
from connector.ledger import transitions as ways
from connector.ledger.limiting import limited
from connector.ledger.memory_store import MemoryStore
from connector.ledger.rows import Row, VerbResult
from connector.ledger.schema import TRANSITIONS
from connector.ledger.store import Opened
from connector.lifecycle.ledger_roles import Skip
from tests.simulation.ledgers import SimMemory
from tests.simulation.mutants import Put, mutant


@mutant("one reference for all attempts of a ticket")
def one_reference(put: Put) -> None:
    right = ways.issuing

    def issuing(row: Row, plan: Plan, start: int, now: float) -> Any:
        step = right(row, plan, start, now)
        assert step.row.attempt
        attempt = replace(step.row.attempt.attempt, reference=f"{row.code}-1")
        return step._replace(row=replace(step.row, attempt=replace(step.row.attempt, attempt=attempt)))

    put(ways, "issuing", issuing)


def _held_by(condition: Any) -> Any:
    right = Opened.held

    def held(self: Any, db: Any, claim: Claim) -> Row:
        if (claim.desk, claim.ticket) in self.late:  # of a ticket that waits, bugs_of_waits.py knows more
            return right(self, db, claim)
        row: Row = db.ticket(claim.desk, claim.ticket)
        if not condition(row, claim):
            raise store.lost(claim.number)
        return row

    return held


def _put(self: MemoryStore, before: Row, after: Row) -> bool:
    """A store that looks at nothing."""
    now = self.tickets[before.key]
    if (
        before.attempt
        and after.attempt
        and before.attempts == after.attempts
        and before.attempt is not after.attempt
    ):
        self._follow(before.attempt, after.attempt)
    del self.by_state[now.state][now.key]
    self._keep(after)
    return True


@mutant("leases without a fencing number: the owner's name is enough")
def no_fencing_number(put: Put) -> None:
    put(Opened, "held", _held_by(lambda row, claim: row.owner == claim.owner))
    put(MemoryStore, "put", _put)


@mutant("a worker that lost its lease goes on writing")
def lost_leases_write(put: Put) -> None:
    put(Opened, "held", _held_by(lambda row, claim: True))
    put(MemoryStore, "put", _put)


@mutant("a lease that runs is taken from its holder")
def leases_taken(put: Put) -> None:
    put(Row, "leased", lambda self, now: False)


@mutant("leases never run out")
def leases_never_end(put: Put) -> None:
    put(Row, "leased", lambda self, now: self.owner is not None)


@mutant("limits are not looked at")
def no_limits(put: Put) -> None:
    put(book, "limited", lambda db, limits, plan, now: None)


@mutant("limits are looked at outside the transaction that books")
def limits_outside(put: Put) -> None:
    right = SimMemory.issuing
    put(book, "limited", lambda db, limits, plan, now: None)

    def issuing(self: Any, claim: Claim, plan: Plan, start: int) -> Any:
        if over := self.read(lambda db: limited(db, self.limits, plan, self.clock())):
            return over
        return right(self, claim, plan, start)

    put(SimMemory, "issuing", issuing)


@mutant("paused, and passes are issued all the same")
def pause_ignored(put: Put) -> None:
    right = MemoryStore.switch
    put(
        MemoryStore,
        "switch",
        lambda self, name, hold=False: None if name == "paused" and hold else right(self, name, hold=hold),
    )


@mutant("one person, two passes: the index is forgotten")
def two_passes_a_person(put: Put) -> None:
    right = MemoryStore.book

    def forget(self: MemoryStore, row: Row) -> bool:
        assert row.attempt
        self.live.pop(row.attempt.attempt.subject.id, None)
        return right(self, row)

    def follow(self: MemoryStore, before: Any, after: Any) -> None:
        self.live.setdefault(after.attempt.subject.id, after.attempt.reference)
        _follow(self, before, after)

    _follow = MemoryStore._follow
    put(MemoryStore, "book", forget)
    put(MemoryStore, "_follow", follow)


@mutant("a person's pass is called gone while it is delivered")
def gone_when_delivered(put: Put) -> None:
    right = ways.settling

    def settling(row: Row, decision: Decision, now: float) -> Any:
        step = right(row, decision, now)
        if decision.next_state is State.LIVE and step.row.attempt:
            step = step._replace(row=replace(step.row, attempt=replace(step.row.attempt, gone_at=1.0)))
        return step

    put(ways, "settling", settling)


@mutant("no audit line is written")
def no_audit(put: Put) -> None:
    put(store, "note", lambda db, entry, now, row=None: None)


@mutant("the audit trail's chain is not carried on")
def broken_chain(put: Put) -> None:
    put(store, "head_of", lambda line: f"{line.seq} {'0' * 64}")


@mutant("a ticket that had its pass gets another one when it is seen again")
def ended_again(put: Put) -> None:
    right = rules.skip
    put(
        rules,
        "skip",
        lambda row, sighting, now: None if row.state is State.ENDED else right(row, sighting, now),
    )
    put(TRANSITIONS, State.ENDED, frozenset({State.CLAIMED}))


@mutant("a ticket that waits is never taken again")
def waiting_forever(put: Put) -> None:
    right = rules.skip
    put(
        rules,
        "skip",
        lambda row, sighting, now: Skip.HELD if row.state is State.WAITING else right(row, sighting, now),
    )


@mutant("a refused ticket is judged again in each sweep, and told each time")
def refused_again(put: Put) -> None:
    right = ways.closing

    def closing(*rest: Any, **more: Any) -> Any:
        step = right(*rest, **more)
        return step._replace(row=replace(step.row, said=None))

    put(rules, "judged_again", lambda row, sighting: True)
    put(ways, "closing", closing)


@mutant("an operator's revoke takes nothing from the worker", 7500)
def revoke_without_fencing(put: Put) -> None:
    right = ways.revoke_asked

    def revoke_asked(row: Row, why: str, now: float) -> Any:
        step = right(row, why, now)
        return step._replace(
            row=replace(step.row, owner=row.owner, lease_until=row.lease_until, fence=row.fence)
        )

    put(ways, "revoke_asked", revoke_asked)


@mutant("an operator's revoke is answered, and forgotten")
def revoke_forgotten(put: Put) -> None:
    put(SimMemory, "revoke", lambda self, desk, ticket, why="": VerbResult(True, "its pass is being revoked"))


@mutant("the pass is kept in the ledger")
def secret_in_the_ledger(put: Put) -> None:
    right = ways.delivering

    def delivering(row: Row, made: Any, now: float) -> Any:
        step = right(row, made, now)
        return step._replace(row=replace(step.row, detail=made.secret.reveal()))

    put(ways, "delivering", delivering)


@mutant("an attempt that is refused keeps the person's place")
def place_is_kept(put: Put) -> None:
    right = ways.with_revocation_proven
    put(
        ways,
        "with_revocation_proven",
        lambda row, now: row.attempt if row.state is State.REVOKING else right(row, now),
    )


@mutant("a limit counts only what was delivered, not what is under way")
def only_delivered_counts(put: Put) -> None:
    right = MemoryStore.count

    def count(self: MemoryStore, since: float, subject: str | None, requester: str | None) -> int:
        return right(self, since, subject, requester) - self.pending[subject, requester]

    put(MemoryStore, "count", count)


@mutant("deferred reasons come to nothing: the ticket is refused for good")
def deferred_is_refused(put: Put) -> None:
    right = ways.closing

    def closing(row: Row, state: State, verdict: NotYet | None, now: float, **more: Any) -> Any:
        step = right(row, state, verdict, now, **more)
        return step._replace(row=replace(step.row, state=State.STUCK)) if state is State.WAITING else step

    put(ways, "closing", closing)
