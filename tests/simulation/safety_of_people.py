"""Safety of words about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.domain.reasons import Reason
from tests.simulation.invariants import invariant
from tests.simulation.safety_of_rows import Change

if TYPE_CHECKING:
    from tests.simulation.world import World


@invariant("row")
def nobody_is_called_a_guest_who_is_none(world: World, change: Change) -> str | None:
    _, after, *_ = change
    refused = after.state is State.REFUSED and after.reason is Reason.SUBJECT_GUEST
    guests = any(each.external for each in world.tenant.users.values())
    return f"{after.number} is refused for a guest, and there is none" if refused and not guests else None
