"""The ways to privilege that people find beside roles, in worlds with a privilege map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.shape import Outage

if TYPE_CHECKING:
    from tests.simulation.world import World

TOLD_BY_THE_MAP_ALONE = frozenset({"owned", "owned_lies", "joinable_lies"})
"""Outages of fresh reads in which only the map can tell of a way: what is newer than the map, it can't."""


class Ways:
    """A privileged application, and a group that may join the one that carries roles."""

    def __init__(self, world: World, assignable: str) -> None:
        tenant = world.tenant
        self.world, self.assignable = world, assignable
        self.robot = tenant.applications.add("Robot")
        tenant.applications.grant(self.robot, "Application.ReadWrite.All")
        self.joiners = tenant.add_group("Joiners")
        tenant.make_group_eligible(self.joiners, assignable)
        self.board = tenant.add_group("Board")  # protected by the floor
        self.unit = tenant.add_unit("Executives", restricted=True)
        kinds = {each.service for each in world.shape.kept if isinstance(each, Outage)}
        self.by_the_map_alone = bool(kinds & TOLD_BY_THE_MAP_ALONE)

    def take(self, verb: str, user: str) -> None:
        tenant = self.world.tenant
        match verb:
            case "own_role_group":
                tenant.groups[self.assignable].owners.add(user)
            case "own_application":
                tenant.applications.registration(self.robot).owners.add(user)
            case "own_principal":
                tenant.applications.principals[self.robot].owners.add(user)
            case "join_role_group":
                tenant.make_group_eligible(user, self.assignable)
            case "join_by_group":
                tenant.groups[self.joiners].members.add(user)
            case "may_own_role_group":
                tenant.make_group_eligible(user, self.assignable, access="owner")
            case "own_board":
                tenant.groups[self.board].owners.add(user)
            case "join_board":
                tenant.make_group_eligible(user, self.board)
            case "restrict":
                tenant.put_into_unit(user, self.unit)

    def of(self, user: str) -> str | None:
        """The way that a person has, if any."""
        tenant, apps = self.world.tenant, self.world.tenant.applications
        ways = {
            "owns a group that may carry roles": user in tenant.groups[self.assignable].owners,
            "owns an application": user in apps.registration(self.robot).owners,
            "owns a service principal": user in apps.principals[self.robot].owners,
            "owns a protected group": user in tenant.groups[self.board].owners,
            "is in a restricted unit": user in tenant.units[self.unit].members,
            "may join a group that may carry roles, or a protected one": any(
                each.principal == user for each in tenant.group_eligibilities
            ),
            "is in a group that may join one": user in tenant.groups[self.joiners].members,
        }
        return next((why for why, holds in ways.items() if holds), None)
