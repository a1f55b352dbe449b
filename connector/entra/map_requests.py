"""The requests of one round of the privilege map. graph.md §4.2, §10, §11"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from connector.entra.graph import GraphRequest

ASSIGNED, ELIGIBLE, GROUPS, GRANTS, NAMES = "assigned", "eligible", "groups", "grants", "names"
ACTIVE, GROUP_OWNERS, GRANTED = "active", "group-owners", "granted"  # second reads, by other routes
_GRAPH = "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"  # Graph's own, in every tenant
_PIM = "/identityGovernance/privilegedAccess/group"
_OWNERS = "$expand=" + quote("owners($select=id)", safe="")
_FLAGGED = quote("isAssignableToRole eq true")
_ASSIGNABLE = f"/groups?$filter={_FLAGGED}&$select=id,displayName,isAssignableToRole&$top=999"
_ROLES = "/roleManagement/directory"


def lists() -> Iterator[GraphRequest]:
    yield GraphRequest(ASSIGNED, f"{_ROLES}/roleAssignments?$expand=principal")
    yield GraphRequest(ELIGIBLE, f"{_ROLES}/roleEligibilityScheduleInstances?$expand=principal")
    yield GraphRequest(GROUPS, _ASSIGNABLE)
    yield GraphRequest(GRANTS, f"{_GRAPH}/appRoleAssignedTo?$top=999")
    yield GraphRequest(NAMES, f"{_GRAPH}?$select=id,appRoles")
    yield GraphRequest(ACTIVE, f"{_ROLES}/roleAssignmentScheduleInstances")
    yield GraphRequest(GROUP_OWNERS, f"/groups?$filter={_FLAGGED}&$select=id&{_OWNERS}")
    yield GraphRequest(GRANTED, f"{_GRAPH}?$select=id&$expand=appRoleAssignedTo")


def about_group(id_: str) -> Iterator[GraphRequest]:
    """Groups that may carry roles have no groups in them; those that only lead to one may. PIM is read by
    its schedules and by their instances: nested eligibility shows in no fresh read.
    """
    yield GraphRequest(f"owners {id_}", f"/groups/{id_}/owners?$select=id&$top=999")
    yield GraphRequest(f"members {id_}", f"/groups/{id_}/transitiveMembers?$select=id&$top=999")
    mine = quote(f"groupId eq '{id_}'", safe="")
    yield GraphRequest(f"pim {id_}", f"{_PIM}/eligibilityScheduleInstances?$filter={mine}&$expand=principal")
    yield GraphRequest(f"schedules {id_}", f"{_PIM}/eligibilitySchedules?$filter={mine}&$expand=principal")
    yield GraphRequest(f"direct-members {id_}", f"/groups/{id_}/members?$select=id&$top=999")


def group_owners(id_: str) -> GraphRequest:
    return GraphRequest(f"group-owners {id_}", f"/groups/{id_}?$select=id&{_OWNERS}")


def group_request(id_: str) -> GraphRequest:
    return GraphRequest(f"group {id_}", f"/groups/{id_}?$select=id,displayName,isAssignableToRole")


def about_principal(id_: str) -> Iterator[GraphRequest]:
    select = "id,appId,displayName,servicePrincipalType"
    yield GraphRequest(f"principal {id_}", f"/servicePrincipals/{id_}?$select={select}")
    yield GraphRequest(f"owners {id_}", f"/servicePrincipals/{id_}/owners?$select=id")
    yield GraphRequest(f"owners-again {id_}", f"/servicePrincipals/{id_}?$select=id&{_OWNERS}")


def about_application(app: str) -> Iterator[GraphRequest]:
    yield GraphRequest(f"application {app}", f"/applications(appId='{app}')?$select=id")
    yield GraphRequest(f"owners of {app}", f"/applications(appId='{app}')/owners?$select=id")
    yield GraphRequest(f"owners-again of {app}", f"/applications(appId='{app}')?$select=id&{_OWNERS}")


def second_form(request: GraphRequest) -> GraphRequest | None:
    """The same, as Graph may want it: a filter as an advanced query, a list without the holders' kinds."""
    if request.id == GROUPS:
        path = f"{_ASSIGNABLE}&$count=true"
        headers = {"ConsistencyLevel": "eventual"}
        return None if request.headers else replace(request, path=path, headers=headers)
    plain = request.path.replace("&$expand=principal", "").replace("?$expand=principal", "")
    return replace(request, path=plain) if plain != request.path else None
