"""People, memberships and roles as the fake Graph tells them."""

from urllib.parse import quote

from connector.simulators.graph import ROLES, Switches
from tests.simulators.graph.client import CAST, Client


def test_a_user_shows_the_usual_properties_unless_others_are_selected(client: Client, ann: str) -> None:
    usual = client.get(f"users/{ann}")
    assert usual["userPrincipalName"] == "ann.lee@contoso.com"
    assert "accountEnabled" not in usual
    chosen = client.get("users/ANN.LEE@contoso.com?$select=id,accountEnabled")
    assert (chosen["id"], chosen["accountEnabled"], "displayName" in chosen) == (ann, True, False)
    assert client.error("GET", f"users/{ann}?$select=nothing")[0] == 400
    assert client.error("GET", "users/nobody@contoso.com")[:2] == (404, "Request_ResourceNotFound")


def test_an_apostrophe_is_doubled_inside_quotes_only(client: Client) -> None:
    pat = client.graph.tenant.add_user("pat.o'brien@contoso.com")
    assert client.ids("users?$filter=userPrincipalName eq 'pat.o''brien@contoso.com'&$select=id") == [pat]
    assert client.get("users/pat.o'brien@contoso.com?$select=id")["id"] == pat
    assert client.get("users('pat.o''brien@contoso.com')?$select=id")["id"] == pat
    assert client.send("GET", "users/pat.o''brien@contoso.com").status_code == 404
    assert (
        client.send("GET", "users?$filter=userPrincipalName eq 'pat.o'brien@contoso.com'").status_code == 400
    )


def test_a_name_is_decoded_once_and_a_leading_dollar_needs_quotes(client: Client) -> None:
    odd = {
        name: client.graph.tenant.add_user(name)
        for name in ("a%41@contoso.com", "a#b@contoso.com", "$c@contoso.com")
    }
    for name, key in odd.items():
        quoted = quote(name, safe="")
        assert client.ids(f"users?$select=id&$filter=userPrincipalName%20eq%20%27{quoted}%27") == [key]
        assert client.get(f"users('{quoted}')?$select=id")["id"] == key
    assert client.send("GET", "users/a#b@contoso.com").status_code == 404
    assert client.send("GET", "users/$c@contoso.com").status_code == 400


def test_a_filter_takes_eq_in_and_or_and_nothing_else(client: Client, ann: str) -> None:
    bob = client.graph.tenant.add_user("bob@contoso.com", mail="ann.lee@contoso.com")
    both = [ann, bob]
    assert client.ids("users?$select=id&$filter=mail eq 'ANN.LEE@contoso.com'") == both
    assert client.ids("users?$select=id&$filter=mail eq 'ann.lee@contoso.com' and employeeId eq '42'") == [
        ann
    ]
    assert (
        client.ids(
            f"users?$select=id&$filter=id eq '{bob}' or (employeeId eq '42' and accountEnabled eq true)"
        )
        == both
    )
    assert client.ids(f"users?$select=id&$filter=id in ('{bob}', 'x')") == [bob]
    assert client.ids("users?$select=id&$filter=employeeId eq 'x'") == []
    for wrong in ("mail ne 'x'", "nothing eq 'x'", "mail eq x", "mail eq 'x' or", "(mail eq 'x'"):
        assert client.send("GET", f"users?$filter={wrong}").status_code == 400


def test_pages_are_read_to_the_end_by_the_next_link_even_past_an_empty_one(client: Client) -> None:
    everyone = [client.graph.tenant.add_user(f"u{n}@contoso.com") for n in range(5)]
    client.graph.switches = Switches(page_size=2, empty_page=True)
    link, sizes, ids = "users?$select=id&$top=3", [], []
    while link:
        page = client.get(link)
        sizes.append(len(page["value"]))
        ids += [row["id"] for row in page["value"]]
        link = page.get("@odata.nextLink", "")
    assert (sizes, ids) == ([0, 2, 2, 1], everyone)


def test_a_manager_is_there_or_404(client: Client, ann: str) -> None:
    bob = client.graph.tenant.add_user("bob@contoso.com", manager=ann)
    assert client.get(f"users/{bob}/manager?$select=id")["id"] == ann
    assert client.get(f"users/{bob}?$select=id&$expand=manager($select=id)")["manager"] == {"id": ann}
    assert client.error("GET", f"users/{ann}/manager")[:2] == (404, "Request_ResourceNotFound")


def test_memberships_are_transitive_and_typed_and_casts_need_the_advanced_header(
    client: Client, ann: str
) -> None:
    tenant = client.graph.tenant
    inner = tenant.add_group("Inner", members=[ann])
    outer = tenant.add_group("Outer", members=[inner], assignable=True)
    tenant.assign(outer, "User Administrator")
    tenant.assign(ann, "aaaaaaaa-0000-4000-8000-000000000001")  # a custom role shows nowhere here
    tenant.assign(ann, "Guest Inviter", scope="/administrativeUnits/x")  # nor does a scoped one
    path = f"users/{ann}/transitiveMemberOf"
    rows = client.get(path)["value"]
    assert [row["@odata.type"].rpartition(".")[2] for row in rows] == ["group", "group", "directoryRole"]
    assert rows[2]["roleTemplateId"] == ROLES["User Administrator"]
    assert client.ids(f"users/{ann}/memberOf") == [inner]
    assert client.error("GET", f"{path}/microsoft.graph.group")[:2] == (400, "Request_UnsupportedQuery")
    groups = client.get(f"{path}/microsoft.graph.group?$count=true&$select=id,isAssignableToRole", **CAST)
    assert [(row["id"], row["isAssignableToRole"]) for row in groups["value"]] == [
        (inner, None),
        (outer, True),
    ]
    roles = client.get(f"{path}/microsoft.graph.directoryRole?$count=true", **CAST)
    assert [row["displayName"] for row in roles["value"]] == ["User Administrator"]


def test_limited_information_shows_id_and_type_only(client: Client, ann: str) -> None:
    group = client.graph.tenant.add_group("G", members=[ann], assignable=True)
    client.graph.switches = Switches(limited_information=True)
    row = client.get(f"users/{ann}/transitiveMemberOf")["value"][0]
    assert (row["id"], row["@odata.type"], row["isAssignableToRole"]) == (
        group,
        "#microsoft.graph.group",
        None,
    )
    assert row["displayName"] is None


def test_groups_are_checked_twenty_at_a_time_and_hidden_ones_are_kept_silent(
    client: Client, ann: str
) -> None:
    tenant = client.graph.tenant
    seen, hidden = tenant.add_group("G", members=[ann]), tenant.add_group("H", members=[ann], hidden=True)
    path = f"users/{ann}/checkMemberGroups"
    assert client.send("POST", path, {"groupIds": [seen, hidden, ann]}).json()["value"] == [seen]
    assert client.send("POST", path, {"groupIds": [seen] * 21}).status_code == 400
    assert client.send("POST", path, {"groupIds": [seen, "x"]}).status_code == 400


def test_roles_are_asked_for_by_principal_and_eligibility_needs_a_licence(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    group = tenant.add_group("G")
    tenant.assign(ann, "Directory Readers")
    tenant.make_eligible(group, "Global Administrator")
    tenant.make_group_eligible(ann, group)
    roles = "roleManagement/directory"
    found = client.get(f"{roles}/roleAssignments?$filter=principalId eq '{ann}'&$expand=roleDefinition")[
        "value"
    ]
    assert [(row["roleDefinitionId"], row["directoryScopeId"]) for row in found] == [
        (ROLES["Directory Readers"], "/")
    ]
    assert found[0]["roleDefinition"]["isBuiltIn"] is True
    eligible = f"{roles}/roleEligibilityScheduleInstances?$filter=principalId eq "
    assert len(client.get(f"{eligible}'{group}'")["value"]) == 1
    assert client.get(f"{eligible}'{ann}'")["value"] == []
    pim = (
        "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=principalId eq "
        f"'{ann}'"
    )
    assert [row["groupId"] for row in client.get(pim)["value"]] == [group]
    client.graph.switches = Switches(pim_licensed=False)
    assert client.error("GET", f"{eligible}'{ann}'")[:2] == (400, "AadPremiumLicenseRequired")


def test_owned_groups_and_a_single_group_can_be_read(client: Client, ann: str) -> None:
    group = client.graph.tenant.add_group("G", owners=[ann])
    assert client.ids(f"users/{ann}/ownedObjects") == [group]
    assert client.get(f"groups/{group}?$select=displayName")["displayName"] == "G"
    assert client.error("GET", f"groups/{ann}")[0] == 404
