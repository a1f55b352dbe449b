"""The seconds during which a pass is usable and nobody is known to hold it (decision 0001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.truth import Made

if TYPE_CHECKING:
    from tests.simulation.world import World


def exposure(world: World, made: Made) -> float:
    """On Entra's clock, up to now."""
    born = made.born
    ends = [
        event.at
        for event in world.passes.audit
        if event.id == born.id and event.what in {"deleted", "replaced", "used"}
    ]
    over = min([born.end, world.entra_clock(), *ends])
    known = made.held_at if made.held_at is not None else over
    return round(max(0.0, min(over, known) - max(born.start, born.created)), 1)
