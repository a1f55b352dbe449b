"""The doctor at Entra: permissions, the mailbox, and the tenant's policy against each mapping. Reads only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from connector.domain.durations import written
from connector.domain.errors import Down
from connector.domain.finding import CheckResult, clock, unanswered
from connector.entra import doctor_scope
from connector.entra.doctor_evidence import EvidenceCheck, NamedGroup, absent_groups
from connector.entra.doctor_map import MapCheck
from connector.entra.doctor_rights import (
    GRANT,
    MAILING,
    NEEDED,
    TELLING,
    lacking,
    needed,
    object_id,
    permissions,
    roles,
)
from connector.entra.graph import TAP_POLICY, Graph
from connector.entra.policy import policy
from connector.forms.mistakes import choice
from connector.guards.evidence import Missing, Policy
from connector.mapping import Mapping

GROUPS = "GroupMember.Read.All"


@dataclass(frozen=True)
class EntraDoctor:
    """The tenant, as these mappings need it."""

    graph: Graph
    token: Callable[[], str]  # raises Down
    credential: str  # its kind
    mappings: Sequence[Mapping]
    sender: str | None  # the mailbox that passes are mailed from
    named_groups: Sequence[NamedGroup] = ()  # by the configuration
    pim_absent: bool = False
    protected: frozenset[str] = frozenset()  # the floor's groups
    scoped_to: Sequence[str] = ()  # units, by the configuration
    tells: bool = False  # whether people hear by mail of the passes that are made for them

    def results(self) -> Iterator[CheckResult]:
        try:
            token = self.token()
            granted, me = roles(token), object_id(token)
            said = self.graph.get(TAP_POLICY)
            ahead = self.graph.now() - time.time()
        except Down as down:
            yield unanswered("entra", down)
            return
        yield CheckResult("entra", True, f"signed in as {self.credential}")
        yield clock("entra", ahead)
        role = doctor_scope.own_role(self.graph, me)
        evidence = [*self.evidence(granted, role), *self.map(granted)]
        yield from evidence
        wanted = needed(pim_absent=self.pim_absent, by_role=role is not None)
        mails = {"mails": bool(self.mailing) or self.tells, "tells": self.tells}
        yield from permissions(granted, named_in(evidence), wanted=wanted, **mails)
        yield from doctor_scope.results(role, granted)
        yield from doctor_scope.absent_units(self.graph, self.scoped_to)
        yield from self.groups(granted)
        yield from self.mails(granted)
        yield from self.disowning(granted)
        found = policy(said)
        if isinstance(found, Missing):
            cure = (
                "grant Policy.Read.AuthenticationMethod and check again: until it can be read, every ticket "
                "waits"
            )
            yield CheckResult("entra", False, f"{found.why}", cure)
            return
        yield passes(found)
        yield from (fits(mapping, found) for mapping in self.mappings)

    @property
    def mailing(self) -> list[str]:
        """The mappings that mail passes."""
        return [each.name for each in self.mappings if "manager_mail" in each.deliver]

    def map(self, granted: frozenset[str] | None) -> Iterator[CheckResult]:
        return MapCheck(self.graph, granted, self.pim_absent, self.protected).results()

    def evidence(
        self, granted: frozenset[str] | None, role: doctor_scope.OwnRole | None
    ) -> list[CheckResult]:
        """Raises Down."""
        groups = dict.fromkeys(id_ for each in self.mappings for id_ in each.allow.requester_groups)
        confirmed = dict.fromkeys(name for each in self.mappings for name in each.confirm)
        reached = doctor_scope.somebody(self.graph, role)
        check = EvidenceCheck(self.graph, granted, self.pim_absent, tuple(groups), tuple(confirmed), reached)
        return list(check.results())

    def groups(self, granted: frozenset[str] | None) -> Iterator[CheckResult]:
        """Without the permission, Graph may tell no more than a group's id. graph.md §2.1 isn't sure of
        that.
        """
        (permission,) = wanted = {GROUPS: NEEDED[GROUPS]}
        if granted is None or not lacking(granted, wanted):
            yield from absent_groups(self.graph, self.named_groups)
        elif self.named_groups:
            named = dict.fromkeys(each.by for each in self.named_groups)
            says = f"{permission} isn't granted, and groups are named by {choice(list(named), 'and')}"
            yield CheckResult("entra", False, says, GRANT)

    def mails(self, granted: frozenset[str] | None) -> Iterator[CheckResult]:
        """Only a mail tells whether the mailbox may be sent from: an application access policy can forbid
        it. graph.md §5
        """
        if not (self.mailing or self.tells) or not self.sender:
            return
        absent = [] if granted is None else lacking(granted, MAILING)
        if absent:
            why = f"{choice(self.mailing, 'and')} mails passes" if self.mailing else "notify mails notices"
            says = f"{choice(absent, 'and')} isn't granted, and {why}"
            yield CheckResult("mail", False, says, GRANT)
        if (status := self.graph.get(f"/users/{quote(self.sender, safe='@')}?$select=id,mail").status) == 404:
            yield CheckResult(
                "mail", False, f"there is no mailbox {self.sender}", "correct mail.from in config.yaml"
            )
        elif status == 200 and not absent:
            says = (
                f"the mailbox {self.sender} is there; that passdesk may send from it is not proven: a check "
                "sends no mail"
            )
            yield CheckResult("mail", None, says, "let a mapping mail a pass for a test account")

    def disowning(self, granted: frozenset[str] | None) -> Iterator[CheckResult]:
        """Ending sessions is optional: without it, an operator does that in Entra. graph.md §14"""
        if self.tells and granted is not None and lacking(granted, TELLING):
            says = "passdesk can't end the sessions of whoever uses a pass that its person disowns"
            cure = f"grant {choice(list(TELLING), 'and')}, never User.ReadWrite.All, or end them by hand then"
            yield CheckResult("entra", None, says, cure)


def named_in(evidence: Sequence[CheckResult]) -> frozenset[str]:
    """The permissions that results name."""
    return frozenset(each for each in NEEDED if any(each in result.says for result in evidence))


def passes(found: Policy) -> CheckResult:
    if not found.enabled:
        cure = "have an Authentication Policy Administrator turn them on"
        return CheckResult("entra", False, "Temporary Access Passes are off in the tenant's policy", cure)
    often = "once only" if found.one_time_only else "once or more often"
    return CheckResult(
        "entra", True, f"Temporary Access Passes are on: {found.minimum} to {found.maximum} minutes, {often}"
    )


def fits(mapping: Mapping, found: Policy) -> CheckResult:
    lifetime, least, most = mapping.pass_.lifetime, found.minimum * 60, found.maximum * 60
    if not least <= lifetime <= most:
        says = (
            f"pass.lifetime is {written(lifetime)}, and the tenant's policy allows {written(least)} to "
            f"{written(most)}"
        )
        return CheckResult(mapping.name, False, says, f"write {written(least if lifetime < least else most)}")
    if found.one_time_only and not mapping.pass_.one_time:
        says = "pass.one_time is false, and the tenant's policy allows one-time passes only"
        return CheckResult(mapping.name, False, says, "write true")
    return CheckResult(mapping.name, True, "its pass fits the tenant's policy")
