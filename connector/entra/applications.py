"""The rights of an application that a person owns: an owner can add a secret, and act as it. graph.md §11"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from connector.entra.app_permissions import PRIVILEGED
from connector.entra.graph import NO_REPLY, GraphReply, GraphRequest, missing
from connector.entra.privileges import SELECT, assigned, memberships
from connector.guards.evidence import Known, Missing

PRINCIPAL, GRANTS, PLACES, HELD = "principal-", "grants-", "places-", "held-"
HELD_BY_ALL = "held-by-all"  # the role assignments of the tenant, read afresh
_WHAT, _PERMISSION = "the rights of an application that the person owns", "Application.Read.All"


@dataclass(frozen=True)
class Application:
    """An application (registered here), or a service principal. Ids in lower case."""

    id: str  # object id
    app_id: str | None
    name: str
    registered: bool


def application_requests(it: Application) -> Iterator[GraphRequest]:
    """Grants, groups and roles of its service principal. Of an application registered here, that is found by
    appId, and a filter of roles needs its object id: so all assignments are read, and looked through for it.
    """
    there = f"/servicePrincipals(appId='{it.app_id}')" if it.registered else f"/servicePrincipals/{it.id}"
    yield GraphRequest(PRINCIPAL + it.id, f"{there}?$select=id,appId")
    yield GraphRequest(GRANTS + it.id, f"{there}/appRoleAssignments")
    yield GraphRequest(PLACES + it.id, f"{there}/transitiveMemberOf?{SELECT}")
    if it.registered:
        yield GraphRequest(HELD_BY_ALL, "/roleManagement/directory/roleAssignments")
        return
    its = quote(f"principalId eq '{it.id}'", safe="")
    yield GraphRequest(HELD + it.id, f"/roleManagement/directory/roleAssignments?$filter={its}")


def privileged(
    it: Application, replies: Mapping[str, GraphReply], decides: Callable[[str], Known[bool]]
) -> Known[bool]:
    """Tell whether its owner could act with a directory role, with a privileged permission of Graph, or as a
    member of a group that may carry roles. One yes is enough; else every answer is needed.
    """
    principal = replies.get(PRINCIPAL + it.id, NO_REPLY)
    if it.registered and principal.status == 404:
        return False  # without a service principal it can do nothing in this tenant
    known = [_granted(replies.get(GRANTS + it.id, NO_REPLY)), _placed(replies.get(PLACES + it.id, NO_REPLY))]
    known += _holds(it, principal, replies, decides)
    if True in known:
        return True
    return next((each for each in known if isinstance(each, Missing)), False)


def _granted(reply: GraphReply) -> Known[bool]:
    if reply.rows is None:
        return missing(reply, _WHAT, _PERMISSION)
    ids = [row.get("appRoleId") if isinstance(row, dict) else None for row in reply.rows]
    if any(isinstance(each, str) and each.lower() in PRIVILEGED for each in ids):
        return True
    return False if all(isinstance(each, str) and each for each in ids) else Missing(f"{_WHAT} are withheld")


def _placed(reply: GraphReply) -> Known[bool]:
    if reply.rows is None:
        return missing(reply, _WHAT, _PERMISSION)
    groups, roles = memberships(reply)
    if not isinstance(roles, Missing) and roles:
        return True
    if not isinstance(groups, Missing) and any(each.role_assignable for each in groups):
        return True
    return next((each for each in (groups, roles) if isinstance(each, Missing)), False)


def _holds(
    it: Application,
    principal: GraphReply,
    replies: Mapping[str, GraphReply],
    decides: Callable[[str], Known[bool]],
) -> list[Known[bool]]:
    """Directory roles of every scope; of one registered here, also what the map knows of its service
    principal.
    """
    if not it.registered:
        return [_has_roles(replies.get(HELD + it.id, NO_REPLY), it.id)]
    id_ = principal.body.get("id")
    if not principal.ok or not isinstance(id_, str) or not id_:
        return [missing(principal, _WHAT, _PERMISSION)]
    return [_has_roles(replies.get(HELD_BY_ALL, NO_REPLY), id_.lower()), decides(id_.lower())]


def _has_roles(reply: GraphReply, id_: str) -> Known[bool]:
    roles = assigned(reply, id_)
    return roles if isinstance(roles, Missing) else bool(roles)
