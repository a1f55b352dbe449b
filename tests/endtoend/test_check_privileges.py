"""`passdesk check` reads the privilege map once for real, and knows a role that stands for a permission."""

from __future__ import annotations

from typing import Literal

import pytest

from connector.simulators.faults import ALWAYS, answer, when
from connector.simulators.graph import Switches
from connector.simulators.messages import Response
from connector.simulators.tokens import PERMISSIONS
from tests.endtoend.scene import Scene
from tests.endtoend.test_check import checked

TAP = "UserAuthMethod-TAP.ReadWrite.All"
NOWHERE = "6f1967b7-15e8-4935-ac26-d50770ed07a7"
PIM = "PrivilegedEligibilitySchedule.Read.AzureADGroup"
DENIED = answer(Response.json(403, {"error": {"code": "UnknownError"}}))


@pytest.fixture(autouse=True)
def furnished(scene: Scene) -> None:
    """Something of each kind that the map reads."""
    scene.ticket("ann.lee")
    tenant = scene.graph.tenant
    group = tenant.add_group("Admins", assignable=True)
    boss = tenant.add_user("boss@contoso.com")
    tenant.make_group_eligible(boss, group)
    robot = tenant.applications.add("Robot", owners=[boss])
    tenant.applications.grant(robot, "Application.ReadWrite.All")


def lacking(scene: Scene, *permissions: str) -> None:
    scene.identity.tokens.roles = frozenset(PERMISSIONS) - set(permissions)


def by_role(scene: Scene, role: str = "Authentication Administrator", *, unit: bool = True) -> None:
    """passdesk's service principal holds a role, on a unit that Ann is in or for the whole tenant."""
    tenant = scene.graph.tenant
    scope = "/"
    if unit:
        scope = f"/administrativeUnits/{tenant.add_unit('Staff', members=[scene.people['ann.lee']])}"
    tenant.assign(scene.identity.tokens.object_id, role, scope=scope)


def test_what_can_be_read_for_the_whole_tenant_is_counted(scene: Scene) -> None:
    assert (
        "who has a way to privilege can be read for the whole tenant: 1 group that may carry roles, "
        "1 privileged application" in str(checked(scene, 0)[True])
    )


@pytest.mark.parametrize(
    ("permission", "part"),
    [
        (PIM, "the eligible members and owners of the groups that may carry roles or are protected"),
        ("Application.Read.All", "the grants of applications"),
        ("GroupMember.Read.All", "the groups that may carry roles"),
    ],
)
def test_a_permission_that_the_map_lacks_is_named_with_its_part(
    scene: Scene, permission: str, part: str
) -> None:
    lacking(scene, permission)
    wrong = str(checked(scene, 1)[False])
    assert f"{part} can't be read: the application permission {permission} is missing; grant it" in wrong
    assert f"{permission} isn't granted" not in wrong


@pytest.mark.parametrize("path", ["appRoleAssignedTo", "groups/[^/]+/owners", "applications.*/owners"])
def test_a_403_on_the_map_is_found_though_the_token_shows_the_permission(scene: Scene, path: str) -> None:
    scene.graph.parts.add(when("GET", path, times=ALWAYS), DENIED)
    assert "Graph answers 403 though" in str(checked(scene, 1)[False])


def test_pim_for_groups_is_not_asked_of_a_tenant_that_has_none(scene: Scene) -> None:
    scene.graph.switches = Switches(pim_licensed=False)
    assert "write entra.pim: absent" in str(checked(scene, 1)[False])
    scene.rewrite("config.yaml", ("kind: managed_identity}", "kind: managed_identity}\n  pim: absent"))
    assert "can be read for the whole tenant" in str(checked(scene, 0)[True])


def test_a_role_on_a_unit_stands_for_the_permission_to_make_passes(scene: Scene) -> None:
    lacking(scene, TAP)
    assert f"{TAP} is missing" in str(checked(scene, 1)[False])
    by_role(scene)
    found = checked(scene, 0)
    assert (
        "passes are made by the role Authentication Administrator on 1 administrative unit: it reaches "
        "nobody else and no administrator" in str(found[True])
    )
    assert TAP not in str(found)


def test_a_role_for_the_whole_tenant_is_right_too_and_says_whom_it_reaches(scene: Scene) -> None:
    lacking(scene, TAP)
    by_role(scene, unit=False)
    assert "for the whole tenant: it reaches no administrator" in str(checked(scene, 0)[True])


def test_the_permission_beside_the_role_makes_the_role_useless_and_is_named(scene: Scene) -> None:
    by_role(scene)
    assert (
        f"{TAP} reaches everybody, though the role Authentication Administrator on 1 administrative unit is "
        "there; take the permission away" in str(checked(scene, 0)[None])
    )


def test_a_role_that_reaches_administrators_is_named_with_a_better_one(scene: Scene) -> None:
    lacking(scene, TAP)
    by_role(scene, "Privileged Authentication Administrator", unit=False)
    assert (
        "the role Privileged Authentication Administrator reaches administrators, too; assign "
        "Authentication Administrator on an administrative unit instead" in str(checked(scene, 0)[None])
    )


def test_units_that_may_not_be_read_are_named_and_a_role_on_one_is_known_all_the_same(scene: Scene) -> None:
    lacking(scene, TAP, "AdministrativeUnit.Read.All")
    by_role(scene)
    said = checked(scene, 1)
    assert "on 1 administrative unit" in str(said[True])
    assert "administrative units are withheld: the application permission AdministrativeUnit.Read.All" in str(
        said[False]
    )


@pytest.mark.parametrize("how", ["forbidden", "unsupported"])
def test_what_people_own_may_be_told_to_applications_or_not(
    scene: Scene, how: Literal["forbidden", "unsupported"]
) -> None:
    assert "isn't told to applications" not in str(checked(scene, 0))
    scene.graph.switches = Switches(owned=how)
    assert "what people own isn't told to applications (Graph answers 40" in str(checked(scene, 0)[True])


def test_an_owned_application_that_is_withheld_is_found(scene: Scene) -> None:
    withheld = {"@odata.type": "#microsoft.graph.application", "id": NOWHERE, "displayName": None}
    scene.graph.parts.add(
        when("GET", "ownedObjects", times=ALWAYS), answer(Response.json(200, {"value": [withheld]}))
    )
    assert "something that the person owns is withheld" in str(checked(scene, 1)[False])


def test_groups_that_come_only_without_their_flag_are_no_fault(scene: Scene) -> None:
    scene.graph.switches = Switches(refuses_group=True)
    assert "can be read, as tried on an account" in str(checked(scene, 0)[True])


def test_the_groups_that_somebody_may_join_are_asked_for_too(scene: Scene) -> None:
    empty = answer(Response.json(200, {"value": [{}]}))
    scene.graph.parts.add(when("GET", "group/eligibilityScheduleInstances", times=ALWAYS), empty)
    assert "the groups that PIM lets them join can't be read" in str(checked(scene, 1)[False])


def test_a_unit_of_the_configuration_that_the_tenant_does_not_have_is_named(scene: Scene) -> None:
    unit = scene.graph.tenant.add_unit("Staff", restricted=True)
    scene.rewrite(
        "config.yaml",
        ("kind: managed_identity}", f"kind: managed_identity}}\n  scoped_to: [{unit}, {NOWHERE}]"),
    )
    wrong = str(checked(scene, 1)[False])
    assert f"the tenant has no unit {NOWHERE}; copy the object id" in wrong
    assert unit not in wrong
