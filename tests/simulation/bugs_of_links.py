"""Bugs about links between tickets, over which a desk copies notes."""

from __future__ import annotations

from connector.domain.outcome import State
from connector.domain.ticket import Claim, MappedTicket, Plan
from connector.guards.ticket import NoteStaysOnTicket
from connector.lifecycle import journey
from connector.lifecycle.roles import Roles
from tests.simulation.bugs_of_guards import nothing
from tests.simulation.draw import LINKS
from tests.simulation.mutants import Put, mutant


@mutant("guard: notes that the desk copies to other tickets are used", LINKS)
def copied_notes_used(put: Put) -> None:
    put(NoteStaysOnTicket, "check", nothing)


@mutant("once the pass is made, the ticket isn't looked at again before the note", LINKS)
def not_looked_at_again(put: Put) -> None:
    right = journey.unchanged_since_plan

    def unchanged(claim: Claim, mapped: MappedTicket, plan: Plan, roles: Roles) -> bool:
        return claim.state is State.DELIVERING or right(claim, mapped, plan, roles)

    put(journey, "unchanged_since_plan", unchanged)
