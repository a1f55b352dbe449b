"""Bugs about names, starts that have passed, and a word that ends every pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connector.entra import people
from connector.guards.policy import StartAllowed
from connector.ledger.operator import OperatorVerbs
from connector.ledger.rows import VerbResult
from tests.simulation.draw import NAMED
from tests.simulation.mutants import Put, mutant


@mutant("a start that has passed means now, however long ago", NAMED)
def however_long_ago(put: Put) -> None:
    right = StartAllowed.check
    put(
        StartAllowed,
        "check",
        lambda self, case: right(self, replace(case, mapping=replace(case.mapping, late_at_most=10**9))),
    )


@mutant("a start that has just passed refuses the ticket, whatever the mapping says", NAMED)
def late_is_refused(put: Put) -> None:
    right = StartAllowed.check
    put(
        StartAllowed,
        "check",
        lambda self, case: right(self, replace(case, mapping=replace(case.mapping, late_at_most=0))),
    )


@mutant("whom an index names is not read again by id", NAMED)
def index_is_trusted(put: Put) -> None:
    put(people, "again", lambda name, key, person, more=(): None)
    put(people, "rivals", lambda name, key, reply, person: [])


@mutant("whom an index names is read again by id, and the name is not compared", NAMED)
def name_not_compared(put: Put) -> None:
    put(people, "still", lambda reply, key, found, domains, more=(): found)


@mutant("of two enabled accounts with one number the first is taken", NAMED)
def first_account_taken(put: Put) -> None:
    def enabled(rows: Any, key: Any, ambiguous: Any, domains: Any, more: Any) -> Any:
        return people.person(next(each for each in rows if each["accountEnabled"]), more, domains=domains)

    put(people, "_enabled", enabled)


@mutant("revoke --all ends one pass and leaves the others", NAMED)
def one_is_revoked(put: Put) -> None:
    def revoke_all(self: OperatorVerbs, *what: Any) -> Sequence[VerbResult]:
        out = self.passes_out()[:1]  # type: ignore[attr-defined]  # of another part of the ledger
        return [self.revoke(each.claim.desk, each.claim.ticket, *what) for each in out]

    put(OperatorVerbs, "revoke_all", revoke_all)
