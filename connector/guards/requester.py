"""The people who may ask for a pass, compared by object id."""

from __future__ import annotations

from collections.abc import Collection

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.forms.mistakes import choice
from connector.guards.evidence import Evidence, Missing
from connector.guards.rule import Case, missing


class RequesterAllowed:
    """The subject, the subject's manager, members of named groups, or anyone, as the mapping says."""

    def check(self, case: Case) -> No | NotYet | None:
        rules, evidence = case.mapping.allow.requester, case.evidence
        if evidence.requester is None and (case.mapping.allow.four_eyes or "anyone" not in rules):
            return No(Reason.REQUESTER_MISSING, "The ticket doesn't name a requester.")
        if evidence.requester is None or "anyone" in rules:
            return None
        asker = evidence.requester.id
        if "subject" in rules and asker == evidence.subject.id:
            return None
        if isinstance(evidence.requester.enabled, Missing):
            return missing(evidence.requester.enabled)
        if not evidence.requester.enabled:
            return No(
                Reason.REQUESTER_NOT_ALLOWED,
                f"The account of the requester, {evidence.requester.upn}, is disabled.",
            )
        groups = {rule.removeprefix("group:").lower() for rule in rules if rule.startswith("group:")}
        unknown: Missing | None = None
        if "manager" in rules:
            if isinstance(evidence.manager, Missing):
                unknown = evidence.manager
            elif asker == evidence.manager:
                return None
        if groups:
            if isinstance(evidence.requester_groups, Missing):
                unknown = unknown or evidence.requester_groups
            elif groups & {each.lower() for each in evidence.requester_groups}:
                return None
        if unknown:
            return missing(unknown)
        return No(
            Reason.REQUESTER_NOT_ALLOWED,
            f"{evidence.requester.upn} may not request this pass. Only {allowed(rules, evidence)} may.",
        )


def allowed(rules: Collection[str], evidence: Evidence) -> str:
    """Name the people who may ask: "ann.lee@contoso.com or their manager"."""
    upn = evidence.subject.upn
    people = [upn] if "subject" in rules else []
    if "manager" in rules:
        people.append("their manager" if people else f"the manager of {upn}")
    if any(rule.startswith("group:") for rule in rules):
        people.append("a member of a named group")
    return choice(people)
