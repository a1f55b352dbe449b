"""The people who may ask for a pass, compared by object id."""

from __future__ import annotations

from collections.abc import Collection

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.forms.mistakes import choice
from connector.guards.evidence import Evidence, Known, ManagerChain, Missing
from connector.guards.rule import Case, missing


class RequesterAllowed:
    """The subject, the subject's manager, managers further up, members of named groups, or anyone, as the
    mapping says.
    """

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
        found = (_as_manager(case, asker), _as_one_above(case, asker), _as_member(case))
        if True in found:
            return None
        if unknown := next((each for each in found if isinstance(each, Missing)), None):
            return missing(unknown)
        if case.mapping.allow.manager_levels and _cyclic(evidence):
            above = f"In the directory, the managers above {evidence.subject.upn} form a circle."
            return No(Reason.REQUESTER_NOT_ALLOWED, above)
        people = allowed(rules, case.mapping.allow.manager_levels, evidence)
        return No(
            Reason.REQUESTER_NOT_ALLOWED,
            f"{evidence.requester.upn} may not request this pass. Only {people} may.",
        )


def _as_manager(case: Case, asker: str) -> Known[bool]:
    manager = case.evidence.manager
    if "manager" not in case.mapping.allow.requester:
        return False
    return manager if isinstance(manager, Missing) else asker == manager


def _as_one_above(case: Case, asker: str) -> Known[bool]:
    levels, above = case.mapping.allow.manager_levels, case.evidence.manager_chain
    if not levels:
        return False
    return above if isinstance(above, Missing) else not above.cyclic and asker in above.ids[:levels]


def _as_member(case: Case) -> Known[bool]:
    groups, theirs = (
        {each.lower() for each in case.mapping.allow.requester_groups},
        case.evidence.requester_groups,
    )
    if not groups:
        return False
    return theirs if isinstance(theirs, Missing) else not groups.isdisjoint(each.lower() for each in theirs)


def _cyclic(evidence: Evidence) -> bool:
    return isinstance(evidence.manager_chain, ManagerChain) and evidence.manager_chain.cyclic


def allowed(rules: Collection[str], levels: int, evidence: Evidence) -> str:
    """Name the people who may ask: "ann.lee@contoso.com or their manager". `levels` of managers above."""
    upn = evidence.subject.upn
    people = [upn] if "subject" in rules else []
    if levels > 1:
        people.append(f"one of the {levels} managers above {'them' if people else upn}")
    elif "manager" in rules or levels:
        people.append("their manager" if people else f"the manager of {upn}")
    if any(rule.startswith("group:") for rule in rules):
        people.append("a member of a named group")
    return choice(people)
