"""People who must never get a pass, one for each path to privilege or into a protected group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connector.guards.person import HARMLESS
from connector.simulators import Graph
from connector.simulators.graph import ROLES
from connector.simulators.graph.switches import Switches
from connector.simulators.graph.tenant import Tenant
from tests.entra.in_process import NOW

CUSTOM = "0f5c51de-5f5e-4f3c-8f6d-4f3f4b2b2b2b"
ADMIN = ROLES["User Administrator"]
PRIVILEGED_ROLES = tuple(sorted({*ROLES.values(), CUSTOM} - HARMLESS))
ANN = "ann.lee@contoso.com"
Make = Callable[[Tenant, str, str], None]  # tenant, person, role


def _group(tenant: Tenant, role: str, **more: object) -> str:
    """A group that carries the role."""
    group = tenant.add_group("Admins", assignable=True, **more)  # type: ignore[arg-type]
    tenant.assign(group, role)
    return group


def active(tenant: Tenant, ann: str, role: str) -> None:
    tenant.assign(ann, role)


def active_in_a_unit(tenant: Tenant, ann: str, role: str) -> None:
    tenant.assign(ann, role, scope="/administrativeUnits/1")


def eligible(tenant: Tenant, ann: str, role: str) -> None:
    tenant.make_eligible(ann, role)


def through_a_group(tenant: Tenant, ann: str, role: str) -> None:
    _group(tenant, role, members=[ann])


def eligible_through_a_group(tenant: Tenant, ann: str, role: str) -> None:
    tenant.make_eligible(tenant.add_group("Admins", assignable=True, members=[ann]), role)


def by_ownership(tenant: Tenant, ann: str, role: str) -> None:
    _group(tenant, role, owners=[ann])


def by_pim_as_member(tenant: Tenant, ann: str, role: str) -> None:
    tenant.make_group_eligible(ann, _group(tenant, role))


def by_pim_as_owner(tenant: Tenant, ann: str, role: str) -> None:
    tenant.make_group_eligible(ann, _group(tenant, role), access="owner")


def in_a_group_that_pim_lets_join(tenant: Tenant, ann: str, role: str) -> None:
    inner = tenant.add_group("Inner", members=[ann])
    tenant.make_group_eligible(tenant.add_group("Outer", members=[inner]), _group(tenant, role))


def may_join_a_group_that_pim_lets_join(tenant: Tenant, ann: str, role: str) -> None:
    between = tenant.add_group("Between")
    tenant.make_group_eligible(ann, between)
    tenant.make_group_eligible(between, _group(tenant, role), access="owner")


def owns_a_group_that_pim_lets_join(tenant: Tenant, ann: str, role: str) -> None:
    tenant.make_group_eligible(tenant.add_group("Between", owners=[ann]), _group(tenant, role))


def owns_an_application(tenant: Tenant, ann: str, role: str) -> None:
    tenant.assign(tenant.applications.add("Robot", owners=[ann]), role)


def owns_an_application_with_a_custom_role(tenant: Tenant, ann: str, role: str) -> None:
    robot = tenant.applications.add("Robot", owners=[ann])
    tenant.assign(robot, CUSTOM, scope="/administrativeUnits/1")


def owns_a_service_principal(tenant: Tenant, ann: str, role: str) -> None:
    tenant.assign(tenant.applications.add("Robot", principal_owners=[ann]), role)


def owns_an_application_in_a_group(tenant: Tenant, ann: str, role: str) -> None:
    _group(tenant, role, members=[tenant.applications.add("Robot", owners=[ann])])


def owns_a_granted_application(tenant: Tenant, ann: str, role: str) -> None:
    robot = tenant.applications.add("Robot", owners=[ann])
    tenant.applications.grant(robot, "UserAuthenticationMethod.ReadWrite.All")


def owns_a_granted_service_principal(tenant: Tenant, ann: str, role: str) -> None:
    robot = tenant.applications.add("Robot", principal_owners=[ann], registered=False)
    tenant.applications.grant(robot, "UserAuthenticationMethod.ReadWrite.All")


PATHS: tuple[Make, ...] = (
    active,
    active_in_a_unit,
    eligible,
    through_a_group,
    eligible_through_a_group,
    by_ownership,
    by_pim_as_member,
    by_pim_as_owner,
    in_a_group_that_pim_lets_join,
    may_join_a_group_that_pim_lets_join,
    owns_a_group_that_pim_lets_join,
    owns_an_application,
    owns_an_application_with_a_custom_role,
    owns_a_service_principal,
    owns_an_application_in_a_group,
    owns_a_granted_application,
    owns_a_granted_service_principal,
)


def protected_member(tenant: Tenant, ann: str) -> str:
    return tenant.add_group("Board", members=[tenant.add_group("Inner", members=[ann])])


def protected_owner(tenant: Tenant, ann: str) -> str:
    return tenant.add_group("Board", owners=[ann])


def protected_by_pim(tenant: Tenant, ann: str) -> str:
    group = tenant.add_group("Board")
    tenant.make_group_eligible(ann, group)
    return group


def protected_by_pim_as_owner(tenant: Tenant, ann: str) -> str:
    group = tenant.add_group("Board")
    tenant.make_group_eligible(ann, group, access="owner")
    return group


def protected_through_a_group(tenant: Tenant, ann: str) -> str:
    group = tenant.add_group("Board")
    tenant.make_group_eligible(tenant.add_group("Inner", members=[ann]), group)
    return group


def restricted(tenant: Tenant, ann: str) -> str:
    tenant.add_unit("Executives", members=[ann], restricted=True)
    return ""


PROTECTED: tuple[Callable[[Tenant, str], str], ...] = (
    protected_member,
    protected_owner,
    protected_by_pim,
    protected_by_pim_as_owner,
    protected_through_a_group,
    restricted,
)


@dataclass
class World:
    """A tenant with one person, and the floor's protected group."""

    name: str
    graph: Graph
    ann: str
    protected: str = ""


def empty(name: str, switches: Switches | None = None) -> World:
    graph = Graph(clock=lambda: float(NOW), switches=switches)
    boss = graph.tenant.add_user("mia.boss@contoso.com")
    return World(name, graph, graph.tenant.add_user(ANN, manager=boss))


def privileged(make: Make, role: str = ADMIN, switches: Switches | None = None) -> World:
    world = empty(f"{make.__name__}", switches)
    make(world.graph.tenant, world.ann, role)
    return world


def worlds(switches: Switches | None = None) -> Iterator[World]:
    """One of each: forbidden, whatever else is so."""
    yield from (privileged(make, switches=switches) for make in PATHS)
    for protect in PROTECTED:
        world = empty(protect.__name__, switches)
        world.protected = protect(world.graph.tenant, world.ann)
        yield world
