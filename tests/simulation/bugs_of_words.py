"""Bugs in notes that say why a ticket waits, and in the sentence for callers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.deliveries.notices import Notices
from connector.deliveries.ticket_update import NoteUpdater
from connector.domain.outcome import NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger import transitions
from connector.ledger.rows import Row
from connector.lifecycle import journey
from connector.lifecycle.roles import Roles
from tests.simulation.draw import FLIPS, TOLD
from tests.simulation.mutants import Put, mutant


@mutant("the note on a wait is written in every sweep", TOLD)
def told_in_every_sweep(put: Put) -> None:
    put(Claim, "wait_mark", property(lambda self: f"waiting {self.token}"))


@mutant("a wait that is told takes the mark of the refusal", FLIPS)
def a_wait_takes_the_mark_of_the_refusal(put: Put) -> None:
    right = transitions.moved

    def moved(row: Row, state: State, now: float, **changes: Any) -> Row:
        return right(row, state, now, **(changes | ({"said": None} if changes.get("wait_said") else {})))

    put(transitions, "moved", moved)


@mutant("a note on a wait says what the rule found, with the person's name", TOLD)
def a_wait_with_names(put: Put) -> None:
    right = Notices.why
    put(Notices, "why", lambda self, claim: self.detail(claim) or right(self, claim))


@mutant("a ticket that waits says so at once", TOLD)
def told_at_once(put: Put) -> None:
    right = journey.to_be_told

    def told(claim: Claim, verdict: NotYet, roles: Roles) -> bool:
        return right(replace(claim, waited=1e9), verdict, roles)

    put(journey, "to_be_told", told)


@mutant("a ticket says that it waits for what no agent can end", TOLD)
def told_whatever_it_is(put: Put) -> None:
    put(journey, "AGENTS_WAITS", frozenset(Reason))


@mutant("a ticket that waits never says so", TOLD)
def never_told(put: Put) -> None:
    put(journey, "to_be_told", lambda claim, verdict, roles: False)


@mutant("the caller reads why there is no pass", TOLD)
def reasons_for_callers(put: Put) -> None:
    put(NoteUpdater, "_for_caller", lambda self, claim: self.notices.notice(claim))


@mutant("the caller reads the sentence when the pass ends, too", TOLD)
def callers_told_at_the_end(put: Put) -> None:
    put(NoteUpdater, "_for_caller", lambda self, claim: self.notices.for_caller())


@mutant("the caller is told nothing of a no", TOLD)
def callers_told_nothing(put: Put) -> None:
    put(NoteUpdater, "_for_caller", lambda self, claim: None)
