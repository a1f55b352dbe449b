"""What must always hold. Each is a small function with a name; it says what is wrong, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.world import World

Check = Callable[["World", Any], str | None]
CHECKS: dict[str, list[tuple[str, Check]]] = {}


def invariant(when: str) -> Callable[[Check], Check]:
    """Looked at when: always (after every event), written (the ledger was), row, announced, post, made,
    delete, patch, erased, settled, ended, end, error.
    """

    def keep(check: Check) -> Check:
        CHECKS.setdefault(when, []).append((check.__name__, check))
        return check

    return keep


def failing(world: World, when: str, what: object) -> tuple[str, str] | None:
    for name, check in CHECKS.get(when, ()):
        if (detail := check(world, what)) is not None:
            return name, detail
    return None
