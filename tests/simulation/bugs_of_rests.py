"""Bugs in routes that rest, in the age of waits, in clocks, and in giving a ticket up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connector.domain.outcome import NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger import book, rests, routes
from connector.ledger import transitions as ways
from connector.ledger.clock import LedgerClock
from connector.ledger.rests import Rest
from connector.ledger.rows import Row
from connector.lifecycle import giving_up, journey
from connector.lifecycle.ledger_roles import Ledger
from connector.lifecycle.roles import Roles
from connector.worker import boundary
from tests.simulation import replica
from tests.simulation.draw import FLIPS, RESTS
from tests.simulation.mutants import Put, mutant


@mutant("a route that rests is taken all the same", RESTS)
def rests_ignored(put: Put) -> None:
    put(book, "admitted", lambda rests, ways, ticket, now, others: (None, []))


@mutant("after a rest all tickets try at once", RESTS)
def no_probe(put: Put) -> None:
    put(Rest, "tried_by", lambda self, ticket, now: self)


@mutant("a failed try begins no new rest", RESTS)
def no_longer_rest(put: Put) -> None:
    right = rests.learnt

    def learnt(rest: Rest | None, *rest_of_it: Any) -> Rest:
        return rest if rest and rest.resting else right(rest, *rest_of_it)

    put(routes, "learnt", learnt)


@mutant("a shared refusal uses up an attempt", RESTS)
def nothing_excused(put: Put) -> None:
    right = ways.revoking
    put(ways, "revoking", lambda row, decision, now, excused: right(row, decision, now, excused=False))


@mutant("the same answer to another ticket proves nothing", RESTS)
def nobody_alike(put: Put) -> None:
    right = rests.learnt

    def learnt(rest: Rest | None, *rest_of_it: Any) -> Rest:
        return right(rest and replace(rest, suspects=()), *rest_of_it)

    put(routes, "learnt", learnt)


@mutant("one person's refusal is taken for everybody's", RESTS)
def one_is_all(put: Put) -> None:
    right = rests.learnt
    put(
        routes,
        "learnt",
        lambda rest, trouble, ticket, now: right(rest, replace(trouble, shared=True), ticket, now),
    )


@mutant("a wait has no bound", RESTS)
def waits_for_ever(put: Put) -> None:
    right = journey.wait

    def wait(claim: Claim, *rest_of_it: Any, **known: Any) -> State:
        return right(replace(claim, own_wait=0.0), *rest_of_it, **known)

    put(journey, "wait", wait)


@mutant("the time that all wait counts as the ticket's own", RESTS)
def all_waits_count(put: Put) -> None:
    right = ways.waiting

    def waiting(row: Row, verdict: NotYet, *rest_of_it: Any, **known: Any) -> dict[str, Any]:
        return right(row, NotYet(Reason.EVIDENCE_MISSING, verdict.detail), *rest_of_it, **known)

    put(ways, "waiting", waiting)


@mutant("while issuing is paused the tickets' own time goes on", RESTS)
def paused_counts(put: Put) -> None:
    put(book, "all_wait", lambda db, row: False)


@mutant("a try that proved nothing keeps the others from trying", RESTS)
def no_way_given(put: Put) -> None:
    put(book, "give_way", lambda db, row, now: None)


@mutant("the ledger's clock is set with the machine's", RESTS)
def clock_steps(put: Put) -> None:
    class Wall(LedgerClock):
        def __init__(self, wall: Callable[[], float], steady: Callable[[], float]) -> None:
            super().__init__(wall, steady)
            self.wall = wall

        def __call__(self) -> float:
            return self.wall()

    put(replica, "ledger_clock", Wall)


@mutant("what fails unexpectedly is tried for ever", RESTS)
def never_given_up(put: Put) -> None:
    put(boundary, "MOST_SURPRISES", 10**9)


@mutant("a refusal that our own code can't say is left unsaid", FLIPS)
def refusal_left_unsaid(put: Put) -> None:
    right = giving_up.give_up

    def give_up(claim: Claim, roles: Roles, ledger: Ledger) -> State:
        if claim.state is State.SETTLING and claim.next_state:
            return roles.book.close(claim, claim.next_state, NotYet(Reason.RECOVERING, "It wasn't said."))
        return right(claim, roles, ledger)

    put(boundary, "give_up", give_up)
