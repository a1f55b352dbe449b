"""The applications of one tenant, their service principals, and what these are granted on Graph."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
GRAPH_ID = str(uuid.uuid5(uuid.NAMESPACE_OID, GRAPH_APP_ID))
"""Graph's own service principal: another id in each tenant, here always the same."""

APP_ROLES = {  # graph.md §2.2
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
    "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Directory.ReadWrite.All": "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
    "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    "RoleManagement.ReadWrite.Directory": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "UserAuthMethod-TAP.ReadWrite.All": "627169a8-8c15-451c-861a-5b80e383de5c",
    "UserAuthenticationMethod.ReadWrite.All": "50483e42-d915-4231-9639-7fdb7fd190e5",
}


def app_role_id(value: str) -> str:
    """The id of an application permission of Graph; a made-up one where the real one isn't kept here."""
    return APP_ROLES.get(value) or str(uuid.uuid5(uuid.NAMESPACE_OID, value))


@dataclass
class Application:
    """An app registration; owners are object ids."""

    id: str
    app_id: str
    name: str
    owners: set[str] = field(default_factory=set)


@dataclass
class ServicePrincipal:
    """An application's or a managed identity's own account in this tenant; owners are object ids."""

    id: str
    app_id: str
    name: str
    owners: set[str] = field(default_factory=set)
    kind: str = "Application"  # or ManagedIdentity, which has no app registration


@dataclass(frozen=True)
class AppRoleAssignment:
    """An application permission that somebody was granted on a resource."""

    id: str
    principal: str
    app_role: str
    resource: str = GRAPH_ID


class Applications:
    """App registrations by object id, service principals by object id, and grants."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self.registered: dict[str, Application] = {}
        graph = ServicePrincipal(GRAPH_ID, GRAPH_APP_ID, "Microsoft Graph")
        self.principals: dict[str, ServicePrincipal] = {GRAPH_ID: graph}
        self.grants: list[AppRoleAssignment] = []
        self.app_roles: dict[str, str] = {app_role_id(value): value for value in APP_ROLES}
        self._new_id = new_id

    def add(
        self,
        name: str,
        *,
        owners: Iterable[str] = (),
        principal_owners: Iterable[str] = (),
        registered: bool = True,
        kind: str = "Application",
    ) -> str:
        """An application with its service principal, whose object id is returned. `registered` False: the
        app registration is another tenant's.
        """
        app_id = self._new_id()
        if registered and kind == "Application":
            application = Application(self._new_id(), app_id, name, set(owners))
            self.registered[application.id] = application
        principal = ServicePrincipal(self._new_id(), app_id, name, set(principal_owners), kind)
        self.principals[principal.id] = principal
        return principal.id

    def registration(self, principal: str) -> Application:
        """The app registration behind a service principal (object id). Raises KeyError where it is none of
        this tenant's.
        """
        app_id = self.principals[principal].app_id
        found = [each for each in self.registered.values() if each.app_id == app_id]
        if not found:
            raise KeyError(f"{principal} has no app registration here")
        return found[0]

    def grant(self, principal: str, permission: str, *, listed: bool = True) -> None:
        """An application permission of Graph for a service principal. `listed` False: Graph's list of its
        permissions lacks it.
        """
        role = app_role_id(permission)
        if listed:
            self.app_roles[role] = permission
        self.grants.append(AppRoleAssignment(self._new_id(), principal, role))

    def principal(self, key: str) -> ServicePrincipal | None:
        """By object id, or by application id where the key is `appId='…'`."""
        app_id = _app_id(key)
        found = (each for each in self.principals.values() if each.app_id == app_id)
        return next(found, None) if app_id else self.principals.get(key.lower())

    def application(self, key: str) -> Application | None:
        """By object id, or by application id where the key is `appId='…'`."""
        app_id = _app_id(key)
        found = (each for each in self.registered.values() if each.app_id == app_id)
        return next(found, None) if app_id else self.registered.get(key.lower())


def _app_id(key: str) -> str:
    name, _, value = key.partition("=")
    return value.strip("'").lower() if name.lower() == "appid" else ""
