"""Graph's replies to one round of the privilege map. A row that withholds anything makes its part Missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from connector.entra.app_permissions import PRIVILEGED
from connector.entra.graph import GraphReply, missing
from connector.guards.evidence import Known, Missing

T = TypeVar("T")
ROLE_MANAGEMENT = "RoleManagement.Read.Directory"
ROLE_ELIGIBILITY = "RoleEligibilitySchedule.Read.Directory"
GROUP_MEMBERS = "GroupMember.Read.All"
GROUP_ELIGIBILITY = "PrivilegedEligibilitySchedule.Read.AzureADGroup"
APPLICATIONS = "Application.Read.All"
USER, GROUP = "#microsoft.graph.user", "#microsoft.graph.group"
OTHERS = frozenset(  # kinds of objects that lead to nothing of their own
    {USER, "#microsoft.graph.device", "#microsoft.graph.orgContact"}
)
# Reading alone, and reading what leads to sign-ins all the same: mail, files, keys of machines. graph.md §11
_READING = re.compile(r"[\w-]+\.Read(Basic)?(\.\w+)*", re.ASCII)
_REVEALING = re.compile(
    r"(Mail|Files|Sites|Chat|ChatMessage|ChannelMessage|BitlockerKey|DeviceLocalCredential)\."
)


@dataclass(frozen=True)
class Principal:
    """Somebody in a row; `kind` is None where the row doesn't tell it."""

    id: str
    kind: str | None = None


@dataclass(frozen=True)
class Holding:
    """A directory role that somebody holds, or may take up."""

    principal: Principal
    role: str


@dataclass(frozen=True)
class Eligible:
    """Somebody who may become a member, or else an owner, of a group."""

    principal: Principal
    owner: bool


@dataclass(frozen=True)
class ListedGroup:
    id: str
    name: str
    assignable: bool


@dataclass(frozen=True)
class ListedPrincipal:
    id: str
    app_id: str
    name: str
    managed: bool  # a managed identity has no application


def holdings(reply: GraphReply, what: str, permission: str) -> Known[tuple[Holding, ...]]:
    rows = _rows(reply, what, permission)
    return rows if isinstance(rows, Missing) else _all(_holding(row, what) for row in rows)


def eligible_holdings(reply: GraphReply, what: str, pim_absent: bool) -> Known[tuple[Holding, ...]]:
    if lacks := without_licence(reply, what, pim_absent):
        return () if pim_absent else lacks
    return holdings(reply, what, ROLE_ELIGIBILITY)


def eligible_of_group(
    reply: GraphReply, group: str, what: str, pim_absent: bool
) -> Known[tuple[Eligible, ...]]:
    if lacks := without_licence(reply, what, pim_absent):
        return () if pim_absent else lacks
    rows = _rows(reply, what, GROUP_ELIGIBILITY)
    if isinstance(rows, Missing):
        return rows
    named = [row for row in rows if _id(row, "groupId") in (group, None)]  # a filter may be dropped
    return _all(_eligible(row, what) for row in named)


def without_licence(reply: GraphReply, what: str, pim_absent: bool) -> Missing | None:
    """Tell whether PIM isn't licensed. It counts as none only where the operator wrote so, too."""
    if reply.status != 400 or reply.code != "AadPremiumLicenseRequired":
        return None
    return Missing(
        f"{what} can't be read without a PIM licence; if the tenant has none, write entra.pim: absent"
    )


def groups(reply: GraphReply, what: str) -> Known[tuple[ListedGroup, ...]]:
    rows = _rows(reply, what, GROUP_MEMBERS)
    return rows if isinstance(rows, Missing) else _all(_group(row, what) for row in rows)


def one_group(reply: GraphReply, what: str) -> Known[ListedGroup | None]:
    """A group by its id; None: there is none."""
    if reply.status == 404:
        return None
    return _group(reply.body, what) if reply.ok else missing(reply, what, GROUP_MEMBERS)


def people(reply: GraphReply, what: str, permission: str) -> Known[tuple[Principal, ...]]:
    """Members or owners."""
    rows = _rows(reply, what, permission)
    return rows if isinstance(rows, Missing) else _all(_somebody(row, what, permission) for row in rows)


def privileged_grants(reply: GraphReply, named: Mapping[str, str], what: str) -> Known[frozenset[str]]:
    """The principals that hold an application permission which counts as privileged."""
    rows = _rows(reply, what, APPLICATIONS)
    if isinstance(rows, Missing):
        return rows
    found = _all(_grant(row, what) for row in rows)
    if isinstance(found, Missing):
        return found
    return frozenset(principal for principal, role in found if is_privileged(role, named.get(role, "")))


def is_privileged(role: str, name: str) -> bool:
    """Tell whether an application permission, by its id and name, is more than harmless reading. One whose
    name isn't known counts as privileged.
    """
    if role in PRIVILEGED or not _READING.fullmatch(name):
        return True
    return _REVEALING.match(name) is not None


def permission_names(reply: GraphReply, what: str) -> Known[Mapping[str, str]]:
    """The names of Graph's application permissions, by id."""
    rows = reply.body.get("appRoles")
    if not reply.ok or not isinstance(rows, list):
        return missing(reply, what, APPLICATIONS)
    named = ((_id(row, "id"), row.get("value")) for row in rows if isinstance(row, dict))
    return {id_: value for id_, value in named if id_ and isinstance(value, str)}


def service_principal(reply: GraphReply, what: str) -> Known[ListedPrincipal | None]:
    """A service principal by its id; None: there is none."""
    if reply.status == 404:
        return None
    if not reply.ok:
        return missing(reply, what, APPLICATIONS)
    id_, app, name = _id(reply.body, "id"), _id(reply.body, "appId"), reply.body.get("displayName")
    if id_ is None or app is None:
        return _withheld(what, APPLICATIONS)
    kind = reply.body.get("servicePrincipalType")
    return ListedPrincipal(id_, app, name if isinstance(name, str) else "", kind == "ManagedIdentity")


def application_id(reply: GraphReply, what: str) -> Known[str]:
    """The object id of an application; "": this tenant has none of that appId."""
    if reply.status == 404:
        return ""
    found = _id(reply.body, "id") if reply.ok else None
    return missing(reply, what, APPLICATIONS) if found is None else found


def _rows(reply: GraphReply, what: str, permission: str) -> Known[list[Any]]:
    return missing(reply, what, permission) if reply.rows is None else reply.rows


def _withheld(what: str, permission: str) -> Missing:
    return Missing(f"{what} can't be read: a part is withheld, so {permission} may be missing")


def _holding(row: Any, what: str) -> Known[Holding]:
    principal, role = _id(row, "principalId"), _id(row, "roleDefinitionId")
    if principal is None or role is None:
        return Missing(f"{what} can't be read: the answer doesn't name their holders")
    return Holding(Principal(principal, _kind(row.get("principal"))), role)


def _eligible(row: Any, what: str) -> Known[Eligible]:
    principal, access = _id(row, "principalId"), row.get("accessId") if isinstance(row, dict) else None
    if principal is None or not isinstance(access, str):
        return Missing(f"{what} can't be read: the answer doesn't name who they are")
    return Eligible(Principal(principal, _kind(row.get("principal"))), access.lower() == "owner")


def _group(row: Any, what: str) -> Known[ListedGroup]:
    """The flag is null for one without it, if the name was readable; what is withheld is null, too."""
    id_, known = _id(row, "id"), row if isinstance(row, dict) else {}
    name, flag = known.get("displayName"), known.get("isAssignableToRole", "absent")
    if id_ is None or not (isinstance(flag, bool) or (flag is None and isinstance(name, str))):
        return _withheld(what, GROUP_MEMBERS)
    return ListedGroup(id_, name if isinstance(name, str) else "", bool(flag))


def _somebody(row: Any, what: str, permission: str) -> Known[Principal]:
    id_ = _id(row, "id")
    return _withheld(what, permission) if id_ is None else Principal(id_, _kind(row))


def _grant(row: Any, what: str) -> Known[tuple[str, str]]:
    principal, role = _id(row, "principalId"), _id(row, "appRoleId")
    return _withheld(what, APPLICATIONS) if principal is None or role is None else (principal, role)


def _kind(row: Any) -> str | None:
    kind = row.get("@odata.type") if isinstance(row, dict) else None
    return kind if isinstance(kind, str) else None


def _id(row: Any, name: str) -> str | None:
    """In lower case; None where there is none."""
    found = row.get(name) if isinstance(row, dict) else None
    return found.lower() if isinstance(found, str) and found else None


def _all(found: Iterator[Known[T]]) -> Known[tuple[T, ...]]:
    """All of them, or why not."""
    each = list[T]()
    for one in found:
        if isinstance(one, Missing):
            return one
        each.append(one)
    return tuple(each)
