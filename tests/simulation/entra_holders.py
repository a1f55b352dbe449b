"""Graph's replies about people who hold passes: each part of a batch by itself, whatever the others get."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.simulation.world import World

FAILED = (429, 503, 404, 403, 0)  # 0: there is no reply that makes sense


def holders_part(
    world: World, url: str, passes_of: Callable[[str], list[dict[str, object]]]
) -> dict[str, Any]:
    """While parts fail, about half of them do; a filter may be refused, or answered for everybody."""
    if world.network.out("parts") and world.part_lot.random() < 0.5:
        status = world.part_lot.choice(FAILED)
        return {"status": status, "body": {"error": {"code": "TooManyRequests"}}} if status else {}
    if url.startswith("/users?"):
        return {"status": 200, "body": {"value": _filtered(world, unquote(url))}}
    user = url.split("/")[2].partition("?")[0]
    if "/authentication/" in url:
        return {"status": 200, "body": {"value": passes_of(user)}}
    return {"status": 200, "body": _account(world, user)}


def _filtered(world: World, url: str) -> list[dict[str, object]]:
    everybody = world.network.out("parts") and world.part_lot.random() < 0.3  # the filter is dropped
    return [_account(world, each) for each in world.tenant.users if everybody or f"'{each}'" in url]


def _account(world: World, user: str) -> dict[str, object]:
    return {"id": user, "accountEnabled": world.tenant.users[user].properties["accountEnabled"]}
