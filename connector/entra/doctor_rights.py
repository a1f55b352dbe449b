"""Application permissions in a token, against those that this configuration needs. graph.md §2.1"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterator, Mapping

from connector.domain.finding import CheckResult
from connector.forms.mistakes import choice

NEEDED = {  # application permission: others that open the same, and more
    "UserAuthMethod-TAP.ReadWrite.All": ("UserAuthenticationMethod.ReadWrite.All",),
    "User.Read.All": ("Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"),
    "Policy.Read.AuthenticationMethod": ("Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"),
    "RoleManagement.Read.Directory": ("RoleManagement.ReadWrite.Directory",),
    "Organization.Read.All": ("Directory.Read.All", "Directory.ReadWrite.All"),
}
GROUPS = {
    "GroupMember.Read.All": (
        "GroupMember.ReadWrite.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    )
}
MAILING: dict[str, tuple[str, ...]] = {"Mail.Send": ()}
HARMLESS = frozenset(  # read more of PIM than today's rules ask for. graph.md §10
    {"RoleEligibilitySchedule.Read.Directory", "PrivilegedEligibilitySchedule.Read.AzureADGroup"}
)
GRANT = "grant it, and give a managed identity's token up to 24 hours to show it"


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


def lacking(granted: frozenset[str], needed: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [each for each, others in needed.items() if not granted & {each, *others}]


def permissions(
    granted: frozenset[str] | None, told: Collection[str], *, mails: bool
) -> Iterator[CheckResult]:
    """Say what is needed and not granted, but for what a call told already; and what is granted beyond
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
    absent = lacking(granted, NEEDED)
    if untold := [each for each in absent if each not in told]:
        yield CheckResult("entra", False, f"{', '.join(untold)} isn't granted", GRANT)
    if not absent:
        yield CheckResult("entra", True, "the permissions that are needed are granted")
    if beyond := list(_beyond(granted, {**NEEDED, **GROUPS, **(MAILING if mails else {})})):
        cure = "take it away" if len(beyond) == 1 else "take them away"
        says = f"granted beyond need: {choice(beyond, 'and')}"
        yield CheckResult("entra", None, says, f"{cure}: whoever gets into passdesk's machine has it, too")


def _beyond(granted: frozenset[str], needed: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for each in sorted(granted - needed.keys() - HARMLESS):
        instead = [least for least, others in needed.items() if each in others and least not in granted]
        yield f"{each} ({choice(instead, 'and')} is enough)" if instead else each
