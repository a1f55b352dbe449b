"""The directory objects that a person owns: groups, applications, service principals. graph.md §11"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connector.entra import group_eligibility
from connector.entra.applications import Application, application_requests, privileged
from connector.entra.graph import GraphReply, GraphRequest, missing
from connector.entra.people import GUID
from connector.entra.privileges import GROUP, group_of
from connector.guards.evidence import FoundPaths, Group, Known, Missing
from connector.guards.paths import Path, PathKind

OWNED = "owned"
AT_MOST = 60  # applications that are looked at for one ticket
_APPLICATION, _PRINCIPAL = "#microsoft.graph.application", "#microsoft.graph.servicePrincipal"
_WITHHELD = (
    "something that the person owns is withheld: the application permission Application.Read.All is missing"
)


@dataclass(frozen=True)
class Owned:
    """`bare`: groups that are named without their flag. `refused`: applications get no answer here, so that
    the map alone decides. `gap`: there is more, and what it is isn't told.
    """

    groups: tuple[Group, ...] = ()
    bare: tuple[str, ...] = ()
    applications: tuple[Application, ...] = ()
    refused: bool = False
    gap: Missing | None = None


def request(subject: str) -> GraphRequest:
    return GraphRequest(
        OWNED, f"/users/{subject}/ownedObjects?$select=id,displayName,isAssignableToRole,appId"
    )


def read(reply: GraphReply) -> Owned:
    """Microsoft's pages contradict each other on whether applications are answered: 400 and 403 are both
    read as a no to them.
    """
    if reply.status in (400, 403):
        return Owned(refused=True)
    if reply.rows is None:
        return Owned(gap=missing(reply, "what the person owns", "User.Read.All"))
    groups, bare, applications, gap = list[Group](), list[str](), list[Application](), None
    for row in reply.rows:
        match _row(row):
            case Group() as group:
                groups.append(group)
            case str() as id_:
                bare.append(id_)
            case Application() as application:
                applications.append(application)
            case Missing() as unknown:
                gap = gap or unknown
    if len(applications) > AT_MOST:
        gap = gap or Missing(f"the person owns more than {AT_MOST} applications, too many to look at")
    return Owned(tuple(groups), tuple(bare), tuple(applications[:AT_MOST]), gap=gap)


def more(owned: Owned, decides: Callable[[str], Known[bool]]) -> Iterator[GraphRequest]:
    """The third read: groups without a flag, and applications that the map doesn't call privileged."""
    yield from (group_eligibility.flag_request(each) for each in owned.bare)
    for each in owned.applications:
        if not decided(each, decides):
            yield from application_requests(each)


def decided(application: Application, decides: Callable[[str], Known[bool]]) -> bool:
    """Tell whether the map calls an application privileged. That it doesn't opens nothing."""
    return any(decides(each) is True for each in (application.id, application.app_id) if each)


def paths(
    owned: Owned, replies: Mapping[str, GraphReply], decides: Callable[[str], Known[bool]]
) -> FoundPaths:
    found, gap = [_path(each) for each in owned.groups], owned.gap
    for id_ in owned.bare:
        group = group_eligibility.flag(replies, id_)
        if isinstance(group, Missing):
            gap = gap or group
        else:
            found.append(_path(group))
    for each in owned.applications:
        known = decided(each, decides) or privileged(each, replies, decides)
        if isinstance(known, Missing):
            gap = gap or known
        elif known:
            kind = PathKind.APPLICATION_OWNER if each.registered else PathKind.SERVICE_PRINCIPAL_OWNER
            found.append(Path(kind, each.id, each.name))
    return FoundPaths(tuple(found), gap)


def _path(group: Group) -> Path:
    return Path(PathKind.OWNER, group.id, group.name, group.role_assignable)


def _row(row: Any) -> Group | str | Application | Missing:
    """A group; the id of one that comes without its flag; an application; or Missing."""
    known = row if isinstance(row, dict) else {}
    kind, id_, name, app = (known.get(each) for each in ("@odata.type", "id", "displayName", "appId"))
    if not (isinstance(id_, str) and GUID.fullmatch(id_)):
        return Missing("what the person owns can't be read: the answer was partial")
    if kind == GROUP:
        group = group_of(known)
        return id_.lower() if isinstance(group, Missing) else group
    if kind not in (_APPLICATION, _PRINCIPAL):
        return Missing("the person owns something of an unknown kind")
    if not (isinstance(app, str) and GUID.fullmatch(app)):
        if kind == _APPLICATION:
            return Missing(_WITHHELD)
        app = None
    label = name if isinstance(name, str) else ""
    return Application(id_.lower(), app and app.lower(), label, registered=kind == _APPLICATION)
