"""Safety of links: what a desk copies to other tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.invariants import invariant
from tests.simulation.safety_of_posts import LOOKED
from tests.simulation.views import is_linked

if TYPE_CHECKING:
    from tests.simulation.world import World

QUICK = 3.0  # s that a POST may take without another reading; Entra's clock has whole seconds
SOON = 40  # s that a fence is too short for after-care to come before the start


@invariant("wrote")
def no_pass_stands_in_a_note_that_another_ticket_shows(world: World, _: str) -> str | None:
    """A link that was there seconds before Entra had made the pass could be seen by the reading that counts
    before the note. One that came later is met before the pass begins; where that is too soon, there
    is a reading after Entra made it.
    """
    for made in world.truth.made.values() if world.shape.copies else ():
        ticket = world.truth.tickets[made.attempt.reference]
        others = [key for key in world.incidents if key != ticket]
        shown = [key for key in others if any(made.born.text in note for note in world.notes(key))]
        since = world.truth.since(ticket, is_linked)
        seen = made.at - world.shape.desk_stale - (LOOKED + QUICK if made.attempt.fence >= SOON else 0)
        if shown and since is not None and since <= seen:
            return f"{made.name} stands on {world.number(shown[0])}, too, which is linked since {since:.1f}"
    return None
