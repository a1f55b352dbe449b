"""Rules about the person the pass is for."""

from __future__ import annotations

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.same_text import same_text
from connector.guards.evidence import Missing
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


class SubjectEnabled:
    def check(self, case: Case) -> No | NotYet | None:
        person = case.evidence.subject
        if isinstance(person.enabled, Missing):
            return missing(person.enabled)
        return (
            None if person.enabled else No(Reason.SUBJECT_DISABLED, f"The account {person.upn} is disabled.")
        )


class NotPrivileged:
    """No role beyond the harmless ones, active or eligible; no membership of a group that may carry roles."""

    def check(self, case: Case) -> No | NotYet | None:
        evidence, upn = case.evidence, case.evidence.subject.upn
        for roles, holds in ((evidence.roles, "holds"), (evidence.eligible, "is eligible for")):
            if not isinstance(roles, Missing) and any(
                role.definition.lower() not in HARMLESS for role in roles
            ):
                return No(Reason.SUBJECT_PRIVILEGED, f"{upn} {holds} an administrator role.")
        if not isinstance(evidence.groups, Missing) and any(
            group.role_assignable for group in evidence.groups
        ):
            return No(Reason.SUBJECT_PRIVILEGED, f"{upn} is in a group that may carry administrator roles.")
        for known in (evidence.roles, evidence.eligible, evidence.groups):
            if isinstance(known, Missing):
                return missing(known)
        return None


class NotProtected:
    """The floor's groups whose members never get a pass here."""

    def check(self, case: Case) -> No | NotYet | None:
        groups = case.evidence.groups
        if not case.floor.protected_groups:
            return None
        if isinstance(groups, Missing):
            return missing(groups)
        if any(group.id.lower() in case.floor.protected_groups for group in groups):
            return No(Reason.SUBJECT_PROTECTED, f"{case.evidence.subject.upn} is in a protected group.")
        return None


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
