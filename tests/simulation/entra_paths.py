"""Graph's replies about paths to privilege: the shipped simulator's routes, without the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connector.simulators.graph.directory import Directory
from connector.simulators.graph.errors import GraphError
from connector.simulators.graph.objects import Objects
from connector.simulators.messages import Request

if TYPE_CHECKING:
    from tests.simulation.world import World

Row = dict[str, object]


def path_part(world: World, url: str) -> dict[str, Any] | None:
    """The reply to one part of a batch; None: it is about something else."""
    request, directory = Request("GET", f"/v1.0{url}"), Directory(world.tenant)
    _, first, *rest = request.segments
    match [first, *rest]:
        case ["users", user, "ownedObjects"]:
            return _answered(world, "owned", lambda: directory.owned(user, request))
        case ["users", user, "memberOf"]:
            return _answered(world, "units", lambda: directory.member_of(user, request, transitive=False))
        case ["identityGovernance", *_]:
            return _answered(world, "joinable", lambda: directory.group_eligibilities(request))
        case ["roleManagement", _, "roleAssignments"]:
            return _answered(world, "objects", lambda: directory.role_assignments(request))
        case ["roleManagement", *_]:
            return _answered(world, "objects", lambda: directory.role_eligibilities(request))
        case ["groups" | "servicePrincipals", *_]:
            return _answered(world, "objects", lambda: Objects(directory).read([first, *rest], request))
        case [named, *_] if named.startswith("servicePrincipals("):
            key = named.removeprefix("servicePrincipals(").removesuffix(")")
            route = ["servicePrincipals", key, *rest]
            return _answered(world, "objects", lambda: Objects(directory).read(route, request))
    return None


def _answered(world: World, what: str, read: Callable[[], Row]) -> dict[str, Any]:
    """`what` may be refused for a while, or answered with nothing."""
    if world.network.out(f"{what}_lies"):
        return {"status": 200, "body": {"value": []}}
    if world.network.out(what):
        return {"status": 403, "body": {"error": {"code": "Forbidden"}}}
    try:
        return {"status": 200, "body": read()}
    except GraphError as error:
        return {"status": error.status, "body": {"error": {"code": error.code}}}
