"""Restricted management units: their members are out of reach of everybody but roles that are scoped to them.
graph.md §12
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from connector.entra.graph import NO_REPLY, GraphReply, GraphRequest, missing
from connector.entra.privileges import MEMBERS, UNIT
from connector.guards.evidence import Known, Missing, Person

UNITS = "units"
_WHAT, _PERMISSION = "the person's administrative units", "AdministrativeUnit.Read.All"


def requests(subject: str, scoped_to: Collection[str]) -> Iterator[GraphRequest]:
    """`scoped_to`: the units that our role is scoped to, as the operator says; none, and nothing is asked."""
    if scoped_to:
        properties = "id,displayName,isMemberManagementRestricted"
        yield GraphRequest(UNITS, f"/users/{subject}/memberOf?$select={properties}&$top=999")


def restricted(person: Person, replies: Mapping[str, GraphReply], scoped_to: Collection[str]) -> Known[bool]:
    """Tell whether a unit protects the person that our role isn't scoped to, by their own flag and by the
    units among their memberships. One yes is enough, else both are needed. Every unit must be scoped.
    """
    theirs = restricted_units(replies.get(MEMBERS, NO_REPLY))
    if person.restricted is not True and (isinstance(theirs, Missing) or not theirs):
        return theirs if isinstance(theirs, Missing) else person.restricted
    if not scoped_to:
        return True
    here = restricted_units(replies.get(UNITS, NO_REPLY))
    if isinstance(here, Missing):
        return here
    all_of_them = here | (frozenset() if isinstance(theirs, Missing) else theirs)
    if not all_of_them:
        return Missing("the person is in a restricted management unit, and which one isn't told")
    return not all_of_them <= {each.lower() for each in scoped_to}


def restricted_units(reply: GraphReply) -> Known[frozenset[str]]:
    """The restricted ones among a person's units. One that withholds whether it is one leaves all unknown."""
    if reply.rows is None:
        return missing(reply, _WHAT, _PERMISSION)
    units = [row for row in reply.rows if isinstance(row, dict) and row.get("@odata.type") == UNIT]
    if any(not _told(row) for row in units) or len(units) < sum(_unknown(row) for row in reply.rows):
        return Missing(f"{_WHAT} are withheld: the application permission {_PERMISSION} is missing")
    return frozenset(row["id"].lower() for row in units if row["isMemberManagementRestricted"])


def _told(row: Mapping[str, Any]) -> bool:
    """A unit that isn't restricted has null; one that may not be read has no name either."""
    flag, named = row.get("isMemberManagementRestricted", ""), isinstance(row.get("displayName"), str)
    return isinstance(row.get("id"), str) and (isinstance(flag, bool) or (flag is None and named))


def _unknown(row: object) -> bool:
    """Tell whether a row could be a unit."""
    kind = row.get("@odata.type") if isinstance(row, dict) else None
    return not isinstance(kind, str) or kind == UNIT
