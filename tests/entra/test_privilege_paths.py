"""Every path to privilege in a tenant is on its map, however it was laid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest

from connector.entra.map_replies import is_privileged
from connector.guards.paths import PathKind
from connector.simulators.graph import ROLES, Switches
from connector.simulators.graph.applications import app_role_id
from tests.entra.mapped import GUEST_INVITER, Mapped, mapped


@pytest.fixture
def it() -> Iterator[Mapped]:
    with mapped() as one:
        yield one


def test_somebody_without_any_path_has_none_while_others_do(it: Mapped) -> None:
    group = it.tenant.add_group("Admins", assignable=True)
    bob = it.tenant.add_user("bob@contoso.com")
    it.tenant.groups[group].members.add(bob)
    chart = it.chart()
    assert chart.paths(bob, ())
    assert chart.paths(it.ann, ("not-a-group-of-the-map",)) == ()


def test_roles_active_and_eligible_are_told_with_their_ids_even_the_harmless_ones(it: Mapped) -> None:
    it.tenant.assign(it.ann, "User Administrator", scope="/administrativeUnits/u")
    it.tenant.assign(it.ann, GUEST_INVITER)
    it.tenant.make_eligible(it.ann, "Global Administrator")
    assert it.ways() == {
        (PathKind.ROLE, ROLES["User Administrator"], True, ""),
        (PathKind.ROLE, ROLES[GUEST_INVITER], True, ""),
        (PathKind.ELIGIBLE_ROLE, ROLES["Global Administrator"], True, ""),
    }


@pytest.mark.parametrize(
    ("kind", "access"),
    [
        (PathKind.MEMBER, ""),
        (PathKind.OWNER, ""),
        (PathKind.ELIGIBLE_MEMBER, "member"),
        (PathKind.ELIGIBLE_OWNER, "owner"),
    ],
)
def test_every_way_into_a_group_that_may_carry_roles_is_a_path(
    it: Mapped, kind: PathKind, access: str
) -> None:
    group = it.tenant.add_group("Admins", assignable=True)
    if access:
        it.tenant.make_group_eligible(it.ann, group, access=access)
    else:
        entry = it.tenant.groups[group]
        (entry.members if kind is PathKind.MEMBER else entry.owners).add(it.ann)
    assert it.ways() == {(kind, group, True, "")}


@pytest.mark.parametrize("expands", ["filled", "absent", "refused"])
@pytest.mark.parametrize("way", ["member", "owner", "eligible", "nested member", "nested owner"])
def test_a_group_that_may_become_a_member_leads_on_with_all_who_are_behind_it(
    it: Mapped, way: str, expands: Literal["filled", "absent", "refused"]
) -> None:
    admins = it.tenant.add_group("Admins", assignable=True)
    middle, outer = it.tenant.add_group("Middle"), it.tenant.add_group("Outer")
    inner = it.tenant.add_group("Inner")
    it.tenant.make_group_eligible(middle, admins)
    it.tenant.make_group_eligible(outer, middle, access="owner")
    it.tenant.groups[outer].members.add(inner)
    match way:
        case "member":
            it.tenant.groups[outer].members.add(it.ann)
        case "owner":
            it.tenant.groups[outer].owners.add(it.ann)
        case "eligible":
            it.tenant.make_group_eligible(it.ann, outer)
        case "nested member":
            it.tenant.groups[inner].members.add(it.ann)
        case "nested owner":
            it.tenant.groups[inner].owners.add(it.ann)
    it.there.switches = Switches(principal_expands=expands)
    paths = it.ways()
    assert {(kind, end, privileged) for kind, end, privileged, _ in paths} == {
        (PathKind.ELIGIBLE_MEMBER, admins, True)
    }
    assert {by for *_, by in paths} <= {outer, inner} and paths


def test_a_group_of_the_persons_own_that_the_map_knows_is_a_path_by_its_name_alone(it: Mapped) -> None:
    admins, middle = it.tenant.add_group("Admins", assignable=True), it.tenant.add_group("Middle")
    it.tenant.make_group_eligible(middle, admins)
    assert it.ways(groups=(middle.upper(),)) == {(PathKind.ELIGIBLE_MEMBER, admins, True, middle)}
    assert it.ways(groups=(admins,)) == {(PathKind.MEMBER, admins, True, "")}


def test_a_role_of_a_group_is_its_members_path_whatever_the_group_says_of_itself(it: Mapped) -> None:
    odd = it.tenant.add_group("Odd")
    it.tenant.assign(odd, "User Administrator")
    kinds = {kind for kind, *_ in it.ways(groups=(odd,))}
    assert kinds == {PathKind.ROLE, PathKind.MEMBER}


@pytest.mark.parametrize("way", ["owner", "eligible", "owner of a group in it", "group that may join"])
def test_protected_groups_are_reached_by_ownership_and_eligibility_too(it: Mapped, way: str) -> None:
    board, inner = it.tenant.add_group("Board"), it.tenant.add_group("Inner")
    match way:
        case "owner":
            it.tenant.groups[board].owners.add(it.ann)
        case "eligible":
            it.tenant.make_group_eligible(it.ann, board)
        case "owner of a group in it":
            it.tenant.groups[board].members.add(inner)
            it.tenant.groups[inner].owners.add(it.ann)
        case "group that may join":
            it.tenant.make_group_eligible(inner, board)
            it.tenant.groups[inner].members.add(it.ann)
    assert {(end, privileged) for _, end, privileged, _ in it.ways(board)} == {(board, False)}
    assert it.ways() == set()


def test_a_protected_group_that_is_not_there_protects_nobody_and_spoils_nothing(it: Mapped) -> None:
    it.tenant.assign(it.ann, "User Administrator")
    assert it.ways(it.tenant.new_id()) == {(PathKind.ROLE, ROLES["User Administrator"], True, "")}


PRIVILEGES = ["a permission", "a role", "an eligible role", "a place in a group", "ownership of such a one"]


@pytest.mark.parametrize("expands", ["filled", "absent", "refused"])
@pytest.mark.parametrize("privilege", PRIVILEGES)
def test_owners_of_what_is_privileged_are_told_by_application_and_by_service_principal(
    it: Mapped, privilege: str, expands: Literal["filled", "absent", "refused"]
) -> None:
    robot = it.applications.add("Robot", owners=[it.ann], principal_owners=[it.ann])
    match privilege:
        case "a permission":
            it.applications.grant(robot, "Application.ReadWrite.All")
        case "a role":
            it.tenant.assign(robot, "User Administrator")
        case "an eligible role":
            it.tenant.make_eligible(robot, "User Administrator")
        case "a place in a group":
            it.tenant.add_group("Admins", assignable=True, members=[robot])
        case "ownership of such a one":
            other = it.applications.add("Other", owners=[robot])
            it.applications.grant(other, "RoleManagement.ReadWrite.Directory")
    it.there.switches = Switches(principal_expands=expands)
    application = it.applications.registration(robot)
    assert it.ways() == {
        (PathKind.APPLICATION_OWNER, application.id, True, ""),
        (PathKind.SERVICE_PRINCIPAL_OWNER, robot, True, ""),
    }
    chart = it.chart()
    assert all(chart.decides(each) for each in (robot, application.id, application.app_id.upper()))


def test_applications_that_only_read_or_hold_a_harmless_role_give_their_owners_no_path(it: Mapped) -> None:
    robot = it.applications.add("Robot", owners=[it.ann], principal_owners=[it.ann])
    it.applications.grant(robot, "User.Read.All")
    it.tenant.assign(robot, GUEST_INVITER)
    assert it.ways() == set()
    assert not it.chart().decides(robot)
    it.applications.grant(robot, "Mail.Send")
    assert len(it.ways()) == 2
    assert it.chart().decides(robot)


def test_an_application_of_another_tenant_and_a_managed_identity_have_no_registration_here(
    it: Mapped,
) -> None:
    vendor = it.applications.add("Vendor", registered=False, principal_owners=[it.ann])
    machine = it.applications.add("Machine", kind="ManagedIdentity", principal_owners=[it.ann])
    for each in (vendor, machine):
        it.applications.grant(each, "Application.ReadWrite.All")
    assert it.ways() == {
        (PathKind.SERVICE_PRINCIPAL_OWNER, vendor, True, ""),
        (PathKind.SERVICE_PRINCIPAL_OWNER, machine, True, ""),
    }


def test_a_permission_whose_name_graph_does_not_list_counts_as_privileged(it: Mapped) -> None:
    robot = it.applications.add("Robot", principal_owners=[it.ann])
    it.applications.grant(robot, "Something.Read.All", listed=False)
    assert it.ways() == {(PathKind.SERVICE_PRINCIPAL_OWNER, robot, True, "")}


@pytest.mark.parametrize("name", ["User.Read.All", "RoleManagement.Read.Directory", "Member.Read.Hidden"])
def test_what_only_reads_the_directory_is_harmless(name: str) -> None:
    assert not is_privileged(app_role_id(name), name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Application.ReadWrite.OwnedBy",
        "Mail.Read",
        "Mail.Send",
        "Files.Read.All",
        "Sites.FullControl.All",
        "Sites.Selected",
        "TeamsActivity.Send",
        "DeviceLocalCredential.Read.All",
        "Exchange.ManageAsApp",
        "User.Readable",
        "User.ReadWrite.All",
    ],
)
def test_what_writes_or_reveals_or_is_not_known_is_privileged(name: str) -> None:
    assert is_privileged(app_role_id(name), name)


def test_an_id_of_the_closed_list_is_privileged_whatever_the_tenant_calls_it() -> None:
    assert is_privileged("1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "Harmless.Read.All")
