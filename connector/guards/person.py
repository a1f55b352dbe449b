"""Rules about the person the pass is for."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.same_text import same_text
from connector.guards.evidence import Missing, gaps, paths
from connector.guards.paths import Path, PathKind
from connector.guards.rule import Case, missing

# Roles that change nobody's sign-in: Microsoft lets an Authentication Administrator reach holders of eight
# roles; the two of them that reset other people's credentials are not here. Every other role, built-in or
# custom, is privileged. graph.md §2.5
HARMLESS = frozenset(
    {
        "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",  # Directory Readers
        "95e79109-95c0-4d8e-aee3-d01accf2d47b",  # Guest Inviter
        "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b",  # Message Center Reader
        "4a5d8f65-41da-4de4-8968-e035b65339cf",  # Reports Reader
        "27460883-1df1-4691-b032-3b79643e5e63",  # User Experience Success Manager
        "75934031-6c7e-415a-99d7-48dbd49e875e",  # Usage Summary Reports Reader
    }
)
_ROLES = frozenset({PathKind.ROLE, PathKind.ELIGIBLE_ROLE})


class SubjectEnabled:
    def check(self, case: Case) -> No | NotYet | None:
        person = case.evidence.subject
        if isinstance(person.enabled, Missing):
            return missing(person.enabled)
        return None if person.enabled else disabled(person.upn)


def disabled(upn: str) -> No:
    return No(Reason.SUBJECT_DISABLED, f"The account {upn} is disabled.")


# The end of the sentence that refuses, by the kind of the path
PRIVILEGED_BY = {
    PathKind.ROLE: "holds an administrator role",
    PathKind.ELIGIBLE_ROLE: "is eligible for an administrator role",
    PathKind.MEMBER: "is in a group that may carry administrator roles",
    PathKind.OWNER: "owns a group that may carry administrator roles",
    PathKind.ELIGIBLE_MEMBER: "is eligible for a group that may carry administrator roles",
    PathKind.ELIGIBLE_OWNER: "is eligible for a group that may carry administrator roles",
    PathKind.APPLICATION_OWNER: "owns an application with administrator rights",
    PathKind.SERVICE_PRINCIPAL_OWNER: "owns an application with administrator rights",
}
PROTECTED_BY = {
    PathKind.MEMBER: "is in a protected group",
    PathKind.OWNER: "owns a protected group",
    PathKind.ELIGIBLE_MEMBER: "is eligible for a protected group",
    PathKind.ELIGIBLE_OWNER: "is eligible for a protected group",
}


class NotPrivileged:
    """No path to privilege, by either of two independent reads (decision 0018).

    - No role beyond the harmless ones, active or eligible.
    - No membership, ownership or eligibility of a group that may carry roles.
    - No ownership of an application with such rights.
    """

    def check(self, case: Case) -> No | NotYet | None:
        evidence = case.evidence
        if no := privileged(evidence.subject.upn, paths(evidence)):
            return no
        known = (evidence.roles, evidence.eligible, evidence.groups, *gaps(evidence))
        return next((missing(each) for each in known if isinstance(each, Missing)), None)


def privileged(upn: str, found: Iterable[Path]) -> No | None:
    """Tell which of these paths leads to privilege, if any does."""
    for path in found:
        if path.privileged and not (path.kind in _ROLES and path.through.lower() in HARMLESS):
            by = PRIVILEGED_BY[path.kind]
            return No(Reason.SUBJECT_PRIVILEGED, f"{upn} {by}.")
    return None


def protected(upn: str, found: Iterable[Path], groups: Collection[str]) -> No | None:
    """Tell which of these paths leads into one of the floor's groups, if any does."""
    for path in found:
        if (how := PROTECTED_BY.get(path.kind)) and path.through.lower() in groups:
            return No(Reason.SUBJECT_PROTECTED, f"{upn} {how}.")
    return None


class NotProtected:
    """The floor's groups, whose members, owners and eligible people never get a pass here; and restricted
    management units that our role isn't scoped to.
    """

    def check(self, case: Case) -> No | NotYet | None:
        evidence, upn = case.evidence, case.evidence.subject.upn
        if no := protected(upn, paths(evidence), case.floor.protected_groups):
            return no
        if evidence.restricted is True:
            return No(Reason.SUBJECT_PROTECTED, f"{upn} is in a restricted management unit.")
        known = (evidence.groups, *gaps(evidence)) if case.floor.protected_groups else ()
        return next(
            (missing(each) for each in (*known, evidence.restricted) if isinstance(each, Missing)), None
        )


class SubjectServed:
    """The mapping's `allow.subject_in`: any of its groups; none named means everybody."""

    def check(self, case: Case) -> No | NotYet | None:
        wanted, groups = {each.lower() for each in case.mapping.allow.subject_in}, case.evidence.groups
        if not wanted:
            return None
        if isinstance(groups, Missing):
            return missing(groups)
        if wanted.isdisjoint(group.id.lower() for group in groups):
            return No(
                Reason.SUBJECT_OUT_OF_SCOPE,
                f"{case.evidence.subject.upn} is in none of the groups that this queue serves.",
            )
        return None


class Confirmed:
    """The mapping's second evidence: what the ticket says is what the directory says; nothing on either side
    is no.

    White space at the ends and capitals don't count. A letter that only looks like another one isn't it.
    """

    def check(self, case: Case) -> No | NotYet | None:
        person, unknown = case.evidence.subject, None
        for name in case.mapping.confirm:
            known = person.more.get(name, Missing(f"{name} was not read"))
            said = case.facts.confirm.get(name, "").strip() if case.facts else ""
            if not said:
                return No(
                    Reason.CONFIRMATION_DIFFERS,
                    f"The ticket has no {name}, which is needed to confirm {person.upn}.",
                )
            if isinstance(known, Missing):
                unknown = unknown or missing(known)
            elif not (known or "").strip():
                return No(
                    Reason.CONFIRMATION_DIFFERS,
                    f"The directory has no {name} for {person.upn}, so it can't be compared.",
                )
            elif not same_text(said, (known or "").strip()):
                return No(
                    Reason.CONFIRMATION_DIFFERS,
                    f"The {name} on the ticket differs from the one in the directory for {person.upn}.",
                )
        return unknown
