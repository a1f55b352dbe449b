"""Bugs about names that change hands or look alike, managers further up, verifications and guests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.entra.managers import Managers
from connector.guards import judge
from connector.guards.account import NotExternal
from connector.guards.evidence import ManagerChain
from connector.guards.verified import VerifiedInTime
from connector.mapping import program
from connector.mapping.model import Mapping
from tests.simulation.draw import PEOPLE
from tests.simulation.mutants import Put, mutant


@mutant("guard: another account behind the name is let through", PEOPLE)
def pin_ignored(put: Put) -> None:
    put(judge, "same_account", lambda claim, key, person: None)


@mutant("a ticket that waits is pinned when its wait is over", PEOPLE)
def pinned_late(put: Put) -> None:
    put(judge.MappingJudge, "first_seen", lambda self, claim, facts, verdict: verdict)


@mutant("a reading of the chain of managers goes one level too far", PEOPLE)
def chain_one_too_far(put: Put) -> None:
    put(
        Managers,
        "chain",
        lambda self, of, nearest, levels, right=Managers.chain: ManagerChain(
            right(self, of, nearest, levels + 1).ids[1:]
        ),
    )


@mutant("managers who stand in a circle may ask", PEOPLE)
def circle_may_ask(put: Put) -> None:
    right = Managers.chain

    def chain(self: Any, of: Any, nearest: Any, levels: Any) -> Any:
        found = right(self, of, nearest, levels)
        return replace(found, cyclic=False) if isinstance(found, ManagerChain) else found

    put(Managers, "chain", chain)


@mutant("guard: the time of a verification isn't looked at", PEOPLE)
def verified_once(put: Put) -> None:
    right = VerifiedInTime.check
    put(VerifiedInTime, "check", lambda self, case: right(self, replace(case, now=None)))


@mutant("guard: guests of the tenant's own are let through unasked", PEOPLE)
def own_guests_pass(put: Put) -> None:
    right = NotExternal.check

    def check(self: Any, case: Any) -> Any:
        return None if case.evidence.subject.own_guest is True else right(self, case)

    put(NotExternal, "check", check)


@mutant("a letter that looks like another is taken for it", PEOPLE)
def look_alikes_mended(put: Put) -> None:
    right = Mapping.facts
    put(program, "confusing", lambda text: "")
    put(
        Mapping,
        "facts",
        lambda self, fields: right(
            self, {name: text.replace("\u0435", "e") for name, text in fields.items()}
        ),
    )
