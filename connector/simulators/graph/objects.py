"""Groups, units, service principals and applications: lists, owners, members and grants (graph.md §11)."""

import re
from collections.abc import Callable

from connector.simulators.graph import odata
from connector.simulators.graph.applications import GRAPH_ID, AppRoleAssignment, ServicePrincipal
from connector.simulators.graph.directory import Directory
from connector.simulators.graph.errors import bad_request, not_found
from connector.simulators.graph.odata import Row
from connector.simulators.graph.rows import collection, group_row, of_principal, role_row
from connector.simulators.messages import Request

EXPANDED = 20  # rows that $expand shows at most


class Objects:
    """One method a route; each returns the body of a 200 or raises GraphError."""

    def __init__(self, directory: Directory) -> None:
        self.directory, self.tenant = directory, directory.tenant

    def read(self, route: list[str], request: Request) -> Row:
        row: Row
        match route:
            case ["groups"]:
                return self.groups(request)
            case ["groups", key]:
                return self.directory.group(key, request) | self._with_owners(
                    request, lambda: self._group(key, "owners")
                )
            case ["groups", key, "owners"]:
                return self._people(self._group(key, "owners"), request)
            case ["groups", key, "members"]:
                return self._people(self._group(key, "members"), request)
            case ["groups", key, "transitiveMembers"]:
                return self._people(self._group(key, "transitiveMembers"), request)
            case ["servicePrincipals", key]:
                found = self._principal(key)
                row = self._entity(self._principal_row(found), request, "servicePrincipals")
                if request.query.get("$expand") == "appRoleAssignedTo":
                    held = [each for each in self.tenant.applications.grants if each.resource == found.id]
                    return row | {"appRoleAssignedTo": [self._grant_row(each) for each in held[:EXPANDED]]}
                return row | self._with_owners(request, lambda: found.owners)
            case ["servicePrincipals", key, "owners"]:
                return self._people(self._principal(key).owners, request)
            case ["servicePrincipals", key, "appRoleAssignedTo"]:
                return self.grants(request, resource=self._principal(key).id)
            case ["servicePrincipals", key, "appRoleAssignments"]:
                return self.grants(request, principal=self._principal(key).id)
            case ["servicePrincipals", key, "transitiveMemberOf"]:
                return self.member_of(self._principal(key), request)
            case ["applications", key]:
                row = self._entity(self._application_row(key), request, "applications")
                return row | self._with_owners(request, lambda: self.owners_of_application(key))
            case ["applications", key, "owners"]:
                return self._people(self.owners_of_application(key), request)
            case ["administrativeUnits", key]:
                self._members_of_unit(key)
                row = {"id": key, "displayName": self.tenant.units[key.lower()].name}
                return self._entity(row, request, "administrativeUnits")
            case ["administrativeUnits", key, "members"]:
                return self._people(self._members_of_unit(key), request)
        raise bad_request(f"Resource not found for the segment '{route[-1]}'.")

    def groups(self, request: Request) -> Row:
        """Whether a filter by isAssignableToRole is an advanced query is not known: a switch."""
        rows = [group_row(group) for group in self.tenant.groups.values()]
        for row in rows:
            del row["@odata.type"]
        if "$filter" in request.query:
            if self.tenant.switches.assignable_filter_is_advanced:
                odata.needs_advanced(request)
            test = odata.matching(request.query["$filter"], ("id", "displayName", "isAssignableToRole"))
            rows = [row for row in rows if test(row)]
        names = request.query.get("$select")
        shown = [
            odata.select(row, names, list(row)) | self._with_owners(request, self._owners_in(row))
            for row in rows
        ]
        return odata.page(shown, request, self.tenant.switches, "groups")

    def _owners_in(self, row: Row) -> Callable[[], set[str]]:
        return lambda: self._group(str(row["id"]), "owners")

    def _with_owners(self, request: Request, owners: Callable[[], set[str]]) -> Row:
        """The owners that `$expand` asks for, some of them (§11)."""
        expand = request.query.get("$expand", "")
        if not expand:
            return {}
        if not re.fullmatch(r"owners(\(\$select=id\))?", expand):
            raise bad_request("Parsing OData Select and Expand failed.")
        rows = [of_principal(self.tenant, id_) for id_ in sorted(owners())]
        return {"owners": [{"@odata.type": row["@odata.type"], "id": row["id"]} for row in rows[:EXPANDED]]}

    def grants(self, request: Request, *, principal: str = "", resource: str = "") -> Row:
        held = [
            each
            for each in self.tenant.applications.grants
            if principal in ("", each.principal) and resource in ("", each.resource)
        ]
        names = request.query.get("$select")
        rows = [self._grant_row(each) for each in held]
        rows = [odata.select(row, names, list(row)) for row in rows]
        return odata.page(rows, request, self.tenant.switches, "appRoleAssignments")

    def member_of(self, principal: ServicePrincipal, request: Request) -> Row:
        rows = [group_row(group) for group in self.tenant.groups_of(principal.id, transitive=True)]
        rows += [role_row(role) for role in self.tenant.activated_roles(principal.id, transitive=True)]
        return collection(rows, request, self.tenant.switches)

    def owners_of_application(self, key: str) -> set[str]:
        application = self.tenant.applications.application(key)
        if application is None:
            raise not_found(key)
        return application.owners

    def _group(self, key: str, which: str) -> set[str]:
        """Owners or members. v1.0 is said to leave out service principals: a switch."""
        group = self.tenant.groups.get(key.lower())
        if group is None:
            raise not_found(key)
        if which == "owners":
            found = group.owners
        else:
            found = self.tenant.members_of(group.id, transitive=which == "transitiveMembers")
        hidden = self.tenant.applications.principals if self.tenant.switches.hides_service_principals else {}
        return found - hidden.keys()

    def _members_of_unit(self, key: str) -> set[str]:
        unit = self.tenant.units.get(key.lower())
        if unit is None:
            raise not_found(key)
        return unit.members

    def _principal(self, key: str) -> ServicePrincipal:
        found = self.tenant.applications.principal(key)
        if found is None:
            raise not_found(key)
        return found

    def _people(self, ids: set[str], request: Request) -> Row:
        rows = [of_principal(self.tenant, id_) for id_ in sorted(ids)]
        return collection(rows, request, self.tenant.switches)

    def _entity(self, row: Row, request: Request, context: str) -> Row:
        entity: Row = {"@odata.context": f"{request.base}/v1.0/$metadata#{context}/$entity"}
        return entity | odata.select(row, request.query.get("$select"), list(row))

    def _principal_row(self, found: ServicePrincipal) -> Row:
        roles = self.tenant.applications.app_roles if found.id == GRAPH_ID else {}
        here = any(each.app_id == found.app_id for each in self.tenant.applications.registered.values())
        return {
            "id": found.id,
            "appId": found.app_id,
            "displayName": found.name,
            "servicePrincipalType": found.kind,
            "appOwnerOrganizationId": self.tenant.id if here else None,
            "appRoles": [
                {
                    "id": id_,
                    "value": value,
                    "displayName": value,
                    "isEnabled": True,
                    "allowedMemberTypes": ["Application"],
                }
                for id_, value in roles.items()
            ],
        }

    def _application_row(self, key: str) -> Row:
        found = self.tenant.applications.application(key)
        if found is None:
            raise not_found(key)
        return {"id": found.id, "appId": found.app_id, "displayName": found.name}

    def _grant_row(self, grant: AppRoleAssignment) -> Row:
        applications = self.tenant.applications
        known = applications.principals.get(grant.principal)
        kind = "ServicePrincipal" if known else "Group" if grant.principal in self.tenant.groups else "User"
        resource = applications.principals.get(grant.resource)
        return {
            "id": grant.id,
            "appRoleId": grant.app_role,
            "principalId": grant.principal,
            "principalType": kind,
            "principalDisplayName": known.name if known else None,
            "resourceId": grant.resource,
            "resourceDisplayName": resource.name if resource else None,
        }
