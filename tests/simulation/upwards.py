"""Who stands above whom, and who was verified, in worlds that are about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from connector.simulators.graph.tenant import Tenant
from tests.simulation.draw_people import LEVELS, WITHIN


def above(tenant: Tenant, ids: Sequence[str]) -> None:
    """Ann, Bob and the others by their places in `people.NAMES`: mia above ann, otto above mia, bob above
    otto.
    """
    for below, boss in ((0, 3), (3, 4), (4, 1), (1, None)):
        tenant.users[ids[below]].manager = None if boss is None else ids[boss]


def chain(tenant: Tenant, user: str) -> set[str]:
    """The managers above somebody who may ask; nobody where they stand in a circle."""
    found, at = list[str](), tenant.users[user].manager
    while at is not None and len(found) < LEVELS:
        if at == user or at in found:
            return set()
        found.append(at)
        at = tenant.users[at].manager
    return set(found)


def verified(odd: str, now: float) -> dict[str, str]:
    """What a ticket says of it: lately, so long ago that it doesn't count any more, or nothing."""
    ago = 3 * WITHIN if odd == "stale" else 30
    at = datetime.fromtimestamp(int(now) - ago, UTC)
    return {
        "u_verified": "" if odd == "unverified" else "called back",
        "u_verified_at": f"{at:%Y-%m-%d %H:%M:%S}",
    }
