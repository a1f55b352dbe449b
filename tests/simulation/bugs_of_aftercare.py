"""Bugs in after-care."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.domain.outcome import State
from connector.domain.ticket import Claim
from connector.lifecycle import aftercare, recovery
from connector.lifecycle.roles import Rest, Roles
from tests.simulation.mutants import Put, mutant
from tests.simulation.replica import Replica


def without(what: str) -> Any:
    """After-care that doesn't see it: its judge never says so."""
    right = aftercare.look_after

    def look_after(claim: Claim, ask: Roles) -> State:
        class Blind:
            def __getattr__(self, name: str) -> Any:
                return (lambda *_: False) if name == what else getattr(ask.judge, name)

        return right(claim, replace(ask, judge=Blind()))

    return look_after


@mutant("after-care forgets cancelled tickets")
def cancelled_forgotten(put: Put) -> None:
    put(recovery.MEANS, State.LIVE, without("dropped"))


@mutant("after-care doesn't prove a person again before the start")
def not_proved_again(put: Put) -> None:
    put(recovery.MEANS, State.LIVE, without("judge"))


@mutant("after-care ends a used pass at once")
def no_grace(put: Put) -> None:
    put(Replica, "numbers", {"grace": 0})


@mutant("after-care forgets used passes")
def used_forgotten(put: Put) -> None:
    put(
        aftercare,
        "used",
        lambda claim, since, now, ask: ask.book.rest(claim, Rest(used_at=since, wait=10**6)),
    )


@mutant("after-care doesn't notice that a pass is gone")
def loss_unnoticed(put: Put) -> None:
    put(aftercare, "missing", lambda claim, now, ask: ask.book.rest(claim, Rest(wait=60)))


@mutant("after-care doesn't look whose note is the last")
def overwritten_unnoticed(put: Put) -> None:
    put(aftercare, "overwritten", lambda claim, ticket, ask: False)


@mutant("after-care never looks")
def no_aftercare(put: Put) -> None:
    put(recovery.MEANS, State.LIVE, lambda claim, ask: ask.book.rest(claim, Rest(wait=60)))
