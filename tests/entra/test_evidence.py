"""What is known about them. Whatever could not be read is Missing."""

from __future__ import annotations

from typing import Any

import pytest

from connector.entra.directory import EntraDirectory
from connector.entra.graph import GraphReply
from connector.entra.policy import policy
from connector.guards.evidence import Evidence, Group, Known, Missing, Policy, Role, Wanted
from connector.mapping import Facts, Key
from tests.entra.no_paths import NoPaths
from tests.entra.tenant import ANN, BOB, EVE, FORBIDDEN, POLICY, Tenant, group, reaching, role
from tests.http.loopback import DATE, Says

G1, G2 = (f"{digit * 8}-2222-4222-8222-222222222222" for digit in "12")
ADMIN, CUSTOM = "62e90394-69f5-4237-9190-012177145e10", "0f5c51de-5f5e-4f3c-8f6d-4f3f4b2b2b2b"
LICENCE = Says(400, {"error": {"code": "AadPremiumLicenseRequired", "message": "no licence"}})


def proven(tenant: Tenant, wanted: Wanted | None = None, *, pim_absent: bool = False) -> Evidence:
    asked = Facts(Key("ann.lee@contoso.com"), Key("bob@contoso.com"), {}, "digest")
    with reaching(tenant) as it:
        evidence = EntraDirectory(it.graph, NoPaths(), pim_absent=pim_absent, monotonic=it.time).prove(
            asked, wanted or Wanted()
        )
    assert isinstance(evidence, Evidence)
    return evidence


def why(known: Known[Any]) -> str:
    assert isinstance(known, Missing)
    return known.why


def test_groups_and_roles_are_told_apart_and_units_are_neither() -> None:
    unit = {"@odata.type": "#microsoft.graph.administrativeUnit", "id": "u"}
    evidence = proven(Tenant(members=[group(G1.upper(), None), group(G2, True), role(ADMIN), unit]))
    assert evidence.groups == (Group(G1, f"Group {G1.upper()}", False), Group(G2, f"Group {G2}", True))
    assert evidence.roles == (Role(ADMIN, "A role"),)


def test_a_group_that_is_not_role_assignable_says_so_with_null_or_false() -> None:
    groups = proven(Tenant(members=[group(G1, None), group(G2, False)])).groups
    assert [each.role_assignable for each in groups] == [False, False]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "row",
    [
        {"@odata.type": "#microsoft.graph.group", "id": G1, "displayName": None, "isAssignableToRole": None},
        {"@odata.type": "#microsoft.graph.group", "id": G1, "isAssignableToRole": None},
        {"@odata.type": "#microsoft.graph.group", "id": G1, "displayName": "No flag"},
        {
            "@odata.type": "#microsoft.graph.group",
            "id": G1,
            "displayName": "Odd",
            "isAssignableToRole": "false",
        },
        {"@odata.type": "#microsoft.graph.group", "displayName": "No id", "isAssignableToRole": False},
    ],
)
def test_a_group_whose_properties_are_withheld_makes_the_groups_unknown(row: dict[str, Any]) -> None:
    evidence = proven(Tenant(members=[group(G2), row, role(ADMIN)]))
    assert "GroupMember.Read.All" in why(evidence.groups)
    assert evidence.roles == (Role(ADMIN, "A role"),)


@pytest.mark.parametrize("row", [role(None), role(None, displayName=None), role("")])
def test_a_role_whose_properties_are_withheld_makes_the_roles_unknown(row: dict[str, Any]) -> None:
    evidence = proven(Tenant(members=[group(G1), row]))
    assert "RoleManagement.Read.Directory" in why(evidence.roles)
    assert not isinstance(evidence.groups, Missing)


@pytest.mark.parametrize(
    "row",
    [
        {"@odata.type": "#microsoft.graph.agentTeam", "id": G1},
        {"id": G1, "displayName": "No type"},
        "odd",
        None,
    ],
)
def test_a_membership_of_an_unknown_kind_makes_both_unknown(row: object) -> None:
    evidence = proven(Tenant(members=[group(G1), row]))
    assert isinstance(evidence.groups, Missing)
    assert isinstance(evidence.roles, Missing)


def test_roles_come_from_memberships_and_from_assignments_of_every_scope() -> None:
    rows = [
        {"principalId": ANN.upper(), "roleDefinitionId": CUSTOM, "directoryScopeId": "/administrativeUnits/1"}
    ]
    evidence = proven(
        Tenant(
            members=[role(ADMIN)], assigned=rows, eligible=[{"principalId": ANN, "roleDefinitionId": ADMIN}]
        )
    )
    assert evidence.roles == (Role(ADMIN, "A role"), Role(CUSTOM))
    assert evidence.eligible == (Role(ADMIN),)


def test_roles_of_others_are_not_ours_where_the_filter_is_dropped() -> None:
    assert proven(Tenant(assigned=[{"principalId": EVE, "roleDefinitionId": ADMIN}])).roles == ()


@pytest.mark.parametrize(
    "row",
    [
        {"roleDefinitionId": ADMIN},
        {"principalId": ANN},
        {"principalId": ANN, "roleDefinitionId": None},
        "odd",
    ],
)
def test_a_row_that_does_not_say_who_holds_what_makes_the_roles_unknown(row: object) -> None:
    assert isinstance(proven(Tenant(assigned=[row])).roles, Missing)
    assert isinstance(proven(Tenant(eligible=[row])).eligible, Missing)


@pytest.mark.parametrize(
    ("route", "what", "permission"),
    [
        ("transitiveMemberOf", "groups", "GroupMember.Read.All"),
        ("transitiveMemberOf", "roles", "GroupMember.Read.All"),
        ("roleAssignments", "roles", "RoleManagement.Read.Directory"),
        ("roleEligibilityScheduleInstances", "eligible", "RoleEligibilitySchedule.Read.Directory"),
        ("manager", "manager", "User.Read.All"),
        ("checkMemberGroups", "requester_groups", "GroupMember.Read.All"),
        ("temporaryAccessPassMethods", "existing_passes", "UserAuthMethod-TAP.ReadWrite.All"),
        ("/TemporaryAccessPass", "policy", "Policy.Read.AuthenticationMethod"),
    ],
)
def test_a_lacking_permission_is_named_and_leaves_the_rest_known(
    route: str, what: str, permission: str
) -> None:
    evidence = proven(Tenant(instead={route: [FORBIDDEN]}), Wanted(requester_groups=(G1,)))
    assert permission in why(getattr(evidence, what))
    known = {"groups", "roles", "eligible", "manager", "requester_groups", "existing_passes", "policy"} - {
        what
    }
    known -= {"groups", "roles"} if route == "transitiveMemberOf" else set()
    assert not [each for each in known if isinstance(getattr(evidence, each), Missing)]


@pytest.mark.parametrize(
    ("lost", "what"),
    [
        ("memberships", "groups"),
        ("assignments", "roles"),
        ("eligibilities", "eligible"),
        ("manager", "manager"),
        ("checked-0", "requester_groups"),
        ("passes", "existing_passes"),
        ("policy", "policy"),
    ],
)
def test_a_sub_reply_that_is_lost_is_unknown_and_not_empty(lost: str, what: str) -> None:
    evidence = proven(Tenant(drop=lost), Wanted(requester_groups=(G1,)))
    assert "partial" in why(getattr(evidence, what))


@pytest.mark.parametrize(
    ("route", "what"),
    [
        ("transitiveMemberOf", "groups"),
        ("roleAssignments", "roles"),
        ("checkMemberGroups", "requester_groups"),
        ("manager", "manager"),
    ],
)
def test_an_answer_without_what_was_asked_for_is_unknown(route: str, what: str) -> None:
    evidence = proven(Tenant(instead={route: [Says(200, {"values": []})]}), Wanted(requester_groups=(G1,)))
    assert isinstance(getattr(evidence, what), Missing)


def test_who_has_no_manager_has_none() -> None:
    assert proven(Tenant(manager=None)).manager is None
    assert proven(Tenant(manager=BOB.upper())).manager == BOB


def test_a_manager_that_nobody_wants_is_not_asked_for() -> None:
    tenant = Tenant()
    assert isinstance(proven(tenant, Wanted(manager=False)).manager, Missing)
    assert "manager" not in [each["id"] for batch in tenant.batches for each in batch]


def test_without_a_licence_nobody_is_eligible_only_if_the_operator_says_so() -> None:
    tenant = Tenant(instead={"roleEligibilityScheduleInstances": [LICENCE]})
    assert "entra.pim: absent" in why(proven(tenant).eligible)
    assert proven(tenant, pim_absent=True).eligible == ()


@pytest.mark.parametrize(
    "says",
    [
        FORBIDDEN,
        Says(400, {"error": {"code": "badRequest"}}),
        Says(403, {"error": {"code": "AadPremiumLicenseRequired"}}),
    ],
)
def test_the_operators_word_counts_for_the_licence_and_nothing_else(says: Says) -> None:
    evidence = proven(Tenant(instead={"roleEligibilityScheduleInstances": [says]}), pim_absent=True)
    assert isinstance(evidence.eligible, Missing)


def test_the_requesters_groups_are_asked_for_twenty_at_a_time() -> None:
    many = tuple(f"{number:08d}-3333-4333-8333-333333333333" for number in range(41))
    tenant = Tenant(in_groups={many[0], many[40]})
    assert proven(tenant, Wanted(requester_groups=many)).requester_groups == frozenset({many[0], many[40]})
    assert [each["url"] for each in tenant.batches[1] if each["method"] == "POST"] == [
        f"/users/{BOB}/checkMemberGroups"
    ] * 3


def test_only_groups_that_were_asked_about_count() -> None:
    tenant = Tenant(instead={"checkMemberGroups": [Says(200, {"value": [G2, G1.upper()]})]})
    assert proven(tenant, Wanted(requester_groups=(G1,))).requester_groups == frozenset({G1})


def test_a_pass_that_stands_is_seen() -> None:
    row = {
        "id": "p1",
        "temporaryAccessPass": None,
        "startDateTime": "2026-05-28T20:00:00Z",
        "lifetimeInMinutes": 60,
        "isUsable": True,
        "methodUsabilityReason": "EnabledByPolicy",
    }
    standing = proven(Tenant(passes=[row])).existing_passes
    assert not isinstance(standing, Missing)
    assert [(each.id, each.lifetime, each.over) for each in standing] == [("p1", 3600, False)]
    assert DATE - 3600 < standing[0].start < DATE


def test_passes_that_cannot_be_read_are_unknown() -> None:
    assert isinstance(proven(Tenant(passes=[{"id": "p1"}])).existing_passes, Missing)


def test_the_policy_says_who_and_how_long() -> None:
    targets = [{"targetType": "user", "id": ANN.upper()}, {"targetType": "group", "id": "all_users"}]
    said = GraphReply(
        200,
        {
            **POLICY,
            "isUsableOnce": True,
            "includeTargets": targets,
            "excludeTargets": [{"targetType": "group", "id": G1.upper()}],
        },
    )
    assert policy(said) == Policy(
        True, 60, 480, True, frozenset({ANN}), frozenset({"all_users"}), frozenset(), frozenset({G1})
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"state": "on"},
        {"isUsableOnce": None},
        {"minimumLifetimeInMinutes": "60"},
        {"includeTargets": None},
        {"excludeTargets": None},
        {"excludeTargets": [{"targetType": "group"}]},
        {"excludeTargets": [{"targetType": "department", "id": "x"}]},
    ],
)
def test_a_policy_in_an_unknown_form_is_unknown(odd: dict[str, Any]) -> None:
    assert isinstance(policy(GraphReply(200, {**POLICY, **odd})), Missing)


def test_nothing_but_reads_is_asked() -> None:
    tenant = Tenant()
    proven(tenant, Wanted(requester_groups=(G1,)))
    asked = [
        (each["method"], each["url"].partition("?")[0].rpartition("/")[2])
        for batch in tenant.batches
        for each in batch
    ]
    assert [route for method, route in asked if method != "GET"] == ["checkMemberGroups"]
