"""The tenant's policy for Temporary Access Passes, kept for five minutes. graph.md §3"""

from __future__ import annotations

from collections.abc import Callable

from connector.entra.graph import TAP_POLICY, GraphReply, GraphRequest, missing
from connector.guards.evidence import Known, Missing, Policy

POLICY = "policy"
FRESH = 300.0  # s
_UNREADABLE = Missing("the policy for Temporary Access Passes has an unknown form")


class PolicyCache:
    """Asked for in a batch that is under way anyway. Only what could be read is kept."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._kept: tuple[float, Policy] | None = None

    def fresh(self) -> Policy | None:
        kept = self._kept
        return kept[1] if kept and self._monotonic() - kept[0] < FRESH else None

    def ask(self) -> GraphRequest:
        return GraphRequest(POLICY, TAP_POLICY)

    def take(self, said: GraphReply) -> Known[Policy]:
        found = policy(said)
        if isinstance(found, Policy):
            self._kept = self._monotonic(), found
        return found


def policy(said: GraphReply) -> Known[Policy]:
    """Read the policy: its users, its lifetimes. An exclusion of an unknown kind makes the whole unknown."""
    if not said.ok:
        return missing(said, "the policy for Temporary Access Passes", "Policy.Read.AuthenticationMethod")
    state, once = said.body.get("state"), said.body.get("isUsableOnce")
    least, most = said.body.get("minimumLifetimeInMinutes"), said.body.get("maximumLifetimeInMinutes")
    included, excluded = _targets(said.body.get("includeTargets")), _targets(said.body.get("excludeTargets"))
    if (
        state not in ("enabled", "disabled")
        or not isinstance(once, bool)
        or included is None
        or excluded is None
    ):
        return _UNREADABLE
    if (
        not isinstance(least, int)
        or not isinstance(most, int)
        or any(kind not in ("user", "group") for kind, _ in excluded)
    ):
        return _UNREADABLE

    def ids(targets: list[tuple[str, str]], kind: str) -> frozenset[str]:
        return frozenset(id_.lower() for each, id_ in targets if each == kind)

    return Policy(
        enabled=state == "enabled",
        minimum=least,
        maximum=most,
        one_time_only=once,
        included_users=ids(included, "user"),
        included_groups=ids(included, "group"),
        excluded_users=ids(excluded, "user"),
        excluded_groups=ids(excluded, "group"),
    )


def _targets(found: object) -> list[tuple[str, str]] | None:
    """(kind, id) of each; None where one has none."""
    if not isinstance(found, list):
        return None
    targets = [(each.get("targetType"), each.get("id")) for each in found if isinstance(each, dict)]
    readable = [(kind, id_) for kind, id_ in targets if isinstance(kind, str) and isinstance(id_, str)]
    return readable if len(readable) == len(found) else None
