"""Directory objects as rows of a collection of mixed kinds (graph.md §4.2, §11)."""

import re
import uuid

from connector.simulators.graph import odata
from connector.simulators.graph.applications import Application, ServicePrincipal
from connector.simulators.graph.errors import bad_request
from connector.simulators.graph.odata import Row
from connector.simulators.graph.switches import Switches
from connector.simulators.graph.tenant import ROLE_NAMES, Group, Tenant, Unit, User
from connector.simulators.messages import Request

GROUP, ROLE = "#microsoft.graph.group", "#microsoft.graph.directoryRole"
USER, UNIT = "#microsoft.graph.user", "#microsoft.graph.administrativeUnit"
SERVICE_PRINCIPAL, APPLICATION = "#microsoft.graph.servicePrincipal", "#microsoft.graph.application"
_CASTS = frozenset(kind[1:] for kind in (GROUP, ROLE, USER, UNIT, SERVICE_PRINCIPAL, APPLICATION))


def collection(rows: list[Row], request: Request, switches: Switches, cast: str = "") -> Row:
    """A page of objects; what $select names and a kind doesn't have is left out."""
    if cast:
        odata.needs_advanced(request)
        cast = re.sub(r"^graph\.", "microsoft.graph.", cast)  # the alias that Microsoft's own SDK uses
        if cast not in _CASTS:
            raise bad_request("The cast names no known type.")
        rows = [row for row in rows if row["@odata.type"] == f"#{cast}"]
    if "$filter" in request.query:
        odata.needs_advanced(request)
        test = odata.matching(
            request.query["$filter"], ("id", "displayName", "isAssignableToRole", "securityEnabled")
        )
        rows = [row for row in rows if test(row)]
    if switches.limited_information:
        rows = [withheld(row) for row in rows]
    names = request.query.get("$select")
    if names:
        chosen = {"@odata.type", *(name.strip() for name in names.split(","))}
        rows = [{name: value for name, value in row.items() if name in chosen} for row in rows]
    return odata.page(rows, request, switches, "directoryObjects")


def withheld(row: Row) -> Row:
    """A row of a kind that may not be read: its id and kind, and null for all else."""
    return {name: row[name] if name in ("@odata.type", "id") else None for name in row}


def of_principal(tenant: Tenant, id_: str) -> Row:
    """The row of whoever has an object id; one of no known kind for somebody who is gone."""
    if id_ in tenant.users:
        return user_row(tenant.users[id_])
    if id_ in tenant.groups:
        return group_row(tenant.groups[id_])
    if id_ in tenant.applications.principals:
        return service_principal_row(tenant.applications.principals[id_])
    return {"@odata.type": "#microsoft.graph.directoryObject", "id": id_}


def user_row(user: User) -> Row:
    shown = ("displayName", "userPrincipalName", "mail", "accountEnabled", "userType")
    return {"@odata.type": USER, "id": user.id} | {name: user.properties[name] for name in shown}


def group_row(group: Group) -> Row:
    return {
        "@odata.type": GROUP,
        "id": group.id,
        "displayName": group.name,
        "isAssignableToRole": group.assignable,
        "securityEnabled": True,
        "groupTypes": [],
        "visibility": "HiddenMembership" if group.hidden else None,
    }


def role_row(template: str) -> Row:
    """A directory role has an id of its own in each tenant; what is the same everywhere is its template."""
    own = str(uuid.uuid5(uuid.NAMESPACE_OID, template))
    return {"@odata.type": ROLE, "id": own, "displayName": ROLE_NAMES[template], "roleTemplateId": template}


def unit_row(unit: Unit) -> Row:
    return {
        "@odata.type": UNIT,
        "id": unit.id,
        "displayName": unit.name,
        "isMemberManagementRestricted": unit.restricted,
    }


def service_principal_row(found: ServicePrincipal) -> Row:
    return {
        "@odata.type": SERVICE_PRINCIPAL,
        "id": found.id,
        "appId": found.app_id,
        "displayName": found.name,
        "servicePrincipalType": found.kind,
    }


def application_row(found: Application) -> Row:
    return {
        "@odata.type": APPLICATION,
        "id": found.id,
        "appId": found.app_id,
        "displayName": found.name,
    }
