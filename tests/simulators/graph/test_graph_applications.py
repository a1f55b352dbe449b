"""The lists of a whole tenant: roles, role-assignable groups, applications, owners; each with its right."""

import pytest

from connector.simulators.graph import ROLES, Switches
from connector.simulators.graph.applications import GRAPH_APP_ID, app_role_id
from connector.simulators.tokens import PERMISSIONS
from tests.simulators.graph.client import CAST, Client

ASSIGNABLE = "groups?$filter=isAssignableToRole eq true&$select=id,displayName"
PIM = "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"
ROLE_ROUTES = "roleManagement/directory"
GRAPH = f"servicePrincipals(appId='{GRAPH_APP_ID}')"


def test_assignments_and_eligibilities_of_the_whole_tenant_are_paged(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    for role in ROLES:
        tenant.assign(ann, role)
        tenant.make_eligible(ann, role)
    client.graph.switches = Switches(page_size=4)
    for route in ("roleAssignments", "roleEligibilityScheduleInstances"):
        link, held = f"{ROLE_ROUTES}/{route}", set[str]()
        while link:
            page = client.get(link)
            assert len(page["value"]) <= 4
            held |= {row["roleDefinitionId"] for row in page["value"]}
            link = page.get("@odata.nextLink", "")
        assert held == set(ROLES.values())


def test_a_principal_is_shown_with_its_kind_and_one_who_is_gone_is_null(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    robot, group = tenant.applications.add("Robot"), tenant.add_group("G", assignable=True)
    for holder in (ann, robot, group, tenant.new_id()):
        tenant.assign(holder, "User Administrator")
    rows = client.get(f"{ROLE_ROUTES}/roleAssignments?$expand=principal")["value"]
    assert [row["principal"] and row["principal"]["@odata.type"] for row in rows] == [
        "#microsoft.graph.user",
        "#microsoft.graph.servicePrincipal",
        "#microsoft.graph.group",
        None,
    ]


def test_groups_that_may_carry_roles_can_be_listed_and_perhaps_only_as_an_advanced_query(
    client: Client,
) -> None:
    tenant = client.graph.tenant
    yes = [tenant.add_group(f"admins {n}", assignable=True) for n in range(3)]
    tenant.add_group("no", assignable=False)
    tenant.add_group("null")
    assert client.ids(ASSIGNABLE) == yes
    client.graph.switches = Switches(assignable_filter_is_advanced=True)
    assert client.error("GET", ASSIGNABLE)[:2] == (400, "Request_UnsupportedQuery")
    assert client.ids(f"{ASSIGNABLE}&$count=true", **CAST) == yes


def test_owners_and_members_of_a_group_are_people_and_service_principals(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    robot, bob = tenant.applications.add("Robot"), tenant.add_user("bob@contoso.com")
    group = tenant.add_group("G", owners=[ann, robot], members=[bob, robot])
    assert set(client.ids(f"groups/{group}/owners?$select=id")) == {ann, robot}
    assert set(client.ids(f"groups/{group}/members?$select=id")) == {bob, robot}
    outer = tenant.add_group("outer", members=[group])
    assert client.ids(f"groups/{outer}/members?$select=id") == [group]
    assert set(client.ids(f"groups/{outer}/transitiveMembers?$select=id")) == {group, bob, robot}
    client.graph.switches = Switches(hides_service_principals=True)
    assert client.ids(f"groups/{group}/owners?$select=id") == [ann]
    assert client.ids(f"groups/{group}/members?$select=id") == [bob]


def test_pim_for_groups_wants_a_filter_by_principal_or_group(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    group = tenant.add_group("G", assignable=True)
    tenant.make_group_eligible(ann, group, access="owner")
    (row,) = client.get(f"{PIM}?$filter=groupId eq '{group}'")["value"]
    assert (row["principalId"], row["accessId"], "principal" in row) == (ann, "owner", False)
    (row,) = client.get(f"{PIM}?$filter=groupId eq '{group}'&$expand=principal")["value"]
    assert row["principal"]["@odata.type"] == "#microsoft.graph.user"
    assert client.error("GET", PIM)[0] == 400


def test_grants_on_graph_name_principal_and_permission(client: Client) -> None:
    applications = client.graph.tenant.applications
    robots = [applications.add(f"Robot {n}") for n in range(3)]
    for robot in robots:
        applications.grant(robot, "Application.ReadWrite.All")
    client.graph.switches = Switches(page_size=2)
    page = client.get(f"{GRAPH}/appRoleAssignedTo?$top=999")
    rows = page["value"] + client.get(page["@odata.nextLink"])["value"]
    assert {row["principalId"] for row in rows} == set(robots)
    assert {row["appRoleId"] for row in rows} == {app_role_id("Application.ReadWrite.All")}
    known = {each["id"]: each["value"] for each in client.get(f"{GRAPH}?$select=id,appRoles")["appRoles"]}
    assert known[app_role_id("Application.ReadWrite.All")] == "Application.ReadWrite.All"
    assert len(client.get(f"servicePrincipals/{robots[0]}/appRoleAssignments")["value"]) == 1


def test_an_application_and_its_service_principal_have_owners_of_their_own(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    bob = tenant.add_user("bob@contoso.com")
    robot = tenant.applications.add("Robot", owners=[ann], principal_owners=[bob])
    app_id = client.get(f"servicePrincipals/{robot}?$select=id,appId")["appId"]
    application = client.get(f"applications(appId='{app_id}')?$select=id")["id"]
    assert client.ids(f"servicePrincipals/{robot}/owners?$select=id") == [bob]
    assert client.ids(f"applications/{application}/owners?$select=id") == [ann]
    assert client.ids(f"applications(appId='{app_id}')/owners?$select=id") == [ann]
    assert client.ids(f"users/{ann}/ownedObjects") == [application]
    assert client.ids(f"users/{bob}/ownedObjects") == [robot]
    elsewhere = tenant.applications.add("Vendor", registered=False)
    app_id = client.get(f"servicePrincipals/{elsewhere}?$select=appId")["appId"]
    assert client.error("GET", f"applications(appId='{app_id}')/owners")[0] == 404


@pytest.mark.parametrize(
    ("permission", "routes"),
    [
        ("RoleManagement.Read.Directory", [f"{ROLE_ROUTES}/roleAssignments"]),
        ("GroupMember.Read.All", [ASSIGNABLE]),
        ("PrivilegedEligibilitySchedule.Read.AzureADGroup", [f"{PIM}?$filter=groupId eq 'x'"]),
        ("Application.Read.All", [f"{GRAPH}/appRoleAssignedTo", f"{GRAPH}/owners", "applications/x/owners"]),
    ],
)
def test_each_list_has_its_permission(client: Client, permission: str, routes: list[str]) -> None:
    for route in routes:
        assert client.send("GET", route).status_code != 403
    client.graph.tokens.roles = frozenset(PERMISSIONS) - {permission}
    client.token = client.graph.tokens.issue().text
    for route in routes:
        assert client.error("GET", route)[0] == 403


def test_owned_applications_come_with_id_and_type_alone_where_they_may_not_be_read(
    client: Client, ann: str
) -> None:
    client.graph.tenant.applications.add("Robot", owners=[ann])
    (shown,) = client.get(f"users/{ann}/ownedObjects")["value"]
    client.graph.tokens.roles = frozenset(PERMISSIONS) - {"Application.Read.All"}
    client.token = client.graph.tokens.issue().text
    (row,) = client.get(f"users/{ann}/ownedObjects")["value"]
    assert row["@odata.type"] == "#microsoft.graph.application"
    assert (shown["displayName"], row["id"], row["appId"]) == ("Robot", shown["id"], None)
