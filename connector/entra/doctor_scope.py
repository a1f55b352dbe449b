"""The set-up without a permission to make passes: a directory role instead, best on a unit. graph.md §2.4"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from connector.domain.finding import CheckResult
from connector.entra.doctor_evidence import ANYBODY
from connector.entra.graph import Graph, GraphRequest
from connector.forms.mistakes import number_of

AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
PRIVILEGED_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
UNIT = "/administrativeunits/"
PERMISSION = "UserAuthMethod-TAP.ReadWrite.All"
WIDE = frozenset({PERMISSION, "UserAuthenticationMethod.ReadWrite.All"})


@dataclass(frozen=True)
class OwnRole:
    """passdesk's own role that lets it make passes. `units`: object ids; empty: the whole tenant."""

    privileged: bool
    units: tuple[str, ...]


def own_role(graph: Graph, me: str | None) -> OwnRole | None:
    """The role by which the application of this object id makes passes; None: it has none, or it can't be
    told. Raises Down.
    """
    if me is None:
        return None
    mine = quote(f"principalId eq '{me}'", safe="")
    said = graph.get(f"/roleManagement/directory/roleAssignments?$filter={mine}")
    held = [row for row in said.rows or () if isinstance(row, dict) and row.get("principalId") == me]
    scopes = {str(row.get("roleDefinitionId")): list[str]() for row in held}
    for row in held:
        scopes[str(row.get("roleDefinitionId"))].append(str(row.get("directoryScopeId")).lower())
    if PRIVILEGED_ADMINISTRATOR in scopes:
        return OwnRole(True, ())
    if AUTHENTICATION_ADMINISTRATOR not in scopes:
        return None
    each = scopes[AUTHENTICATION_ADMINISTRATOR]
    units = tuple(scope.removeprefix(UNIT) for scope in each if scope.startswith(UNIT))
    return OwnRole(False, units if len(units) == len(each) else ())


def somebody(graph: Graph, role: OwnRole | None) -> str | None:
    """Somebody whose passes the role reaches; ANYBODY where all will do, None where nobody is shown. Raises
    Down.
    """
    if role is None or not role.units:
        return ANYBODY
    for unit in role.units:
        said = graph.page(f"/administrativeUnits/{unit}/members?$select=id&$top=10")
        people = [
            row.get("id")
            for row in said.rows or ()
            if isinstance(row, dict) and row.get("@odata.type") == "#microsoft.graph.user"
        ]
        if people and isinstance(people[0], str):
            return people[0]
    return None


def absent_units(graph: Graph, scoped_to: Sequence[str]) -> Iterator[CheckResult]:
    """Units of `entra.scoped_to` that the tenant doesn't have: people in the real one would be refused.
    Raises Down.
    """
    asked = [GraphRequest(each, f"/administrativeUnits/{each}?$select=id") for each in scoped_to]
    for id_, reply in (graph.batch(asked) if asked else {}).items():
        if reply.status == 404:
            cure = "copy the object id of the unit that passdesk's role is scoped to"
            yield CheckResult("entra", False, f"entra.scoped_to: the tenant has no unit {id_}", cure)


def results(role: OwnRole | None, granted: frozenset[str] | None) -> Iterator[CheckResult]:
    if role is None:
        return
    wide = sorted(WIDE & (granted or frozenset()))
    if role.privileged:
        says = "the role Privileged Authentication Administrator reaches administrators, too"
        cure = "assign Authentication Administrator on an administrative unit instead"
        yield CheckResult("entra", None, says, cure)
        return
    where = (
        f"on {number_of(len(role.units), 'administrative unit')}" if role.units else "for the whole tenant"
    )
    reach = "nobody else and no administrator" if role.units else "no administrator"
    if wide:
        says = f"{wide[0]} reaches everybody, though the role Authentication Administrator {where} is there"
        yield CheckResult(
            "entra", None, says, "take the permission away: then passes reach whom the role reaches"
        )
        return
    says = f"passes are made by the role Authentication Administrator {where}: it reaches {reach}"
    yield CheckResult("entra", True, says)
