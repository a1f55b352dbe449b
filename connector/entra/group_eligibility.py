"""PIM for Groups: groups whose member or owner a person may become. graph.md §10"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connector.entra.graph import NO_REPLY, GraphReply, GraphRequest, missing
from connector.entra.people import GUID
from connector.entra.privileges import NO_LICENCE, group_of, unlicensed
from connector.guards.evidence import FoundPaths, Group, Known, Missing
from connector.guards.paths import Path, PathKind

JOINABLE, FLAG = "group-eligibilities", "group-"
_WHAT, _PERMISSION = "the groups that PIM lets them join", "PrivilegedEligibilitySchedule.Read.AzureADGroup"
_ROUTE = "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"
_PROPERTIES = "id,displayName,isAssignableToRole"
_GROUP = quote(f"group($select={_PROPERTIES})", safe="")


@dataclass(frozen=True)
class Eligibility:
    """One row: who may become what of which group. `flag`: what the row itself says of the group."""

    principal: str
    group: str
    owner: bool
    flag: Group | None


def request(subject: str, *, expanded: bool = True) -> GraphRequest:
    """The filter is mandatory; the group's flag comes with the row, where Graph expands it."""
    mine = quote(f"principalId eq '{subject}'", safe="")
    return GraphRequest(JOINABLE, f"{_ROUTE}?$filter={mine}" + (f"&$expand={_GROUP}" if expanded else ""))


def refuses(reply: GraphReply) -> bool:
    """Tell whether an answer may be a no to `$expand` alone."""
    return reply.status == 400 and not unlicensed(reply)


def read(reply: GraphReply, pim_absent: bool) -> Known[tuple[Eligibility, ...]]:
    """`pim_absent`: as for eligible roles."""
    if unlicensed(reply):
        return () if pim_absent else Missing(f"{_WHAT} {NO_LICENCE}")
    if reply.rows is None:
        return missing(reply, _WHAT, _PERMISSION)
    found = list[Eligibility]()
    for row in reply.rows:
        if (each := _row(row)) is None:
            return Missing(f"{_WHAT} can't be read: the answer doesn't name their holders")
        found.append(each)
    return tuple(found)


def flags(rows: Known[tuple[Eligibility, ...]], asked: Collection[str]) -> Iterator[GraphRequest]:
    """The third read: the groups of these principals whose rows don't tell whether they may carry roles."""
    known = () if isinstance(rows, Missing) else rows
    for group in dict.fromkeys(each.group for each in known if each.principal in asked and not each.flag):
        yield flag_request(group)


def flag_request(group: str) -> GraphRequest:
    return GraphRequest(FLAG + group, f"/groups/{group}?$select={_PROPERTIES}")


def flag(replies: Mapping[str, GraphReply], group: str) -> Known[Group]:
    """Read the answer about one group. Whatever is no answer about it leaves it unknown."""
    reply = replies.get(FLAG + group, NO_REPLY)
    if not reply.ok:
        return missing(reply, "whether a group may carry roles", "GroupMember.Read.All")
    found = group_of(reply.body)
    if isinstance(found, Group) and found.id != group:
        return Missing("whether a group may carry roles can't be read: the answer is about another one")
    return found


def paths(
    rows: Known[tuple[Eligibility, ...]],
    subject: str,
    groups: Collection[str],
    replies: Mapping[str, GraphReply],
) -> FoundPaths:
    """The paths of a person, and of groups that are theirs where the service shows those rows, too."""
    if isinstance(rows, Missing):
        return FoundPaths(gap=rows)
    found, gap = list[Path](), None
    for each in rows:
        if each.principal != subject and each.principal not in groups:
            continue  # where the filter was dropped, the others' rows are here, too
        group = each.flag or flag(replies, each.group)
        if isinstance(group, Missing):
            gap = gap or group
            continue
        kind = PathKind.ELIGIBLE_OWNER if each.owner else PathKind.ELIGIBLE_MEMBER
        by = "" if each.principal == subject else each.principal
        found.append(Path(kind, group.id, group.name, group.role_assignable, by))
    return FoundPaths(tuple(found), gap)


def _row(row: Any) -> Eligibility | None:
    known = row if isinstance(row, dict) else {}
    holder, group, access = known.get("principalId"), known.get("groupId"), known.get("accessId")
    if not (isinstance(holder, str) and isinstance(group, str) and GUID.fullmatch(group)):
        return None
    expanded = known.get("group")
    told = group_of(expanded) if isinstance(expanded, dict) else None
    fits = isinstance(told, Group) and told.id == group.lower()
    owner = isinstance(access, str) and access.lower() == "owner"
    return Eligibility(holder.lower(), group.lower(), owner, told if fits else None)  # type: ignore[arg-type]
