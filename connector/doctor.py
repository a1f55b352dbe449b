"""The doctor: what is right, what is wrong and what nobody can tell, each with the next step. Reads only."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

from connector.desks.servicenow_probe import Probe, probe
from connector.durations import written
from connector.entra.graph import TAP_POLICY
from connector.entra.policy import policy
from connector.errors import Down
from connector.evidence import Missing, Policy
from connector.mapping import Mapping
from connector.wire import Eyes, House

SKEW = 30  # seconds: beyond it a start may lie behind before it is asked for
NEEDED = {  # application permission: what it is for. facts/graph.md 2.1
    "UserAuthMethod-TAP.ReadWrite.All": ("UserAuthenticationMethod.ReadWrite.All",),
    "User.Read.All": ("Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"),
    "Policy.Read.AuthenticationMethod": ("Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"),
    "RoleManagement.Read.Directory": ("RoleManagement.ReadWrite.Directory",),
}


@dataclass(frozen=True)
class Finding:
    """`fine`: None where it can't be told. `down`: because a service could not be reached."""

    what: str
    fine: bool | None
    sentence: str
    down: bool = False


def examine(house: House) -> Iterator[Finding]:
    """Each finding as it is made: configuration, desks, Entra, each mapping."""
    config = house.config
    examples = sum(len(mapping.examples) for mapping in config.mappings)
    yield Finding("configuration", True, f"{len(config.mappings)} mappings, {len(config.desks)} desks, {examples} examples")
    yield Finding("ledger", True, f"opened; this installation is {house.ledger.installation}")
    for mapping in config.mappings:
        yield from desk(house.eyes, mapping)
    yield from entra(house.eyes)


def desk(eyes: Eyes, mapping: Mapping) -> Iterator[Finding]:
    name = mapping.desk
    try:
        seen = probe(eyes.services[name], mapping, eyes.url(mapping))
    except Down as down:
        yield Finding(name, False, down.sentence, down=True)
        return
    yield Finding(name, True, f"signed in; the table {mapping.table} can be read")
    yield columns(name, mapping, seen)
    yield notes(name, mapping, seen)
    if seen.clock is not None:
        yield clock(name, seen.clock)


def columns(name: str, mapping: Mapping, seen: Probe) -> Finding:
    if seen.absent is None:
        sentence = (
            f"the table {mapping.table} shows no record, so whether its columns are there can't be told; make a test ticket"
        )
        return Finding(name, None, sentence)
    if not seen.absent:
        return Finding(name, True, f"every column that {mapping.name} names can be read")
    sentence = (
        f"{', '.join(seen.absent)} can't be read on {mapping.table}: misspelt, or the account may not. "
        "ServiceNow drops an unknown column from the query and returns every ticket; correct the mapping, or grant read access"
    )
    return Finding(name, False, sentence)


def notes(name: str, mapping: Mapping, seen: Probe) -> Finding:
    if mapping.note.marker:
        return Finding(name, True, f"a lost reply can be told by the field {mapping.note.marker}")
    if seen.journal:
        return Finding(name, True, "notes can be read back, so a lost reply can be told from a lost request")
    sentence = (
        "notes can't be read back; name a field for the reference as note.marker, or grant read access to sys_journal_field"
    )
    return Finding(name, False if seen.journal is False else None, sentence)


def clock(name: str, theirs: float) -> Finding:
    apart = abs(theirs - time.time())
    return Finding(
        name, apart <= SKEW, f"clocks are {apart:.0f} s apart" + ("" if apart <= SKEW else "; set this machine's clock")
    )


def entra(eyes: Eyes) -> Iterator[Finding]:
    try:
        granted = roles(eyes.token())
        said = eyes.graph.get(TAP_POLICY)
        now = eyes.graph.now()
    except Down as down:
        yield Finding("entra", False, down.sentence, down=True)
        return
    yield Finding("entra", True, f"signed in as {eyes.config.entra.credential.kind}")
    yield clock("entra", now)
    yield permissions(granted)
    found = policy(said)
    if isinstance(found, Missing):
        yield Finding("entra", False, f"{found.why}")
        return
    yield Finding(
        "entra",
        found.enabled,
        f"Temporary Access Passes are on: {found.minimum} to {found.maximum} minutes, "
        + ("once only" if found.one_time_only else "once or more often")
        if found.enabled
        else "Temporary Access Passes are off in the tenant's policy; an Authentication Policy Administrator can turn them on",
    )
    yield from (fits(mapping, found) for mapping in eyes.config.mappings)


def permissions(granted: frozenset[str] | None) -> Finding:
    if granted is None:
        return Finding("entra", None, "the token doesn't show which permissions are granted")
    lacking = [each for each, others in NEEDED.items() if not granted & {each, *others}]
    if lacking:
        sentence = f"{', '.join(lacking)} isn't granted; grant it, and give a managed identity's token up to 24 hours to show it"
        return Finding("entra", False, sentence)
    return Finding("entra", True, "the permissions that are needed are granted")


def fits(mapping: Mapping, found: Policy) -> Finding:
    lifetime, least, most = mapping.pass_.lifetime, found.minimum * 60, found.maximum * 60
    if not least <= lifetime <= most:
        sentence = f"pass.lifetime is {written(lifetime)}; the tenant's policy allows {written(least)} to {written(most)}"
        return Finding(mapping.name, False, sentence)
    if found.one_time_only and not mapping.pass_.one_time:
        return Finding(mapping.name, False, "pass.one_time is false; the tenant's policy allows one-time passes only: write true")
    return Finding(mapping.name, True, "its pass fits the tenant's policy")


def roles(token: str) -> frozenset[str] | None:
    """The application permissions in a token's claims; None where it is no JWT. It is read, not verified: Graph does that."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return frozenset(str(each) for each in claims["roles"])
    except (IndexError, ValueError, KeyError, TypeError):
        return None
