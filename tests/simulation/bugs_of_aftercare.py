"""Bugs in after-care."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.domain.outcome import State
from connector.domain.ticket import Claim
from connector.entra import holders
from connector.entra.holders import EntraHolders
from connector.lifecycle import aftercare, recovery
from connector.lifecycle.aftercare import Seen
from connector.lifecycle.ledger_roles import Requeue
from connector.lifecycle.roles import Roles
from connector.worker import looks
from tests.simulation.draw import CARED
from tests.simulation.mutants import Put, mutant
from tests.simulation.replica import Replica


def without(what: str) -> Any:
    """After-care that doesn't see it: its judge never says so."""
    right = aftercare.look_after

    def look_after(claim: Claim, roles: Roles, seen: Seen) -> State:
        class Blind:
            def __getattr__(self, name: str) -> Any:
                return (lambda *_: False) if name == what else getattr(roles.judge, name)

        return right(claim, replace(roles, judge=Blind()), seen)

    return look_after


@mutant("after-care forgets cancelled tickets")
def cancelled_forgotten(put: Put) -> None:
    put(recovery, "look_after", without("dropped"))


@mutant("after-care doesn't prove a person again before the start")
def not_proved_again(put: Put) -> None:
    put(recovery, "look_after", without("judge"))


@mutant("after-care ends a used pass at once")
def no_grace(put: Put) -> None:
    put(Replica, "numbers", {"used_grace": 0})


@mutant("after-care forgets used passes")
def used_forgotten(put: Put) -> None:
    put(
        aftercare,
        "used",
        lambda claim, since, now, roles: roles.book.reschedule(claim, Requeue(used_at=since, wait=10**6)),
    )


@mutant("after-care doesn't notice that a pass is gone")
def loss_unnoticed(put: Put) -> None:
    put(aftercare, "missing", lambda claim, now, roles: roles.book.reschedule(claim, Requeue(wait=60)))


@mutant("after-care doesn't look whose note is the last")
def overwritten_unnoticed(put: Put) -> None:
    put(aftercare, "overwritten", lambda claim, ticket, roles: False)


@mutant("after-care never looks")
def no_aftercare(put: Put) -> None:
    put(recovery, "look_after", lambda claim, roles, seen: roles.book.reschedule(claim, Requeue(wait=60)))


@mutant("a neighbour's list of passes is used", CARED)
def neighbours_list(put: Put) -> None:
    right = EntraHolders.passes

    def passes(self: EntraHolders, people: Any) -> Any:
        found = right(self, people)
        return dict(zip(found, [*found.values()][::-1], strict=True))

    put(EntraHolders, "passes", passes)


@mutant("a list of passes that could not be read counts as empty", CARED)
def failed_list_is_empty(put: Put) -> None:
    right = EntraHolders.passes
    put(EntraHolders, "passes", lambda self, people: {**dict.fromkeys(people, ()), **right(self, people)})


@mutant("a user who is disabled after the start keeps their pass", CARED)
def disabled_keeps_it(put: Put) -> None:
    right = EntraHolders.forbidden
    put(EntraHolders, "forbidden", lambda self, holder, enabled: right(self, holder, True))


@mutant("a user who is made privileged after the start keeps their pass", CARED)
def privileged_keeps_it(put: Put) -> None:
    put(holders, "privileged", lambda upn, found: None)


@mutant("an account is asked about once, and never again", CARED)
def account_asked_once(put: Put) -> None:
    put(looks, "SELDOM", 1e9)


@mutant("a look of before counts, soon after the start", CARED)
def old_look_counts(put: Put) -> None:
    put(aftercare, "AHEAD", 1e9)
