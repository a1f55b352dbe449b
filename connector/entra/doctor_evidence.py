"""The evidence calls, asked for real about some account of the tenant, and judged as a ticket's would be.

A token's claims say what was granted. Only an answer says what Graph gives: a grant may be younger than the
token, hidden by a policy, or made to another application.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connector.domain.finding import CheckResult
from connector.domain.steady import steady
from connector.entra import group_eligibility, owned, path_reads, privileges, units
from connector.entra.doctor_rights import GRANT, denied
from connector.entra.domains import Domains
from connector.entra.graph import Graph, GraphReply, GraphRequest, missing
from connector.entra.group_eligibility import JOINABLE
from connector.entra.owned import OWNED
from connector.entra.passes import PASSES, standings
from connector.entra.people import SELECT, person
from connector.entra.privileges import ASSIGNED, ELIGIBLE, MEMBERS
from connector.guards.evidence import Missing, Person

LOOKED_AT = 10  # accounts of the first page: some of them will be in a group
NOBODY = "00000000-0000-0000-0000-000000000000"  # roles are asked for whoever it is
ANYBODY = ""
MANAGER, CHECKED, BESIDE = "manager", "checked", "beside-"


@dataclass(frozen=True)
class EvidenceCheck:
    """`requester_groups`: those of all mappings. `properties`: of people, that mappings confirm."""

    graph: Graph
    granted: frozenset[str] | None
    pim_absent: bool
    requester_groups: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    passes_of: str | None = ANYBODY  # whose passes are looked at; None: nobody's

    def results(self) -> Iterator[CheckResult]:
        """Raises Down."""
        select = ",".join(dict.fromkeys((*SELECT.split(","), *self.properties)))
        said = self.graph.page(f"/users?$select={select}&$top={LOOKED_AT}")
        found = [row for row in said.rows or () if isinstance(row, dict)]
        wrong = list(self._people(said, found))
        account = next((row for row in found if row.get("accountEnabled") is True), found[0] if found else {})
        wrong += self._about(account, [row for row in found if row is not account])
        yield from wrong
        if found and not any(each.fine is False for each in wrong):
            says = "people, their managers, groups, roles and passes can be read, as tried on an account"
            yield CheckResult("entra", True, says)

    def _people(self, said: GraphReply, found: Sequence[dict[str, Any]]) -> Iterator[CheckResult]:
        if said.rows is None:
            yield self._wrong(missing(said, "people", "User.Read.All"), "User.Read.All")
            return
        domains = Domains(self.graph, steady)
        if isinstance(known := domains(), Missing):
            yield self._wrong(known, "Organization.Read.All")
        people = [each for row in found if isinstance(each := person(row, domains=domains), Person)]
        if not people:
            yield CheckResult("entra", None, "no account is shown, so what is read of people can't be told")
        elif all(isinstance(each.enabled, Missing) or isinstance(each.external, Missing) for each in people):
            says = "Graph shows people without accountEnabled or userType: User.Read.All is missing"
            yield CheckResult("entra", False, says, GRANT)
        elif people and all(isinstance(each.restricted, Missing) for each in people):
            says = "Graph shows people without isManagementRestricted"
            yield CheckResult("entra", False, says, "then check again: until then every ticket waits")
        for name in self.properties:
            if people and all(name not in row for row in found):
                says = f"Graph shows people without {name}, which a mapping confirms"
                yield CheckResult("entra", False, says, "grant User.Read.All, or take it out of confirm")

    def _about(self, account: dict[str, Any], beside: Iterable[dict[str, Any]]) -> Iterator[CheckResult]:
        known = isinstance(id_ := account.get("id"), str)
        replies = self.graph.batch([*self._requests(id_ if isinstance(id_, str) else NOBODY, known, beside)])
        if known and group_eligibility.refuses(replies[JOINABLE]):
            replies |= self.graph.batch([group_eligibility.request(str(id_), expanded=False)])
        lists = [each for name, each in replies.items() if name == MEMBERS or name.startswith(BESIDE)]
        for said in lists:
            groups, roles = privileges.memberships(said)
            if lack := next((each for each in (groups, roles) if isinstance(each, Missing)), None):
                yield self._wrong(lack, "GroupMember.Read.All")
                break
            if isinstance(withheld := units.restricted_units(said), Missing):
                yield self._wrong(withheld, "AdministrativeUnit.Read.All")
                break
        assigned = privileges.assigned(replies[ASSIGNED], str(id_).lower())
        eligible = privileges.eligible(replies[ELIGIBLE], str(id_).lower(), self.pim_absent)
        for found, permission in (
            (assigned, "RoleManagement.Read.Directory"),
            (eligible, "RoleEligibilitySchedule.Read.Directory"),
        ):
            if isinstance(found, Missing):
                yield self._wrong(found, permission)
        yield from self._paths(replies)
        yield from self._rest(replies)

    def _paths(self, replies: dict[str, GraphReply]) -> Iterator[CheckResult]:
        """Their possessions, and the groups that they may join."""
        if said := replies.get(JOINABLE):
            joinable = group_eligibility.read(said, self.pim_absent)
            if isinstance(joinable, Missing):
                yield self._wrong(joinable, "PrivilegedEligibilitySchedule.Read.AzureADGroup")
        if said := replies.get(OWNED):
            found = owned.read(said)
            if found.gap:
                yield self._wrong(found.gap, "Application.Read.All")
            if found.refused:
                says = f"what people own isn't told to applications (Graph answers {said.status})"
                yield CheckResult("entra", True, f"{says}: the privilege map decides")

    def _requests(self, id_: str, known: bool, beside: Iterable[dict[str, Any]]) -> Iterator[GraphRequest]:
        mine = privileges.asks(id_)
        yield from (each for each in mine if known or each.id != MEMBERS)
        if not known:
            return
        yield from path_reads.requests(id_)
        if self.passes_of is not None:
            theirs = f"/users/{self.passes_of or id_}/authentication/temporaryAccessPassMethods"
            yield GraphRequest(PASSES, theirs)
        yield GraphRequest(MANAGER, f"/users/{id_}/manager?$select=id")
        if self.requester_groups:
            ids = {"groupIds": list(self.requester_groups[:20])}
            yield GraphRequest(CHECKED, f"/users/{id_}/checkMemberGroups", "POST", ids)
        for number, row in enumerate(beside):
            if isinstance(other := row.get("id"), str):
                (asked,) = (each for each in privileges.asks(other) if each.id == MEMBERS)
                yield GraphRequest(f"{BESIDE}{number}", asked.path)

    def _rest(self, replies: dict[str, GraphReply]) -> Iterator[CheckResult]:
        """Managers and passes may be none; a group that is none is said of its own."""
        said, rights = replies.get(PASSES), "UserAuthMethod-TAP.ReadWrite.All"
        if said and said.status != 404 and standings(said.rows, self.graph.now()) is None:
            yield self._wrong(missing(said, "people's passes", rights), rights)
        said = replies.get(MANAGER)
        if said and said.status not in (200, 404):
            yield self._wrong(missing(said, "managers", "User.Read.All"), "User.Read.All")
        said = replies.get(CHECKED)
        if said and said.status in (401, 403):
            yield self._wrong(
                missing(said, "who is in a group", "GroupMember.Read.All"), "GroupMember.Read.All"
            )

    def _wrong(self, lack: Missing, permission: str) -> CheckResult:
        return denied(lack, permission, self.granted)


@dataclass(frozen=True)
class NamedGroup:
    """A group of the configuration: the key or mapping that names it, and the place."""

    by: str
    place: str
    id: str


def absent_groups(graph: Graph, named: Sequence[NamedGroup]) -> Iterator[CheckResult]:
    """Group ids of the configuration, each with its place, that the tenant doesn't have. A group that nobody
    is in protects nobody. Raises Down.
    """
    asked = {each.id: GraphRequest(each.id, f"/groups/{each.id}?$select=id") for each in named}
    replies = graph.batch([*asked.values()]) if asked else {}
    for group in named:
        if replies[group.id].status == 404:
            cure = (
                "copy the object id of a group of this tenant (Entra, Groups, Overview); a user's or an "
                "application's id is none"
            )
            yield CheckResult("entra", False, f"{group.place}: the tenant has no group {group.id}", cure)
    if replies and all(each.ok for each in replies.values()):
        yield CheckResult("entra", True, "every group that the configuration names is there")
