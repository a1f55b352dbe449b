"""Bugs in the names of events."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

from connector.domain.errors import PassdeskError
from connector.domain.events import Event, closed
from connector.domain.outcome import State
from connector.ledger import transitions as ways
from connector.ledger.rows import Row
from connector.lifecycle import events
from connector.worker import boundary
from connector.worker.sweep import Sweep
from tests.simulation.mutants import Put, mutant


@mutant("the trail calls a made pass by the name of its state")
def named_after_the_state(put: Put) -> None:
    right = ways.delivering

    def delivering(row: Row, made: Any, now: float) -> Any:
        step = right(row, made, now)
        assert step.entry
        return step._replace(entry=step.entry._replace(action=cast(Event, _Word("delivering"))))

    put(ways, "delivering", delivering)


class _Word(str):
    """A word that no row of the table has."""

    @property
    def value(self) -> str:
        return str(self)


@mutant("the log calls every decision a delivery")
def another_name_in_the_log(put: Put) -> None:
    put(events, "decided", lambda then: Event.DELIVERED)


@mutant("the trail calls a failed attempt's ticket deferred")
def retried_is_called_deferred(put: Put) -> None:
    put(ways, "closed", lambda state: Event.DEFERRED if state is State.CLAIMED else closed(state))


@mutant("a ticket that waits on is news at each look")
def each_look_is_news(put: Put) -> None:
    for module in (events, boundary):
        put(module, "waits_as_before", lambda claim, after, reason: False)


@mutant("a pass is used before anybody was handed it, and nobody is told", 600)
def used_early_in_silence(put: Put) -> None:
    right = events.announce

    def announce(listener: Any, event: Any) -> None:
        if event.event is not Event.USED_UNCONFIRMED:
            right(listener, event)

    put(events, "announce", announce)


@mutant("a ticket that begins to wait is no news")
def waiting_is_no_news(put: Put) -> None:
    for module in (events, boundary):
        put(module, "waits_as_before", lambda claim, after, reason: claim.state is State.CLAIMED)


@mutant("what is handed back waits, and the log doesn't say so")
def deferred_in_silence(put: Put) -> None:
    def hand_back(self: Sweep, claim: Any, rest: Any) -> None:
        with suppress(PassdeskError):
            self.ledger.hand_back(claim, rest)
        self.ledger.let_go(claim)

    put(Sweep, "hand_back", hand_back)


@mutant("a ticket is claimed, and the log doesn't say so")
def claimed_in_silence(put: Put) -> None:
    right = Sweep.take

    def take(self: Sweep, *rest: Any) -> Any:
        return right(replace(self, listener=events.nobody), *rest)

    put(Sweep, "take", take)
