"""Bugs about links between tickets, over which a desk copies notes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.desks.servicenow.children import Children, Family
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.outcome import State
from connector.domain.ticket import Claim, MappedTicket, Plan, Ticket
from connector.guards.ticket import NoteStaysOnTicket
from connector.ledger import transitions
from connector.lifecycle import journey
from connector.lifecycle.roles import Roles
from tests.simulation.bugs_of_guards import nothing
from tests.simulation.draw import LAGGED, LINKS
from tests.simulation.mutants import Put, mutant
from tests.simulation.replica import Replica


@mutant("guard: notes that the desk copies to other tickets are used", LINKS)
def copied_notes_used(put: Put) -> None:
    put(NoteStaysOnTicket, "check", nothing)


@mutant("once the pass is made, the ticket isn't looked at again before the note", LINKS)
def not_looked_at_again(put: Put) -> None:
    right = journey.unchanged_since_plan

    def unchanged(
        claim: Claim, mapped: MappedTicket, plan: Plan, ticket: Ticket | None, roles: Roles
    ) -> bool:
        return claim.state is State.DELIVERING or right(claim, mapped, plan, ticket, roles)

    put(journey, "unchanged_since_plan", unchanged)


@mutant("a pass that can be used at once is handed over without another look", LINKS)
def used_before_the_first_round(put: Put) -> None:
    put(Replica, "numbers", {"first_round": -(10**9)})


@mutant("a ticket that is linked once its note stands keeps its pass", LINKS)
def links_after_the_note(put: Put) -> None:
    put(transitions, "first_round", lambda booked, now: now + 300)


@mutant("of the answer that shows a ticket and its children, only the ticket is looked at", LAGGED)
def children_unread(put: Put) -> None:
    right = Children.with_parent

    def with_parent(self: Children, *what: Any) -> Family | None:
        found = right(self, *what)
        return found and replace(found, children="")

    put(Children, "with_parent", with_parent)


@mutant("a ticket's links are those of the page that a poll showed", LINKS)
def links_of_the_page(put: Put) -> None:
    right, polled, kept = ServiceNowDesk.read, ServiceNowDesk._watched, dict[str, str | None]()

    def watched(self: ServiceNowDesk, rows: Any) -> Any:
        for each in polled(self, rows):
            kept[each.id] = each.links
            yield each

    def read(self: ServiceNowDesk, ticket: str) -> Any:
        found = right(self, ticket)
        return found and replace(found, links=kept.get(ticket, found.links))

    put(ServiceNowDesk, "_watched", watched)
    put(ServiceNowDesk, "read", read)
