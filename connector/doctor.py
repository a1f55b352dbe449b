"""The doctor: what is right, what is wrong and what nobody can tell, each with the next step. Reads only."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable, Iterator

from connector.doctor_servicenow import Examined
from connector.durations import written
from connector.entra.graph import TAP_POLICY
from connector.entra.policy import policy
from connector.errors import Down
from connector.evidence import Missing, Policy
from connector.finding import Finding
from connector.mapping import Mapping
from connector.outcome import State
from connector.wire import Eyes, House

SKEW = 30  # seconds: beyond it a start may lie behind before it is asked for
NEEDED = {  # application permission: what it is for. facts/graph.md 2.1
    "UserAuthMethod-TAP.ReadWrite.All": ("UserAuthenticationMethod.ReadWrite.All",),
    "User.Read.All": ("Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"),
    "Policy.Read.AuthenticationMethod": ("Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"),
    "RoleManagement.Read.Directory": ("RoleManagement.ReadWrite.Directory",),
}


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
    yield Finding("configuration", True, f"{len(config.mappings)} mappings, {len(config.desks)} desks, {examples} examples")
    yield Finding("ledger", True, f"opened; this installation is {house.ledger.installation}")
    delivered = {claim.mapping for claim in house.ledger.rows({State.LIVE})}
    told: set[str] = set()  # desks whose clock was told
    for mapping in config.mappings:
        examined = Examined(house.eyes.services[mapping.desk], mapping, house.eyes.url(mapping), mapping.name in delivered)
        try:
            yield from examined.findings()
        except Down as down:
            yield Finding(mapping.desk, False, down.sentence, down=True)
            continue
        if mapping.desk not in told and examined.seen.ahead is not None:
            told.add(mapping.desk)
            yield clock(mapping.desk, examined.seen.ahead)
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
    found = policy(said)
    if isinstance(found, Missing):
        yield Finding("entra", False, f"{found.why}")
        return
    yield passes(found)
    yield from (fits(mapping, found) for mapping in eyes.config.mappings)


def permissions(granted: frozenset[str] | None) -> Finding:
    if granted is None:
        return Finding("entra", None, "the token doesn't show which permissions are granted")
    lacking = [each for each, others in NEEDED.items() if not granted & {each, *others}]
    if lacking:
        cure = "grant it, and give a managed identity's token up to 24 hours to show it"
        return Finding("entra", False, f"{', '.join(lacking)} isn't granted", cure)
    return Finding("entra", True, "the permissions that are needed are granted")


def passes(found: Policy) -> Finding:
    if not found.enabled:
        cure = "have an Authentication Policy Administrator turn them on"
        return Finding("entra", False, "Temporary Access Passes are off in the tenant's policy", cure)
    often = "once only" if found.one_time_only else "once or more often"
    return Finding("entra", True, f"Temporary Access Passes are on: {found.minimum} to {found.maximum} minutes, {often}")


def fits(mapping: Mapping, found: Policy) -> Finding:
    lifetime, least, most = mapping.pass_.lifetime, found.minimum * 60, found.maximum * 60
    if not least <= lifetime <= most:
        says = f"pass.lifetime is {written(lifetime)}, and the tenant's policy allows {written(least)} to {written(most)}"
        return Finding(mapping.name, False, says, f"write {written(least if lifetime < least else most)}")
    if found.one_time_only and not mapping.pass_.one_time:
        says = "pass.one_time is false, and the tenant's policy allows one-time passes only"
        return Finding(mapping.name, False, says, "write true")
    return Finding(mapping.name, True, "its pass fits the tenant's policy")


def roles(token: str) -> frozenset[str] | None:
    """The application permissions in a token's claims; None where it is no JWT. It is read, not verified: Graph does that."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return frozenset(str(each) for each in claims["roles"])
    except (IndexError, ValueError, KeyError, TypeError):
        return None
