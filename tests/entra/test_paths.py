"""Paths to privilege by fresh reads: what a person owns, and what PIM for Groups lets them join."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest

from connector.entra.app_permissions import PRIVILEGED
from connector.entra.directory import EntraDirectory
from connector.entra.group_eligibility import JOINABLE
from connector.guards.evidence import Evidence, FoundPaths, Known, Missing, Wanted
from connector.guards.paths import Path, PathKind
from connector.mapping import Facts, Key
from tests.entra.tenant import ANN, EVE, FORBIDDEN, NOT_FOUND, Tenant, group, reaching, role
from tests.http.loopback import Says

G1, G2, APP, APP_ID, SP = (f"{digit * 8}-2222-4222-8222-222222222222" for digit in "12345")
LICENCE = Says(400, {"error": {"code": "AadPremiumLicenseRequired", "message": "no licence"}})
PIM, OWNED = "eligibilityScheduleInstances", "ownedObjects"
GRANT = next(iter(PRIVILEGED))


class Map:
    """A map that knows these paths and privileged objects; or nothing, and why."""

    def __init__(self, *paths: Path, privileged: Collection[str] = (), gap: Missing | None = None) -> None:
        self.known, self.privileged, self.gap = paths, privileged, gap
        self.asked: list[tuple[str, frozenset[str]]] = []

    def paths(self, person: str, groups: Collection[str]) -> Known[tuple[Path, ...]]:
        self.asked.append((person, frozenset(groups)))
        return self.gap or self.known

    def decides(self, owned: str) -> Known[bool]:
        return self.gap or owned in self.privileged

    def alone(self) -> Missing | None:
        return self.gap


def proven(
    tenant: Tenant, known: Map | None = None, *, scoped: Sequence[str] = (), pim: bool = True
) -> Evidence:
    with reaching(tenant) as it:
        directory = EntraDirectory(
            it.graph,
            known if known else Map(),
            pim_absent=not pim,
            scoped_to=scoped,
            monotonic=it.time,
        )
        evidence = directory.prove(Facts(Key(ANN), None, {}, "digest"), Wanted())
    assert isinstance(evidence, Evidence)
    return evidence


def joinable(group_: str, access: str = "member", flag: Any = "absent", **more: Any) -> dict[str, Any]:
    row = {"principalId": ANN, "groupId": group_, "accessId": access, "memberType": "Direct", **more}
    if flag != "absent":
        row["group"] = {"id": group_, "displayName": "Admins", "isAssignableToRole": flag}
    return row


def application(**more: Any) -> dict[str, Any]:
    kind = {"@odata.type": "#microsoft.graph.application", "id": APP, "appId": APP_ID, "displayName": "Robot"}
    return kind | more


def principal(**more: Any) -> dict[str, Any]:
    kind = {
        "@odata.type": "#microsoft.graph.servicePrincipal",
        "id": SP,
        "appId": APP_ID,
        "displayName": "Robot",
    }
    return kind | more


def rights(grants: Any = (), places: Any = (), held: Any = ()) -> dict[str, list[Says]]:
    """Replies about one application's service principal."""
    return {
        f"(appId='{APP_ID}')": [Says(200, {"id": SP, "appId": APP_ID})],
        f"/servicePrincipals/{SP}": [Says(200, {"id": SP, "appId": APP_ID})],
        "appRoleAssignments": [Says(200, {"value": [*grants]})],
        f"{APP_ID}')/transitiveMemberOf": [Says(200, {"value": [*places]})],
        f"{SP}/transitiveMemberOf": [Says(200, {"value": [*places]})],
        **({"roleAssignments": [Says(200, {"value": [*held]})]} if held else {}),
    }


def kinds(found: FoundPaths) -> list[tuple[PathKind, str, bool]]:
    return [(each.kind, each.through, each.privileged) for each in found.found]


def test_groups_that_pim_lets_them_join_are_paths_with_the_flag_of_the_row() -> None:
    tenant = Tenant(joinable=[joinable(G1.upper(), flag=True), joinable(G2, "owner", flag=None)])
    tenant.joinable[0]["group"]["id"] = G1
    found = proven(tenant).eligible_groups
    assert kinds(found) == [(PathKind.ELIGIBLE_MEMBER, G1, True), (PathKind.ELIGIBLE_OWNER, G2, False)]
    assert found.gap is None
    assert len(tenant.batches) == 1


@pytest.mark.parametrize(
    "flagged",
    [
        {},
        {"group": None},
        {"group": {"id": G1}},
        {"group": {"id": G1, "displayName": None, "isAssignableToRole": None}},
        {"group": {"id": G2, "displayName": "Another", "isAssignableToRole": False}},
    ],
)
def test_a_group_without_its_flag_is_asked_for_in_a_third_call(flagged: dict[str, Any]) -> None:
    tenant = Tenant(joinable=[joinable(G1, **flagged)])
    tenant.instead[f"/groups/{G1}"] = [Says(200, group(G1, True))]
    found = proven(tenant).eligible_groups
    assert kinds(found) == [(PathKind.ELIGIBLE_MEMBER, G1, True)]
    assert [len(batch) for batch in tenant.batches][1:] == [1]


@pytest.mark.parametrize(
    "says", [FORBIDDEN, NOT_FOUND, Says(200, group(G2, False)), Says(200, {"id": G1, "displayName": None})]
)
def test_a_group_that_does_not_tell_is_never_not_role_assignable(says: Says) -> None:
    tenant = Tenant(joinable=[joinable(G1)])
    tenant.instead[f"/groups/{G1}"] = [says]
    assert proven(tenant).eligible_groups.gap


@pytest.mark.parametrize(
    "row", ["odd", {}, {"principalId": ANN}, {"principalId": ANN, "groupId": None}, {"groupId": G1}]
)
def test_a_row_that_does_not_name_person_and_group_makes_the_rest_unknown(row: object) -> None:
    assert proven(Tenant(joinable=[joinable(G1, flag=False), row])).eligible_groups.gap


def test_an_access_of_an_unknown_kind_is_a_path_all_the_same() -> None:
    found = proven(Tenant(joinable=[joinable(G1, "unknownFutureValue", flag=True)])).eligible_groups
    assert kinds(found) == [(PathKind.ELIGIBLE_MEMBER, G1, True)]


def test_rows_of_others_count_only_where_they_are_the_persons_groups() -> None:
    tenant = Tenant(members=[group(G2, None)])
    tenant.joinable = [
        joinable(G1, flag=True, principalId=EVE),
        joinable(G1, flag=True, principalId=G2.upper()),
    ]
    (path,) = proven(tenant).eligible_groups.found
    assert (path.through, path.by) == (G1, G2)


@pytest.mark.parametrize("says", [FORBIDDEN, Says(400, {"error": {"code": "InvalidFilter"}}), Says(200, {})])
def test_what_pim_does_not_tell_is_not_nothing(says: Says) -> None:
    tenant = Tenant(instead={PIM: [says]})
    assert proven(tenant, pim=False).eligible_groups.gap


def test_without_a_licence_nobody_may_join_a_group_only_if_the_operator_says_so() -> None:
    tenant = Tenant(instead={PIM: [LICENCE]})
    gap = proven(tenant).eligible_groups.gap
    assert gap and "entra.pim: absent" in gap.why
    assert proven(tenant, pim=False).eligible_groups == FoundPaths()


def test_rows_of_pim_are_asked_for_without_their_groups_where_graph_takes_no_expand() -> None:
    """A call more for the first ticket, none for the next."""
    refused = Says(400, {"error": {"code": "BadRequest", "message": "no such expand"}})
    rows = Says(200, {"value": [joinable(G1)]})
    tenant = Tenant(instead={f"group/{PIM}": [refused, rows], f"/groups/{G1}": [Says(200, group(G1, True))]})
    with reaching(tenant) as it:
        directory = EntraDirectory(it.graph, Map(), monotonic=it.time)
        for _ in range(2):
            known = directory.prove(Facts(Key(ANN), None, {}, "digest"), Wanted())
            assert isinstance(known, Evidence)
            assert kinds(known.eligible_groups) == [(PathKind.ELIGIBLE_MEMBER, G1, True)]
    asked = [[each["id"] for each in batch] for batch in tenant.batches]
    assert [JOINABLE in each for each in asked] == [True, True, False, True, False]


def test_a_second_no_without_the_expand_leaves_the_groups_unknown() -> None:
    refused = Says(400, {"error": {"code": "BadRequest", "message": "no"}})
    found = proven(Tenant(instead={"group/" + PIM: [refused]})).eligible_groups
    assert found.gap and "400" in found.gap.why


def test_owned_groups_are_paths() -> None:
    found = proven(Tenant(owned=[group(G1, True), group(G2, None)])).owned
    assert kinds(found) == [(PathKind.OWNER, G1, True), (PathKind.OWNER, G2, False)]
    assert found.gap is None


def test_an_owned_group_without_its_flag_is_asked_for() -> None:
    tenant = Tenant(owned=[{"@odata.type": "#microsoft.graph.group", "id": G1, "displayName": None}])
    tenant.instead[f"/groups/{G1}"] = [Says(200, group(G1, True))]
    assert kinds(proven(tenant).owned) == [(PathKind.OWNER, G1, True)]


@pytest.mark.parametrize(
    "row",
    [
        "odd",
        {"@odata.type": "#microsoft.graph.agentIdentityBlueprint", "id": APP, "displayName": "New"},
        {"@odata.type": "#microsoft.graph.application", "id": APP, "appId": None, "displayName": None},
        {"id": APP, "displayName": "No kind"},
        {"@odata.type": "#microsoft.graph.group", "displayName": "No id"},
        {"@odata.type": "#microsoft.graph.servicePrincipal", "id": "../../users"},
    ],
)
def test_something_owned_that_is_not_told_is_not_harmless(row: object) -> None:
    found = proven(Tenant(owned=[group(G1, True), row])).owned
    assert found.gap
    assert kinds(found) == [(PathKind.OWNER, G1, True)]


@pytest.mark.parametrize("status", [400, 403])
def test_where_applications_get_no_answer_the_map_decides(status: int) -> None:
    says = Says(status, {"error": {"code": "Request_BadRequest"}})
    tenant = Tenant(instead={OWNED: [says]})
    path = Path(PathKind.OWNER, G1)
    known = proven(tenant, Map(path))
    assert (known.owned, known.mapped.found) == (FoundPaths(), (path,))
    gap = Missing("the map is too old")
    assert proven(tenant, Map(gap=gap)).owned.gap is gap


@pytest.mark.parametrize("says", [NOT_FOUND, Says(200, {}), Says(200, {"value": None})])
def test_any_other_answer_about_owned_objects_is_no_answer(says: Says) -> None:
    assert proven(Tenant(instead={OWNED: [says]})).owned.gap


@pytest.mark.parametrize(("row", "id_"), [(application(), APP), (application(), APP_ID), (principal(), SP)])
def test_an_application_that_the_map_calls_privileged_costs_no_third_call(
    row: dict[str, Any], id_: str
) -> None:
    tenant = Tenant(owned=[row])
    (path,) = proven(tenant, Map(privileged={id_})).owned.found
    assert (path.through, path.name) == (row["id"], "Robot")
    assert len(tenant.batches) == 1


@pytest.mark.parametrize("row", [application(), principal()])
@pytest.mark.parametrize(
    "its",
    [
        rights(grants=[{"appRoleId": GRANT.upper()}]),
        rights(places=[group(G1, True)]),
        rights(places=[role("62e90394-69f5-4237-9190-012177145e10")]),
    ],
)
def test_the_owner_of_a_privileged_application_is_found_afresh(
    row: dict[str, Any], its: dict[str, Any]
) -> None:
    tenant = Tenant(owned=[row], instead=its)
    (path,) = proven(tenant).owned.found
    kind = PathKind.APPLICATION_OWNER if row["id"] == APP else PathKind.SERVICE_PRINCIPAL_OWNER
    assert (path.kind, path.through) == (kind, row["id"])
    assert len(tenant.batches) == 2


@pytest.mark.parametrize("row", [application(), principal()])
def test_the_owner_of_a_harmless_application_owns_nothing_that_counts(row: dict[str, Any]) -> None:
    its = rights(grants=[{"appRoleId": "00000000-0000-0000-0000-000000000000"}], places=[group(G1, None)])
    assert proven(Tenant(owned=[row], instead=its)).owned == FoundPaths()


def test_an_owned_service_principals_roles_of_every_scope_are_read() -> None:
    row = {
        "principalId": SP,
        "roleDefinitionId": "a-custom-role",
        "directoryScopeId": "/administrativeUnits/1",
    }
    (path,) = proven(Tenant(owned=[principal()], instead=rights(held=[row]))).owned.found
    assert path.through == SP


def test_roles_of_an_owned_application_that_show_in_no_membership_are_read_and_are_on_the_map() -> None:
    row = {"principalId": SP.upper(), "roleDefinitionId": "a-custom-role", "directoryScopeId": "/x"}
    assert proven(Tenant(owned=[application()], instead=rights(held=[row]))).owned.found
    other = rights(held=[row | {"principalId": APP}])
    assert proven(Tenant(owned=[application()], instead=other)).owned == FoundPaths()
    tenant = Tenant(owned=[application()], instead=rights())
    assert proven(tenant, Map(privileged={SP})).owned.found
    gap = Missing("the map is too old")
    assert proven(tenant, Map(gap=gap)).owned.gap is gap


def test_an_application_without_a_service_principal_can_do_nothing_here() -> None:
    pieces = (f"(appId='{APP_ID}')", "appRoleAssignments", f"{APP_ID}')/transitiveMemberOf")
    tenant = Tenant(owned=[application()], instead={each: [NOT_FOUND] for each in pieces})
    assert proven(tenant).owned == FoundPaths()


@pytest.mark.parametrize(
    "route", ["appRoleAssignments", f"{SP}/transitiveMemberOf", f"{APP_ID}')/transitiveMemberOf"]
)
@pytest.mark.parametrize("says", [FORBIDDEN, NOT_FOUND, Says(200, {}), Says(200, {"value": [{}]})])
def test_an_application_whose_rights_are_not_told_is_not_harmless(route: str, says: Says) -> None:
    row = principal() if SP in route else application()
    tenant = Tenant(owned=[row], instead=rights() | {route: [says]})
    assert proven(tenant).owned.gap


def test_more_applications_than_are_looked_at_are_unknown() -> None:
    many = [application(id=f"{number:08d}-3333-4333-8333-333333333333") for number in range(61)]
    tenant = Tenant(owned=many, instead=rights())
    assert proven(tenant).owned.gap


def test_the_map_is_told_every_group_that_a_fresh_read_names() -> None:
    tenant = Tenant(members=[group(G1, None)], owned=[group(G2, None)], joinable=[joinable(APP, flag=None)])
    known = Map()
    assert proven(tenant, known).mapped == FoundPaths()
    assert (ANN, frozenset({G1, G2, APP})) in known.asked


def test_what_the_map_knows_is_found_even_where_fresh_reads_show_nothing() -> None:
    path = Path(PathKind.ELIGIBLE_MEMBER, G1, "Admins", by=G2)
    assert proven(Tenant(), Map(path)).mapped == FoundPaths((path,))


def test_a_map_that_knows_nothing_leaves_a_gap() -> None:
    gap = Missing("the privilege map is 6 minutes old")
    assert proven(Tenant(), Map(gap=gap)).mapped.gap is gap


def test_what_is_shown_twice_is_asked_for_once() -> None:
    tenant = Tenant(owned=[{"@odata.type": "#microsoft.graph.group", "id": G1}], joinable=[joinable(G1)])
    tenant.instead[f"/groups/{G1}"] = [Says(200, group(G1, True))]
    evidence = proven(tenant)
    assert kinds(evidence.owned) == [(PathKind.OWNER, G1, True)]
    assert kinds(evidence.eligible_groups) == [(PathKind.ELIGIBLE_MEMBER, G1, True)]
    assert [len(batch) for batch in tenant.batches][1:] == [1]


@pytest.mark.parametrize(
    ("flag", "restricted"), [(True, True), (False, False), (None, False), ("odd", None), ("absent", None)]
)
def test_a_restricted_person_is_told_by_their_own_flag(flag: Any, restricted: bool | None) -> None:
    tenant = Tenant()
    tenant.users[0]["isManagementRestricted"] = flag
    if flag == "absent":
        del tenant.users[0]["isManagementRestricted"]
    known = proven(tenant).restricted
    assert known == restricted if restricted is not None else isinstance(known, Missing)


def test_a_flag_of_null_says_nothing_where_the_answer_is_cut() -> None:
    tenant = Tenant()
    tenant.users[0]["accountEnabled"] = None
    assert isinstance(proven(tenant).restricted, Missing)


def unit(id_: str, flag: Any, name: str | None = "Executives") -> dict[str, Any]:
    kind = "#microsoft.graph.administrativeUnit"
    return {"@odata.type": kind, "id": id_, "displayName": name, "isMemberManagementRestricted": flag}


@pytest.mark.parametrize(
    ("rows", "restricted"),
    [
        ([unit(G1.upper(), True)], False),
        ([unit(G1, True), unit(APP, None), group(SP, None)], False),
        ([unit(G1, True), unit(G2, True)], True),
        ([unit(G2, True)], True),
        ([unit(G2, None)], None),
        ([], None),
        ([unit(G1, True), unit(G2, None, None)], None),
        ([unit(G1, True), {"id": G2}], None),
        ([unit(G1, True), "odd"], None),
    ],
)
def test_only_a_role_that_is_scoped_to_every_restricted_unit_reaches_them(
    rows: list[Any], restricted: bool | None
) -> None:
    tenant = Tenant(instead={"/memberOf": [Says(200, {"value": rows})]})
    tenant.users[0]["isManagementRestricted"] = True
    known = proven(tenant, scoped=(G1,)).restricted
    assert known is restricted if restricted is not None else isinstance(known, Missing)


@pytest.mark.parametrize(
    ("row", "restricted"),
    [(unit(G1, True), True), (unit(G1, None), False), (unit(G1, None, None), None), ({"id": G1}, None)],
)
def test_a_restricted_unit_among_the_memberships_refuses_whatever_the_persons_own_flag_says(
    row: Any, restricted: bool | None
) -> None:
    for flag in (None, False):
        tenant = Tenant(members=[row])
        tenant.users[0]["isManagementRestricted"] = flag
        known = proven(tenant).restricted
        assert known is restricted if restricted is not None else isinstance(known, Missing)


def test_units_are_asked_for_only_where_the_configuration_names_one() -> None:
    tenant = Tenant(instead={"/memberOf": [FORBIDDEN]})
    proven(tenant)
    assert "units" not in [each["id"] for each in tenant.batches[0]]
    tenant.users[0]["isManagementRestricted"] = True
    assert isinstance(proven(tenant, scoped=(G1,)).restricted, Missing)


def test_a_plain_incident_costs_ten_parts_in_two_calls() -> None:
    """Policy and domains are kept for five minutes: the next ticket asks for two people in the first call."""
    tenant = Tenant()
    with reaching(tenant) as it:
        asked = Facts(Key("ann.lee@contoso.com"), Key("bob@contoso.com"), {}, "digest")
        directory = EntraDirectory(it.graph, Map(), monotonic=it.time)
        known = [directory.prove(asked, Wanted()) for _ in range(2)]
    assert all(isinstance(each, Evidence) for each in known)
    assert [len(batch) for batch in tenant.batches] == [4, 7, 2, 7]
