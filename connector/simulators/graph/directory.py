"""Reading the directory: people, managers, memberships, roles and the pass policy (graph.md §3, §4)."""

import re

from connector.simulators.graph import odata
from connector.simulators.graph.errors import GraphError, bad_request, not_found
from connector.simulators.graph.odata import Row
from connector.simulators.graph.pim_groups import eligibility_rows, expanded_principal
from connector.simulators.graph.rows import (
    application_row,
    collection,
    group_row,
    role_row,
    service_principal_row,
    unit_row,
    withheld,
)
from connector.simulators.graph.tenant import ALL_USERS, ROLE_NAMES, Grant, Tenant, User
from connector.simulators.messages import Request

USUAL = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
"""What a user shows without $select: neither accountEnabled nor userType."""

FILTERABLE = ("id", "userPrincipalName", "mail", "employeeId", "accountEnabled", "userType", "displayName")
ADVANCED = ("onPremisesSamAccountName",)
"""Properties that only an advanced query can filter by (graph.md §12)."""


class Directory:
    """One method a route; each returns the body of a 200 or raises GraphError."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def found(self, key: str) -> User:
        user = self.tenant.user(key)
        if user is None:
            raise not_found(key)
        return user

    def users(self, request: Request) -> Row:
        everyone = [user.properties for user in self.tenant.users.values()]
        wanted = request.query.get("$filter", "")
        by_ids = self.tenant.switches.id_in if wanted.startswith("id in ") else ""
        if by_ids == "refused":
            raise bad_request("Unsupported or invalid query filter clause.", "Request_UnsupportedQuery")
        if wanted and by_ids != "ignored":
            if any(name in wanted for name in ADVANCED):
                odata.needs_advanced(request)
            test = odata.matching(wanted, (*FILTERABLE, *ADVANCED, "proxyAddresses"))
            everyone = [row for row in everyone if test(row)]
        rows = [self._shown(self.found(str(row["id"])), request) for row in everyone]
        return odata.page(rows, request, self.tenant.switches, "users")

    def user(self, key: str, request: Request) -> Row:
        context = f"{request.base}/v1.0/$metadata#users/$entity"
        return {"@odata.context": context} | self._shown(self.found(key), request)

    def revoke_sessions(self, key: str, request: Request) -> Row:
        """End somebody's sessions (graph.md §14)."""
        self.tenant.sessions_revoked.append(self.found(key).id)
        return {"@odata.context": f"{request.base}/v1.0/$metadata#Edm.Boolean", "value": True}

    def manager(self, key: str, request: Request) -> Row:
        boss = self.found(key).manager
        if boss is None or boss not in self.tenant.users:
            raise not_found("manager")
        shown = odata.select(self.tenant.users[boss].properties, request.query.get("$select"), USUAL)
        context = f"{request.base}/v1.0/$metadata#directoryObjects/$entity"
        return {"@odata.context": context, "@odata.type": "#microsoft.graph.user"} | shown

    def member_of(
        self, key: str, request: Request, cast: str = "", *, transitive: bool, units: bool = True
    ) -> Row:
        """Groups, activated roles and administrative units. `units` False: these may not be read."""
        user = self.found(key)
        rows = [group_row(group) for group in self.tenant.groups_of(user.id, transitive=transitive)]
        rows += [role_row(role) for role in self.tenant.activated_roles(user.id, transitive=transitive)]
        theirs = [unit_row(each) for each in self.tenant.units.values() if user.id in each.members]
        rows += theirs if units else [withheld(row) for row in theirs]
        return collection(rows, request, self.tenant.switches, cast)

    def owned(self, key: str, request: Request, cast: str = "", *, applications: bool = True) -> Row:
        """Groups, applications and service principals. `applications` False: these may not be read. Whether
        an application is answered at all is not known: a switch.
        """
        user = self.found(key)
        if self.tenant.switches.owned == "forbidden":
            raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges.")
        if self.tenant.switches.owned == "unsupported":
            raise bad_request("Application-only access is not supported here.", "Request_BadRequest")
        rows = [group_row(group) for group in self.tenant.groups.values() if user.id in group.owners]
        apps = self.tenant.applications
        others = [application_row(each) for each in apps.registered.values() if user.id in each.owners]
        others += [service_principal_row(each) for each in apps.principals.values() if user.id in each.owners]
        rows += others if applications else [withheld(row) for row in others]
        return collection(rows, request, self.tenant.switches, cast)

    def check_member_groups(self, key: str, request: Request) -> Row:
        """At most 20 ids; one that is no GUID fails all; hidden memberships are not told."""
        user = self.found(key)
        body = _json(request)
        ids = body.get("groupIds")
        if not isinstance(ids, list) or len(ids) > 20:
            raise bad_request(
                "The collection groupIds holds more than 20 ids, or is missing.", "Request_BadRequest"
            )
        for sent in ids:
            if not _is_guid(sent):
                raise bad_request("Invalid GUID in groupIds.", "Request_BadRequest")
        theirs = {g.id for g in self.tenant.groups_of(user.id, transitive=True) if not g.hidden}
        context = f"{request.base}/v1.0/$metadata#Collection(Edm.String)"
        return {"@odata.context": context, "value": [sent for sent in ids if sent.lower() in theirs]}

    def group(self, key: str, request: Request) -> Row:
        group = self.tenant.groups.get(key.lower())
        if group is None:
            raise not_found(key)
        row = group_row(group)
        del row["@odata.type"]
        context = f"{request.base}/v1.0/$metadata#groups/$entity"
        return {"@odata.context": context} | odata.select(row, request.query.get("$select"), list(row))

    def role_assignments(self, request: Request) -> Row:
        rows = [self._grant_row(grant, request) for grant in self.tenant.assignments]
        return self._filtered(rows, request, "roleManagement/directory/roleAssignments")

    def role_eligibilities(self, request: Request) -> Row:
        self._needs_pim()
        rows = [
            self._grant_row(grant, request) | {"memberType": "Direct"} for grant in self.tenant.eligibilities
        ]
        return self._filtered(rows, request, "roleManagement/directory/roleEligibilityScheduleInstances")

    def active_roles(self, request: Request) -> Row:
        """Active assignments as PIM lists them, permanent ones too (§4.2)."""
        self._needs_pim()
        rows = [
            self._grant_row(grant, request) | {"assignmentType": "Assigned", "memberType": "Direct"}
            for grant in self.tenant.assignments
        ]
        return self._filtered(rows, request, "roleManagement/directory/roleAssignmentScheduleInstances")

    def group_eligibilities(self, request: Request) -> Row:
        """A filter by the principal or the group is mandatory (§10): there is no list of the whole tenant."""
        self._needs_pim()
        if not re.search(r"\b(principalId|groupId) eq ", request.query.get("$filter", "")):
            raise bad_request("The filter must name a principalId or a groupId.", "InvalidFilter")
        context = f"identityGovernance/privilegedAccess/group/{request.segments[-1]}"
        return self._filtered(eligibility_rows(self.tenant, request), request, context)

    def pass_policy(self, request: Request) -> Row:
        policy = self.tenant.policy
        kind = "temporaryAccessPassAuthenticationMethodConfiguration"
        return {
            "@odata.context": f"{request.base}/v1.0/$metadata#authenticationMethodConfigurations/$entity",
            "@odata.type": f"#microsoft.graph.{kind}",
            "id": "TemporaryAccessPass",
            "state": "enabled" if policy.enabled else "disabled",
            "defaultLifetimeInMinutes": policy.default_lifetime,
            "defaultLength": policy.length,
            "minimumLifetimeInMinutes": policy.minimum_lifetime,
            "maximumLifetimeInMinutes": policy.maximum_lifetime,
            "isUsableOnce": policy.one_time,
            "includeTargets": [
                self._target(key) | {"isRegistrationRequired": False} for key in policy.include
            ],
            "excludeTargets": [self._target(key) for key in policy.exclude],
        }

    def _target(self, key: str) -> Row:
        group = key == ALL_USERS or key in self.tenant.groups
        return {"targetType": "group" if group else "user", "id": key}

    def _shown(self, user: User, request: Request) -> Row:
        row = odata.select(user.properties, request.query.get("$select"), USUAL)
        expand = request.query.get("$expand")
        if expand is None:
            return row
        asked = re.fullmatch(r"manager(?:\((?:\$levels=1;)?(?:\$select=([A-Za-z,]+))?\))?", expand)
        if asked is None:
            raise bad_request("Parsing OData Select and Expand failed.")
        if user.manager:
            row["manager"] = odata.select(self.tenant.users[user.manager].properties, asked[1], USUAL)
        return row

    def _grant_row(self, grant: Grant, request: Request) -> Row:
        row: Row = {"id": grant.id, "principalId": grant.principal, "roleDefinitionId": grant.role}
        row["directoryScopeId"] = grant.scope
        if request.query.get("$expand", "").startswith("roleDefinition"):
            name, built_in = ROLE_NAMES.get(grant.role, "Custom role"), grant.role in ROLE_NAMES
            definition = {
                "id": grant.role,
                "templateId": grant.role,
                "displayName": name,
                "isBuiltIn": built_in,
            }
            row["roleDefinition"] = definition
        return row | expanded_principal(self.tenant, grant.principal, request.query.get("$expand", ""))

    def _filtered(self, rows: list[Row], request: Request, context: str) -> Row:
        if "$filter" in request.query:
            test = odata.matching(request.query["$filter"], ("principalId", "roleDefinitionId", "groupId"))
            rows = [row for row in rows if test(row)]
        names = request.query.get("$select")
        rows = [odata.select(row, names, list(row)) for row in rows]
        return odata.page(rows, request, self.tenant.switches, context)

    def _needs_pim(self) -> None:
        if not self.tenant.switches.pim_licensed:
            message = "The tenant needs an AAD Premium 2 license."
            raise GraphError(400, "AadPremiumLicenseRequired", message)


def _is_guid(text: object) -> bool:
    return (
        isinstance(text, str)
        and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None
    )


def _json(request: Request) -> Row:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad_request("Unable to read JSON request payload.")
    return body
