"""Second reads of the privilege map, by other routes: needed where the map decides alone.

Where Graph tells applications nothing of what a person owns, no fresh read stands beside the map. Then each
step from an owner to privilege is read twice, and a second read that shows more than the first is a doubt. An
expanded collection may be cut (at 20 rows), so it can only add. Decision 0018.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from connector.entra import map_replies as replies
from connector.entra.graph import GraphReply
from connector.entra.map_asking import Asking
from connector.entra.map_replies import Holding, Principal
from connector.entra.map_requests import ACTIVE, GRANTED, GROUP_OWNERS
from connector.guards.evidence import Known, Missing


def expanded(reply: GraphReply, name: str) -> GraphReply:
    """A collection that `$expand` put into an object, as a reply of its own."""
    return GraphReply(reply.status, {"value": reply.body.get(name)}) if reply.ok else reply


def listed_owners(said: Mapping[str, GraphReply]) -> dict[str, GraphReply]:
    """The owners of groups that one list shows, by the group's id. Groups that it doesn't show are asked for
    alone.
    """
    rows = said[GROUP_OWNERS].rows or ()
    known = [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    return {row["id"].lower(): GraphReply(200, {"value": row.get("owners")}) for row in known}


def check_people(asking: Asking, what: str, first: Iterable[Principal], second: GraphReply) -> None:
    """Compare members or owners."""
    again = replies.people(second, what, "")
    asking.agree(what, {each.id for each in first}, _of_all(again))


def check_roles(
    asking: Asking, first: Iterable[Holding], said: Mapping[str, GraphReply], absent: bool
) -> None:
    """Compare the active roles with those that PIM lists. `absent`: a tenant without PIM has no such list."""
    what, reply = "the role assignments", said[ACTIVE]
    if absent and replies.without_licence(reply, what, absent):
        return
    again = replies.holdings(reply, what, replies.ROLE_MANAGEMENT)
    found = again if isinstance(again, Missing) else {(each.principal.id, each.role) for each in again}
    asking.agree(what, {(each.principal.id, each.role) for each in first}, found)


def check_grants(
    asking: Asking, first: Collection[str], said: Mapping[str, GraphReply], names: Mapping[str, str]
) -> None:
    """Compare the principals with privileged permissions of Graph."""
    what = "the grants of applications"
    asking.agree(
        what, first, replies.privileged_grants(expanded(said[GRANTED], "appRoleAssignedTo"), names, what)
    )


def _of_all(found: Known[tuple[Principal, ...]]) -> Known[set[str]]:
    return found if isinstance(found, Missing) else {each.id for each in found}
