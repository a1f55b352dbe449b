"""Bugs in shares, raises, hours and age, and in pausing by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.guards.when import InHours, YoungEnough
from connector.ledger import book, limiting, operator
from connector.ledger.limiting import Raise
from connector.ledger.memory_store import MemoryStore
from connector.ledger.pausing import paused_by
from tests.simulation.draw import FAIR, STRANGERS
from tests.simulation.ledgers import SimMemory
from tests.simulation.mutants import Put, mutant


@mutant("a raise of a limit never ends", FAIR)
def raised_for_ever(put: Put) -> None:
    right = limiting.raises

    def raises(db: Any, now: float) -> list[Raise]:
        return right(db, now - 1e6)

    put(limiting, "raises", raises)


@mutant("one requester's flood is looked up in each sweep", FAIR)
def flood_is_looked_up(put: Put) -> None:
    put(SimMemory, "share", lambda self, asker: None)


@mutant("tickets without a requester use up nobody's share", FAIR)
def nobody_has_no_share(put: Put) -> None:
    right = limiting.requesters

    def requesters(limits: Any, requester: str | None) -> Any:
        rule = right(limits, requester)
        return rule if requester else replace(rule, floor=replace(rule.floor, count=10**6))

    put(limiting, "requesters", requesters)
    put(book, "requesters", requesters)


@mutant("passes are made outside of the hours", FAIR)
def hours_ignored(put: Put) -> None:
    put(InHours, "check", lambda self, case: None)
    put(book, "closed", lambda plan, start, waited: None)


@mutant("a ticket's age doesn't matter", FAIR)
def age_ignored(put: Put) -> None:
    put(YoungEnough, "check", lambda self, case: None)


@mutant("who had privileges a moment ago gets a pass", FAIR)
def flips_forgotten(put: Put) -> None:
    put(book, "flipped", lambda db, pausing, subject, now: None)


@mutant("the booking doesn't look whether passdesk paused itself", FAIR)
def own_pause_ignored(put: Put) -> None:
    right = MemoryStore.switch

    def switch(self: MemoryStore, name: str, *, hold: bool = False) -> str | None:
        own = name == "paused" and hold and paused_by(self).get("cause")
        return None if own else right(self, name, hold=hold)

    put(MemoryStore, "switch", switch)


@mutant("passes that others made are seen, and not counted", STRANGERS)
def strangers_uncounted(put: Put) -> None:
    put(book, "sighted", lambda db, pausing, about, now: None)


@mutant("a person's resume is undone by the same sign", FAIR)
def resume_undone(put: Put) -> None:
    put(operator, "resumed", lambda db, now: None)


@mutant("nobody looks at the trail", FAIR)
def trail_unwatched(put: Put) -> None:
    put(SimMemory, "watch_chain", lambda self: None)


@mutant("stuck tickets aren't counted", FAIR)
def stuck_uncounted(put: Put) -> None:
    put(book, "decided", lambda db, pausing, step, now: None)
