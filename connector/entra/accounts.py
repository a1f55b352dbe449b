"""The age of an account, and whose a guest account is. graph.md §4.1"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from connector.guards.evidence import Known, Missing

# Nothing of these may speak of an invitation; null says that nobody was invited
_INVITING = ("creationType", "externalUserState")


def created(row: Mapping[str, Any]) -> Known[int | None]:
    """Read when an account was made, in epoch seconds; None: before June 2018, of when the directory knows no
    times. If not even accountEnabled is told, null says nothing.
    """
    said = row.get("createdDateTime")
    if said is None:
        known = "createdDateTime" in row and isinstance(row.get("accountEnabled"), bool)
        return None if known else Missing("createdDateTime wasn't in the answer")
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return Missing("createdDateTime has an unknown form")
    return int(found.replace(tzinfo=found.tzinfo or UTC).timestamp())


def own_guest(row: Mapping[str, Any], upn: str, domains: Callable[[], Known[frozenset[str]]]) -> Known[bool]:
    """Tell whether a guest account was made in this tenant, and signs in here and nowhere else: every sign
    must say so, and one that isn't there is no sign. Raises Down, where the domains are asked for.
    """
    identities = row.get("identities")
    if row.get("userType") != "Guest" or "#ext#" in upn.lower() or not isinstance(identities, list):
        return False
    if any(row.get(each) is not None for each in _INVITING):
        return False
    if not identities or not all(_signs_in_here(each) for each in identities):
        return False
    absent = next((each for each in _INVITING if each not in row), None)
    if absent or not isinstance(row.get("accountEnabled"), bool):
        return Missing(f"{absent or 'accountEnabled'} wasn't in the answer about a guest account")
    verified = domains()
    if isinstance(verified, Missing):
        return verified
    return {domain_of(upn), *(str(each["issuer"]).lower() for each in identities)} <= verified


def domain_of(upn: str) -> str:
    return upn.rpartition("@")[2].lower()


def verified(upn: str, domains: Known[frozenset[str]]) -> Known[bool]:
    """Tell whether a sign-in name is in a verified domain of the tenant."""
    return domains if isinstance(domains, Missing) else "@" in upn and domain_of(upn) in domains


def _signs_in_here(identity: object) -> bool:
    """A name of the tenant's own, which is no guest's name."""
    if not isinstance(identity, dict) or identity.get("signInType") != "userPrincipalName":
        return False
    issuer, name = identity.get("issuer"), identity.get("issuerAssignedId")
    return isinstance(issuer, str) and isinstance(name, str) and "#ext#" not in name.lower()
