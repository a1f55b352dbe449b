"""Application permissions in a token, against those that this configuration needs. graph.md §2.1"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from connector.domain.finding import CheckResult
from connector.forms.mistakes import choice
from connector.guards.evidence import Missing

NEEDED = {  # application permission: others that open the same, and more
    "UserAuthMethod-TAP.ReadWrite.All": ("UserAuthenticationMethod.ReadWrite.All",),
    "User.Read.All": ("Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"),
    "Policy.Read.AuthenticationMethod": ("Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"),
    "RoleManagement.Read.Directory": ("RoleManagement.ReadWrite.Directory",),
    "Organization.Read.All": ("Directory.Read.All", "Directory.ReadWrite.All"),
    "GroupMember.Read.All": (
        "GroupMember.ReadWrite.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    "PrivilegedEligibilitySchedule.Read.AzureADGroup": (
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    ),
    "Application.Read.All": (
        "Application.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    "AdministrativeUnit.Read.All": (
        "AdministrativeUnit.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
}
PIM = frozenset({"PrivilegedEligibilitySchedule.Read.AzureADGroup"})  # needed only where PIM is licensed
BY_ROLE = frozenset({"UserAuthMethod-TAP.ReadWrite.All"})  # a directory role may stand for it. graph.md §2.4
MAILING: dict[str, tuple[str, ...]] = {"Mail.Send": ()}
# Wanted where people are told of their passes, and can say that one wasn't theirs. graph.md §14
TELLING: dict[str, tuple[str, ...]] = {"User.RevokeSessions.All": ()}
HELPING = frozenset({"UserAuthenticationMethod.Read.All"})  # may show whether passes helped. graph.md §15
HARMLESS = HELPING | frozenset(  # read more than is asked for, and let nobody do anything. graph.md §2.4, §10
    {
        "RoleEligibilitySchedule.Read.Directory",
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
    }
)
GRANT = "grant it, and give a managed identity's token up to 24 hours to show it"


def roles(token: str) -> frozenset[str] | None:
    """The application permissions in a token's claims; None where it doesn't tell them."""
    found = _claims(token).get("roles")
    return frozenset(str(each) for each in found) if isinstance(found, list) else None


def object_id(token: str) -> str | None:
    """The application's own object id in a token's claims; None where that doesn't tell it."""
    found = _claims(token).get("oid")
    return found.lower() if isinstance(found, str) and found else None


def _claims(token: str) -> Mapping[str, Any]:
    """Read, not verified: Graph does that. Nothing where the token is no JWT."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def lacking(granted: frozenset[str], needed: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [each for each, others in needed.items() if not granted & {each, *others}]


def needed(*, pim_absent: bool, by_role: bool) -> Mapping[str, tuple[str, ...]]:
    """The permissions that an installation needs. `by_role`: a directory role lets it make passes."""
    without = (PIM if pim_absent else frozenset()) | (BY_ROLE if by_role else frozenset())
    return {each: others for each, others in NEEDED.items() if each not in without}


def denied(lack: Missing, permission: str, granted: frozenset[str] | None) -> CheckResult:
    """A read that gave nothing: what to grant, or that granting it again won't help."""
    if "permission" in lack.why and permission in (granted or ()):
        says = lack.why.partition(": the application permission")[0]
        cure = (
            "a new grant takes up to 24 hours to work; after that, look for a policy that restricts the "
            "application, or a token of another one"
        )
        return CheckResult("entra", False, f"{says}: Graph answers 403 though {permission} is granted", cure)
    cure = GRANT if "permission" in lack.why else "then check again: until then every ticket waits"
    return CheckResult("entra", False, lack.why, cure)


def permissions(
    granted: frozenset[str] | None,
    told: Collection[str],
    *,
    mails: bool,
    tells: bool = False,
    wanted: Mapping[str, tuple[str, ...]] = NEEDED,
) -> Iterator[CheckResult]:
    """Say what is wanted and not granted, but for what a call told already; and what is granted beyond
    need.
    """
    if granted is None:
        yield CheckResult(
            "entra",
            None,
            "the token doesn't show which permissions are granted, so more than is needed may be",
            "compare the application's permissions in Entra with the README's",
        )
        return
    absent = lacking(granted, wanted)
    if untold := [each for each in absent if each not in told]:
        yield CheckResult("entra", False, f"{', '.join(untold)} isn't granted", GRANT)
    if not absent:
        yield CheckResult("entra", True, "the permissions that are needed are granted")
    used = {**NEEDED, **wanted, **(MAILING if mails else {}), **(TELLING if tells else {})}
    if beyond := list(_beyond(granted, used)):
        cure = "take it away" if len(beyond) == 1 else "take them away"
        says = f"granted beyond need: {choice(beyond, 'and')}"
        yield CheckResult("entra", None, says, f"{cure}: whoever gets into passdesk's machine has it, too")


def _beyond(granted: frozenset[str], needed: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for each in sorted(granted - needed.keys() - HARMLESS):
        instead = [least for least, others in needed.items() if each in others and least not in granted]
        yield f"{each} ({choice(instead, 'and')} is enough)" if instead else each
