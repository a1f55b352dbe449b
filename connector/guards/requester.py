"""The people who may ask for a pass, compared by object id."""

from __future__ import annotations

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.guards.evidence import Missing
from connector.guards.rule import Case, missing


class RequesterAllowed:
    """The subject, the subject's manager, members of named groups, or anyone, as the mapping says."""

    def check(self, case: Case) -> No | NotYet | None:
        rules, evidence = case.mapping.allow.requester, case.evidence
        if evidence.requester is None and (case.mapping.allow.four_eyes or "anyone" not in rules):
            return No(Reason.REQUESTER_MISSING, "The ticket doesn't say who asks.")
        if evidence.requester is None or "anyone" in rules:
            return None
        asker = evidence.requester.id
        if "subject" in rules and asker == evidence.subject.id:
            return None
        if isinstance(evidence.requester.enabled, Missing):
            return missing(evidence.requester.enabled)
        if not evidence.requester.enabled:
            return No(
                Reason.REQUESTER_NOT_ALLOWED, f"{evidence.requester.upn} asks, and that account is disabled."
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
        allowed = " or ".join(rule if not rule.startswith("group:") else "a named group" for rule in rules)
        return No(Reason.REQUESTER_NOT_ALLOWED, f"{evidence.requester.upn} asks, which only {allowed} may.")
