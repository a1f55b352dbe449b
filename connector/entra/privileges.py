"""Groups and roles of a person, read so that whatever is withheld counts as unknown. graph.md §4.2"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from connector.entra.graph import GraphReply, GraphRequest, missing
from connector.guards.evidence import Group, Known, Missing, Role

T = TypeVar("T")

MEMBERS, ASSIGNED, ELIGIBLE = "memberships", "assignments", "eligibilities"
GROUP, ROLE, UNIT = (
    "#microsoft.graph.group",
    "#microsoft.graph.directoryRole",
    "#microsoft.graph.administrativeUnit",
)
SELECT = "$select=id,displayName,isAssignableToRole,roleTemplateId,isMemberManagementRestricted&$top=999"
NO_LICENCE = "can't be read without a PIM licence; if the tenant has none, write entra.pim: absent"


def asks(subject: str) -> list[GraphRequest]:
    """A cast or $count would need the eventual index; the plain collection is read to the end and told apart
    here.
    """
    mine = quote(f"principalId eq '{subject}'", safe="")
    return [
        GraphRequest(
            MEMBERS,
            f"/users/{subject}/transitiveMemberOf?{SELECT}",
        ),
        GraphRequest(ASSIGNED, f"/roleManagement/directory/roleAssignments?$filter={mine}"),
        GraphRequest(ELIGIBLE, f"/roleManagement/directory/roleEligibilityScheduleInstances?$filter={mine}"),
    ]


def memberships(said: GraphReply) -> tuple[Known[tuple[Group, ...]], Known[tuple[Role, ...]]]:
    """Groups, and active roles that are memberships."""
    if said.rows is None:
        lacking = missing(said, "the memberships", "User.Read.All and GroupMember.Read.All")
        return lacking, lacking
    groups, roles = list[Group | Missing](), list[Role | Missing]()
    for row in said.rows:
        kind = row.get("@odata.type") if isinstance(row, dict) else None
        if kind == GROUP:
            groups.append(group_of(row))
        elif kind == ROLE:
            roles.append(_role(row))
        elif kind != UNIT:
            groups.append(Missing("a membership is of an unknown kind"))
            roles.append(Missing("a membership is of an unknown kind"))
    return _all(groups), _all(roles)


def assigned(said: GraphReply, subject: str) -> Known[tuple[Role, ...]]:
    return _held(said, subject, "the role assignments", "RoleManagement.Read.Directory")


def eligible(said: GraphReply, subject: str, pim_absent: bool) -> Known[tuple[Role, ...]]:
    """`pim_absent`: the operator wrote that the tenant has no licence for it; then, and only then, that
    answer means none.
    """
    if unlicensed(said):
        return () if pim_absent else Missing(f"eligible roles {NO_LICENCE}")
    return _held(said, subject, "the eligible roles", "RoleEligibilitySchedule.Read.Directory")


def unlicensed(said: GraphReply) -> bool:
    """Tell whether the tenant has no licence for PIM, as this one answer says."""
    return said.status == 400 and said.code == "AadPremiumLicenseRequired"


def _held(said: GraphReply, subject: str, what: str, permission: str) -> Known[tuple[Role, ...]]:
    if said.rows is None:
        return missing(said, what, permission)
    roles = list[Role | Missing]()
    for row in said.rows:
        known = row if isinstance(row, dict) else {}
        holder, role = known.get("principalId"), known.get("roleDefinitionId")
        if not isinstance(holder, str) or not isinstance(role, str) or not role:
            roles.append(Missing(f"{what} can't be read: the answer doesn't name their holders"))
        elif holder.lower() == subject:  # where the filter was dropped, the others' rows are here, too
            roles.append(Role(role.lower()))
    return _all(roles)


def group_of(row: Mapping[str, Any]) -> Group | Missing:
    """A group that may not be read comes with its id and nothing else; one without the flag has it as
    null.
    """
    id_, name, flag = row.get("id"), row.get("displayName"), row.get("isAssignableToRole", "absent")
    if not isinstance(id_, str) or not (isinstance(flag, bool) or (flag is None and isinstance(name, str))):
        return Missing(
            "a group's properties are withheld: the application permission GroupMember.Read.All is missing"
        )
    return Group(id_.lower(), name if isinstance(name, str) else "", bool(flag))


def _role(row: Mapping[str, Any]) -> Role | Missing:
    template, name = row.get("roleTemplateId"), row.get("displayName")
    if not isinstance(template, str) or not template:
        return Missing(
            "a role's properties are withheld: the application permission "
            "RoleManagement.Read.Directory is missing"
        )
    return Role(template.lower(), name if isinstance(name, str) else "")


def _all(found: list[T | Missing]) -> Known[tuple[T, ...]]:
    """All of them, or why not."""
    for each in found:
        if isinstance(each, Missing):
            return each
    return tuple(each for each in found if not isinstance(each, Missing))
