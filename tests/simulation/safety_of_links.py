"""Safety of links: what a desk copies to other tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.invariants import invariant
from tests.simulation.views import is_linked

if TYPE_CHECKING:
    from tests.simulation.world import World


@invariant("wrote")
def no_pass_stands_in_a_note_that_another_ticket_shows(world: World, _: str) -> str | None:
    """A link that was there when Entra had made the pass could be seen by the look before the note."""
    for made in world.truth.made.values() if world.shape.copies else ():
        ticket = world.truth.tickets[made.attempt.reference]
        others = [key for key in world.incidents if key != ticket]
        shown = [key for key in others if any(made.born.text in note for note in world.notes(key))]
        since = world.truth.since(ticket, is_linked)
        if shown and since is not None and since <= made.at - world.shape.desk_stale:
            return f"{made.name} stands on {world.number(shown[0])}, too, which is linked since {since:.1f}"
    return None
