"""Application permissions by route: any one of those listed opens it (graph.md §2.1)."""

import re

from connector.simulators.graph.errors import GraphError
from connector.simulators.messages import Request

_TAP_WRITE = {"UserAuthMethod-TAP.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"}
_TAP_READ = _TAP_WRITE | {"UserAuthMethod-TAP.Read.All", "UserAuthenticationMethod.Read.All"}
METHODS = {"UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"}
_USERS = {"User.Read.All", "Directory.Read.All"}
_GROUPS = {"GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"}
APPLICATIONS = {"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"}
UNITS = {"AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All", "Directory.Read.All"}
_ROLES = {"RoleManagement.Read.Directory"}

_RULES: tuple[tuple[str, str, set[str]], ...] = (
    ("GET", r"/temporaryAccessPassMethods", _TAP_READ),
    ("POST|DELETE", r"/temporaryAccessPassMethods", _TAP_WRITE),
    ("GET", r"/authentication/methods$", METHODS),
    ("GET", r"/policies/", {"Policy.Read.AuthenticationMethod", "Policy.Read.All"}),
    ("GET", r"/roleManagement/directory/roleAssignments", _ROLES),
    ("GET", r"/roleEligibilityScheduleInstances", _ROLES | {"RoleEligibilitySchedule.Read.Directory"}),
    ("GET", r"/roleAssignmentScheduleInstances", _ROLES | {"RoleAssignmentSchedule.Read.Directory"}),
    ("GET", r"/privilegedAccess/group/", {"PrivilegedEligibilitySchedule.Read.AzureADGroup"}),
    ("GET", r"/v1\.0/(servicePrincipals|applications)\b", APPLICATIONS),
    ("GET", r"/v1\.0/administrativeUnits\b", UNITS),
    ("GET", r"/groups(/|$)", _GROUPS),
    ("POST", r"/revokeSignInSessions", {"User.RevokeSessions.All"}),
    ("POST", r"/checkMemberGroups", _USERS | _GROUPS),
    ("GET", r"/users", _USERS),
)


def demand(request: Request, roles: frozenset[str]) -> None:
    """Raises GraphError (403) where none of the token's roles opens the route."""
    for method, pattern, any_of in _RULES:
        if re.fullmatch(method, request.method) and re.search(pattern, request.path):
            if not roles & any_of:
                message = "Insufficient privileges to complete the operation."
                raise GraphError(403, "Authorization_RequestDenied", message)
            return
