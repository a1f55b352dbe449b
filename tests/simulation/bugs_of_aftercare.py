"""Bugs in after-care."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.domain.outcome import State
from connector.domain.ticket import Claim
from connector.lifecycle import aftercare, recovery
from connector.lifecycle.roles import Requeue, Roles
from tests.simulation.mutants import Put, mutant
from tests.simulation.replica import Replica


def without(what: str) -> Any:
    """After-care that doesn't see it: its judge never says so."""
    right = aftercare.look_after

    def look_after(claim: Claim, roles: Roles) -> State:
        class Blind:
            def __getattr__(self, name: str) -> Any:
                return (lambda *_: False) if name == what else getattr(roles.judge, name)

        return right(claim, replace(roles, judge=Blind()))

    return look_after


@mutant("after-care forgets cancelled tickets")
def cancelled_forgotten(put: Put) -> None:
    put(recovery.HANDLERS, State.LIVE, without("dropped"))


@mutant("after-care doesn't prove a person again before the start")
def not_proved_again(put: Put) -> None:
    put(recovery.HANDLERS, State.LIVE, without("judge"))


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
    put(recovery.HANDLERS, State.LIVE, lambda claim, roles: roles.book.reschedule(claim, Requeue(wait=60)))
