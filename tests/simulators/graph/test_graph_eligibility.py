"""PIM for Groups, what people own, and administrative units, each as the documentation leaves it open."""

from __future__ import annotations

import pytest

from connector.simulators.graph import Switches
from connector.simulators.tokens import PERMISSIONS
from tests.simulators.graph.client import Client

PIM = "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"


def test_a_row_of_pim_for_groups_holds_the_group_where_it_is_expanded(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    group = tenant.add_group("Admins", assignable=True)
    tenant.make_group_eligible(ann, group)
    route = f"{PIM}?$filter=principalId eq '{ann}'&$expand=group($select=id,isAssignableToRole)"
    (row,) = client.get(route)["value"]
    assert row["group"] == {"id": group, "isAssignableToRole": True}
    client.graph.switches = Switches(expands_group=False)
    (row,) = client.get(route)["value"]
    assert (row["groupId"], "group" in row) == (group, False)
    assert client.error("GET", f"{PIM}?$filter=principalId eq '{ann}'&$expand=nonsense")[0] == 400


def test_a_filter_by_a_person_shows_what_their_groups_may_join_or_not(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    inner = tenant.add_group("Inner", members=[ann])
    outer, admins = tenant.add_group("Outer", members=[inner]), tenant.add_group("Admins", assignable=True)
    tenant.make_group_eligible(outer, admins)
    route = f"{PIM}?$filter=principalId eq '{ann}'"
    assert client.get(route)["value"] == []
    client.graph.switches = Switches(nested_eligibility=True)
    (row,) = client.get(route)["value"]
    assert (row["groupId"], row["principalId"], row["memberType"]) == (admins, ann, "group")


@pytest.mark.parametrize(("how", "status"), [("forbidden", 403), ("unsupported", 400)])
def test_owned_objects_may_not_be_answered_to_applications(
    client: Client, ann: str, how: str, status: int
) -> None:
    group = client.graph.tenant.add_group("Admins", owners=[ann])
    assert client.ids(f"users/{ann}/ownedObjects") == [group]
    client.graph.switches = Switches(owned=how)  # type: ignore[arg-type]
    assert client.error("GET", f"users/{ann}/ownedObjects")[0] == status


def test_members_of_a_restricted_unit_say_so(client: Client, ann: str) -> None:
    tenant = client.graph.tenant
    flag = "$select=id,isManagementRestricted"
    assert client.get(f"users/{ann}?{flag}")["isManagementRestricted"] is None
    tenant.add_unit("Branch", members=[ann])
    assert client.get(f"users/{ann}?{flag}")["isManagementRestricted"] is None
    unit = tenant.add_unit("Executives", members=[ann], restricted=True)
    assert client.get(f"users/{ann}?{flag}")["isManagementRestricted"] is True
    rows = client.get(f"users/{ann}/memberOf?$select=id,isMemberManagementRestricted")["value"]
    assert {row["id"]: row["isMemberManagementRestricted"] for row in rows}[unit] is True


def test_units_come_with_id_and_type_alone_where_they_may_not_be_read(client: Client, ann: str) -> None:
    client.graph.tenant.add_unit("Executives", members=[ann], restricted=True)
    client.graph.tokens.roles = frozenset(PERMISSIONS) - {"AdministrativeUnit.Read.All"}
    client.token = client.graph.tokens.issue().text
    (row,) = client.get(f"users/{ann}/memberOf")["value"]
    assert row["@odata.type"] == "#microsoft.graph.administrativeUnit"
    assert (row["displayName"], row["isMemberManagementRestricted"]) == (None, None)
