"""The doctor: what is right, what is wrong and what nobody can tell, each with the next step. Reads only."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from connector.domain.durations import written
from connector.domain.errors import Down
from connector.domain.finding import Finding
from connector.domain.outcome import State
from connector.entra.graph import TAP_POLICY
from connector.entra.policy import policy
from connector.forms.mistakes import choice
from connector.guards.evidence import Missing, Policy
from connector.mapping import Mapping
from connector.mapping.overlap import overlaps
from connector.wire import Eyes, House

SKEW = 30  # seconds: beyond it a start may lie behind before it is asked for
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


def examine(house: House) -> Iterator[Finding]:
    """Each finding as it is made, the same one once: configuration, desks, Entra, each mapping."""
    return unique(findings(house))


def unique(found: Iterable[Finding]) -> Iterator[Finding]:
    told: set[Finding] = set()
    for each in found:
        if each not in told:
            told.add(each)
            yield each


def findings(house: House) -> Iterator[Finding]:
    config = house.config
    examples = sum(len(mapping.examples) for mapping in config.mappings)
    yield Finding(
        "configuration",
        True,
        f"{len(config.mappings)} mappings, {len(config.desks)} desks, {examples} examples",
    )
    yield Finding("ledger", True, f"opened; this installation is {house.ledger.installation}")
    yield from overlaps(config.mappings)
    delivered = {claim.mapping for claim in house.ledger.rows({State.LIVE})}
    told: set[str] = set()  # desks whose clock was told
    for mapping in config.mappings:
        service, url = house.eyes.services[mapping.desk], house.eyes.url(mapping)
        examined = house.eyes.kind(mapping).examined(service, mapping, url, mapping.name in delivered)
        try:
            yield from examined.findings()
        except Down as down:
            yield Finding(mapping.desk, False, down.sentence, down=True)
            continue
        if mapping.desk not in told and examined.ahead is not None:
            told.add(mapping.desk)
            yield clock(mapping.desk, examined.ahead)
    yield from entra(house.eyes)


def clock(name: str, ahead: float) -> Finding:
    apart = abs(ahead)
    cure = "" if apart <= SKEW else "set this machine's clock by a time server (NTP)"
    return Finding(name, apart <= SKEW, f"clocks are {apart:.0f} s apart", cure)


def entra(eyes: Eyes) -> Iterator[Finding]:
    try:
        granted = roles(eyes.token())
        said = eyes.graph.get(TAP_POLICY)
        ahead = eyes.graph.now() - time.time()
    except Down as down:
        yield Finding("entra", False, down.sentence, down=True)
        return
    yield Finding("entra", True, f"signed in as {eyes.config.entra.credential.kind}")
    yield clock("entra", ahead)
    yield permissions(granted)
    yield from groups(granted, eyes)
    yield from mails(granted, eyes)
    found = policy(said)
    if isinstance(found, Missing):
        cure = (
            "grant Policy.Read.AuthenticationMethod and check again: until it can be read, every ticket waits"
        )
        yield Finding("entra", False, f"{found.why}", cure)
        return
    yield passes(found)
    yield from (fits(mapping, found) for mapping in eyes.config.mappings)


def permissions(granted: frozenset[str] | None) -> Finding:
    if granted is None:
        return Finding("entra", None, "the token doesn't show which permissions are granted")
    lacking = [each for each, others in NEEDED.items() if not granted & {each, *others}]
    if lacking:
        return Finding("entra", False, f"{', '.join(lacking)} isn't granted", GRANT)
    return Finding("entra", True, "the permissions that are needed are granted")


def groups(granted: frozenset[str] | None, eyes: Eyes) -> Iterator[Finding]:
    """Without it, Graph may tell of a group no more than its id. graph.md §2.1 isn't sure of that."""
    if granted is None or granted.intersection(GROUPS):
        return
    named = [
        each.name for each in eyes.config.mappings if each.allow.subject_in or each.allow.requester_groups
    ]
    named += ["floor.protected_groups"] if eyes.config.floor.protected_groups else []
    if named:
        says = f"{GROUPS[0]} isn't granted, and groups are named by {choice(named, 'and')}"
        yield Finding("entra", False, says, GRANT)
    else:
        says = (
            f"{GROUPS[0]} isn't granted: people in a group wait where it isn't told whether the group may "
            "carry roles"
        )
        yield Finding("entra", None, says, GRANT)


def mails(granted: frozenset[str] | None, eyes: Eyes) -> Iterator[Finding]:
    """Whether the mailbox may be sent from, only a mail tells: an application access policy can forbid it.
    graph.md §5
    """
    named, mail = (
        [each.name for each in eyes.config.mappings if "manager_mail" in each.deliver],
        eyes.config.mail,
    )
    if not named or not mail:
        return
    lacking = (
        [] if granted is None else [each for each, others in MAILING.items() if not granted & {each, *others}]
    )
    if lacking:
        yield Finding(
            "mail",
            False,
            f"{choice(lacking, 'and')} isn't granted, and {choice(named, 'and')} mails passes",
            GRANT,
        )
    if (
        eyes.graph.get("/organization?$select=id,verifiedDomains").status != 200
        and "Organization.Read.All" not in lacking
    ):
        yield Finding(
            "mail",
            False,
            "the tenant's domains can't be read, so nobody can be mailed",
            "grant Organization.Read.All",
        )
    if (status := eyes.graph.get(f"/users/{quote(mail.sender, safe='@')}?$select=id,mail").status) == 404:
        yield Finding("mail", False, f"there is no mailbox {mail.sender}", "correct mail.from in config.yaml")
    elif status == 200 and not lacking:
        says = (
            f"the mailbox {mail.sender} is there; that passdesk may send from it is not proven: a check "
            "sends no mail"
        )
        yield Finding("mail", None, says, "let a mapping mail a pass for a test account")


def passes(found: Policy) -> Finding:
    if not found.enabled:
        cure = "have an Authentication Policy Administrator turn them on"
        return Finding("entra", False, "Temporary Access Passes are off in the tenant's policy", cure)
    often = "once only" if found.one_time_only else "once or more often"
    return Finding(
        "entra", True, f"Temporary Access Passes are on: {found.minimum} to {found.maximum} minutes, {often}"
    )


def fits(mapping: Mapping, found: Policy) -> Finding:
    lifetime, least, most = mapping.pass_.lifetime, found.minimum * 60, found.maximum * 60
    if not least <= lifetime <= most:
        says = (
            f"pass.lifetime is {written(lifetime)}, and the tenant's policy allows {written(least)} to "
            f"{written(most)}"
        )
        return Finding(mapping.name, False, says, f"write {written(least if lifetime < least else most)}")
    if found.one_time_only and not mapping.pass_.one_time:
        says = "pass.one_time is false, and the tenant's policy allows one-time passes only"
        return Finding(mapping.name, False, says, "write true")
    return Finding(mapping.name, True, "its pass fits the tenant's policy")


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
