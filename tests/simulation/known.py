"""What is known to be broken, and waits for its mending: a world that shows it is counted, and not called a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.world import World


def _minute(world: World) -> bool:
    return world.shape.rounding == "minute"


def _twice(world: World) -> bool:
    return any(getattr(trouble, "kind", "") == "twice" for trouble in world.shape.troubles)


KNOWN: tuple[tuple[str, frozenset[str], Callable[[World], bool]], ...] = (
    # a POST that arrived twice, its start rounded to a full minute: its twin looks like anybody's
    ("S13", frozenset({"delivered_or_revoked"}), _minute),
    # a POST that arrived twice, far apart: the first was revoked by its id, and the second lands before the start
    ("S15", frozenset({"delivered_or_revoked", "lost_passes_are_noticed"}), _twice),
)


def known(world: World, name: str) -> str | None:
    return next((code for code, names, holds in KNOWN if name in names and holds(world)), None)
