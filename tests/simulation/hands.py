"""What people write on tickets beside passdesk: colleagues, whose notes callers don't see, and callers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.reference import with_attempt
from connector.simulators.servicenow.records import Row
from tests.simulation.trail import CALLER, COLLEAGUE, US
from tests.simulation.views import row_of

if TYPE_CHECKING:
    from tests.simulation.world import World


def write_note(world: World, row: Row, text: str) -> None:
    """A colleague's."""
    if world.shape.topdesk:
        world.trails.add(row["sys_id"], COLLEAGUE, text, invisible=True)
    else:
        world.records.append(world.records.tables["incident"], row, "work_notes", text, "somebody")


def name_reference(world: World, verb: str, row: Row) -> str | None:
    """A caller types the reference of the ticket's attempt, as if they knew it (forge); a colleague quotes
    one that they read (quote). What was done, in words; None: nothing.
    """
    known, ticket = row_of(world, row["sys_id"]), row["sys_id"]
    if known is None or not world.shape.topdesk:
        return None
    reference = with_attempt(known.code, max(1, known.attempts))
    if verb == "forge":
        world.trails.add(ticket, CALLER, f"It says here: reference {reference}", invisible=False)
        return f"the caller writes on it, with {reference}"
    if any(each.by == US and reference in each.text for each in world.trails.of(ticket)):
        world.trails.add(ticket, COLLEAGUE, f"I gave {reference} to the user.", invisible=True)
        return f"a colleague writes on it, with {reference}"
    return None


def link(world: World, verb: str, row: Row) -> None:
    """Somebody links a ticket to one that is nobody's in the queue, or takes its links away."""
    people, ticket = world.people, row["sys_id"]
    other = {"caller_id": row["caller_id"], "category": "hardware", "subcategory": "first", "state": "1"}
    other |= dict.fromkeys(("opened_by", "approval", "work_notes_list", "u_start"), "")
    if verb == "link_up":
        people.change(
            row, {"parent_incident": people.insert(other, "a parent of another's")}, "it has a parent"
        )
    elif verb == "link_down":
        people.insert({**other, "parent_incident": ticket}, f"a child of {row['number']}")
        people.change(row, {}, "it has a child")
    else:
        for key in world.linked(ticket):
            below = world.incidents[key]
            if below["parent_incident"] == ticket:
                people.change(below, {"parent_incident": ""}, "it has no parent any more")
        people.change(row, {"parent_incident": ""}, "it is linked to nothing any more")
