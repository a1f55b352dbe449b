"""Rules about the tenant's policy for Temporary Access Passes and what stands already."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.durations import written
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.ticket import Attempt, ExistingPass
from connector.guards.evidence import Known, Missing
from connector.guards.rule import Case, missing
from connector.mapping.starts import shown


class InPolicy:
    """Entra would make the pass for somebody out of scope all the same, and not let them use it
    (graph.md §1.4).
    """

    def check(self, case: Case) -> No | NotYet | None:
        policy, groups, person = case.evidence.policy, case.evidence.groups, case.evidence.subject
        if isinstance(policy, Missing):
            return missing(policy)
        if not policy.enabled:
            return No(
                Reason.SUBJECT_OUT_OF_SCOPE,
                "The tenant's policy doesn't allow Temporary Access Passes at all.",
            )
        out = No(
            Reason.SUBJECT_OUT_OF_SCOPE,
            f"The tenant's policy doesn't allow a Temporary Access Pass for {person.upn}.",
        )
        if person.id in policy.excluded_users:
            return out
        if isinstance(groups, Missing):
            return missing(groups)
        mine = {group.id.lower() for group in groups} | {"all_users"}
        if mine & policy.excluded_groups:
            return out
        return None if person.id in policy.included_users or mine & policy.included_groups else out


class LifetimeAllowed:
    """The mapping's pass must fit the tenant's policy and the floor: nothing is clamped in silence."""

    def check(self, case: Case) -> No | NotYet | None:
        policy, wanted = case.evidence.policy, case.mapping.pass_
        if isinstance(policy, Missing):
            return missing(policy)
        least, most = policy.minimum * 60, min(policy.maximum * 60, case.floor.lifetime_at_most)
        if not least <= wanted.lifetime <= most:
            numbers = f"it is {wanted.lifetime // 60} minutes, and {least // 60} to {most // 60} are allowed"
            return No(Reason.LIFETIME_NOT_ALLOWED, f"The mapping's lifetime isn't allowed: {numbers}.")
        if policy.one_time_only and not wanted.one_time:
            return No(
                Reason.LIFETIME_NOT_ALLOWED,
                "The tenant's policy allows one-time passes only; the mapping's pass works several times.",
            )
        return None


class StartAllowed:
    """A start that the ticket asks for has not passed, nor is it further ahead than the floor allows.

    One that has passed since an attempt was made is fine: the next begins behind its fence.
    """

    def check(self, case: Case) -> No | NotYet | None:
        start = case.facts.starts_at if case.facts else None
        if start is None:
            return None
        if start < case.now and case.attempt is None:
            return No(Reason.START_NOT_ALLOWED, f"The start on the ticket, {shown(start)}, has passed.")
        if start > case.now + case.floor.start_at_most:
            most = written(case.floor.start_at_most)
            return No(
                Reason.START_NOT_ALLOWED,
                f"The start on the ticket, {shown(start)}, is more than {most} ahead.",
            )
        return None


class NoExistingPass:
    """A pass that somebody else made is not replaced unless the mapping says so."""

    def check(self, case: Case) -> No | NotYet | None:
        standing = case.evidence.existing_passes
        if isinstance(standing, Missing):
            return missing(standing)
        if others(standing, case.attempt) and case.mapping.allow.standing != "replace":
            return NotYet(
                Reason.PASS_STANDING, f"{case.evidence.subject.upn} has a Temporary Access Pass already."
            )
        return None


def others(existing: Known[Sequence[ExistingPass]], attempt: Attempt | None) -> list[ExistingPass]:
    """Passes that stand and that somebody else made. Ours is known by its id: a failed attempt's is proven
    gone.
    """
    if isinstance(existing, Missing):
        return []
    ours = attempt.pass_id if attempt else None
    return [each for each in existing if not each.over and each.id != ours]
