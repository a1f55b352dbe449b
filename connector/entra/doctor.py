"""The doctor at Entra: permissions, the mailbox, and the tenant's policy against each mapping. Reads only."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from connector.domain.durations import written
from connector.domain.errors import Down
from connector.domain.finding import CheckResult, clock, unanswered
from connector.entra.graph import TAP_POLICY, Graph
from connector.entra.policy import policy
from connector.forms.mistakes import choice
from connector.guards.evidence import Missing, Policy
from connector.mapping import Mapping

NEEDED = {  # application permission: what it is for. graph.md §2.1
    "UserAuthMethod-TAP.ReadWrite.All": ("UserAuthenticationMethod.ReadWrite.All",),
    "User.Read.All": ("Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"),
    "Policy.Read.AuthenticationMethod": ("Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"),
    "RoleManagement.Read.Directory": ("RoleManagement.ReadWrite.Directory",),
}
GROUPS = (
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
MAILING = {"Mail.Send": (), "Organization.Read.All": ("Directory.Read.All", "Directory.ReadWrite.All")}
GRANT = "grant it, and give a managed identity's token up to 24 hours to show it"


@dataclass(frozen=True)
class EntraDoctor:
    """The tenant, as these mappings need it."""

    graph: Graph
    token: Callable[[], str]  # raises Down
    credential: str  # its kind
    mappings: Sequence[Mapping]
    sender: str | None  # the mailbox that passes are mailed from
    protects_groups: bool  # by the floor

    def results(self) -> Iterator[CheckResult]:
        try:
            granted = roles(self.token())
            said = self.graph.get(TAP_POLICY)
            ahead = self.graph.now() - time.time()
        except Down as down:
            yield unanswered("entra", down)
            return
        yield CheckResult("entra", True, f"signed in as {self.credential}")
        yield clock("entra", ahead)
        yield permissions(granted)
        yield from self.groups(granted)
        yield from self.mails(granted)
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

    def groups(self, granted: frozenset[str] | None) -> Iterator[CheckResult]:
        """Without them, Graph may tell no more than a group's id. graph.md §2.1 isn't sure of that."""
        if granted is None or granted.intersection(GROUPS):
            return
        named = [each.name for each in self.mappings if each.allow.subject_in or each.allow.requester_groups]
        named += ["floor.protected_groups"] if self.protects_groups else []
        if named:
            says = f"{GROUPS[0]} isn't granted, and groups are named by {choice(named, 'and')}"
            yield CheckResult("entra", False, says, GRANT)
        else:
            says = (
                f"{GROUPS[0]} isn't granted: people wait when passdesk can't tell whether one of their "
                "groups may carry roles"
            )
            yield CheckResult("entra", None, says, GRANT)

    def mails(self, granted: frozenset[str] | None) -> Iterator[CheckResult]:
        """Only a mail tells whether the mailbox may be sent from: an application access policy can forbid
        it. graph.md §5
        """
        named = [each.name for each in self.mappings if "manager_mail" in each.deliver]
        if not named or not self.sender:
            return
        lacking = (
            []
            if granted is None
            else [each for each, others in MAILING.items() if not granted & {each, *others}]
        )
        if lacking:
            yield CheckResult(
                "mail",
                False,
                f"{choice(lacking, 'and')} isn't granted, and {choice(named, 'and')} mails passes",
                GRANT,
            )
        if (
            self.graph.get("/organization?$select=id,verifiedDomains").status != 200
            and "Organization.Read.All" not in lacking
        ):
            yield CheckResult(
                "mail",
                False,
                "the tenant's domains can't be read, so nobody can be mailed",
                "grant Organization.Read.All",
            )
        if (status := self.graph.get(f"/users/{quote(self.sender, safe='@')}?$select=id,mail").status) == 404:
            yield CheckResult(
                "mail", False, f"there is no mailbox {self.sender}", "correct mail.from in config.yaml"
            )
        elif status == 200 and not lacking:
            says = (
                f"the mailbox {self.sender} is there; that passdesk may send from it is not proven: a check "
                "sends no mail"
            )
            yield CheckResult("mail", None, says, "let a mapping mail a pass for a test account")


def permissions(granted: frozenset[str] | None) -> CheckResult:
    if granted is None:
        return CheckResult("entra", None, "the token doesn't show which permissions are granted")
    lacking = [each for each, others in NEEDED.items() if not granted & {each, *others}]
    if lacking:
        return CheckResult("entra", False, f"{', '.join(lacking)} isn't granted", GRANT)
    return CheckResult("entra", True, "the permissions that are needed are granted")


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


def roles(token: str) -> frozenset[str] | None:
    """The application permissions in a token's claims; None where it is no JWT. It is read, not verified:
    Graph does that.
    """
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return frozenset(str(each) for each in claims["roles"])
    except (IndexError, ValueError, KeyError, TypeError):
        return None
