"""An evaluation: everything that a judgement rests on, and its part for the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.domain.outcome import No, NotYet
from connector.domain.people import Grounds, Involved
from connector.domain.reasons import Reason
from connector.domain.ticket import Plan
from connector.guards.approval import ApprovalProof
from connector.guards.evidence import Evidence, ManagerRecipient, Missing, Policy
from connector.guards.pinned import named
from connector.mapping import Facts


@dataclass(frozen=True)
class GuardResult:
    """The answer of one guard; None: nothing against it."""

    guard: str
    verdict: No | NotYet | None


@dataclass(frozen=True)
class Evaluation:
    """Everything a judgement rests on, for `explain`. `facts` and `evidence` are None where it did not come
    to them.
    """

    facts: Facts | None
    evidence: Evidence | None
    results: tuple[GuardResult, ...]
    verdict: Plan | No | NotYet
    approval: ApprovalProof | None = None  # None: nobody asks what the approval is of


def worst(found: Sequence[GuardResult]) -> No | NotYet | None:
    """A no goes before a not yet: what time can't change need not wait."""
    noes = [each.verdict for each in found if isinstance(each.verdict, No)]
    return next(iter(noes), next((each.verdict for each in found if each.verdict), None))


def involved(found: Evaluation) -> Involved:
    """The people whom a verdict is about, and what it rests on, for the ledger."""
    evidence = found.evidence
    if evidence is None:
        return Involved(None, grounds=Grounds(verdicts(found)))
    asked, manager, existing = evidence.requester, evidence.manager_recipient, evidence.existing_passes
    grounds = Grounds(
        verdicts(found),
        evidence.manager if isinstance(evidence.manager, str) else None,
        tuple(each.id if each else None for each in evidence.approvers),
        evidence.policy.digest if isinstance(evidence.policy, Policy) else None,
    )
    return Involved(
        named(evidence.subject),
        named(asked) if asked else None,
        named(manager.person) if isinstance(manager, ManagerRecipient) else None,
        privileged=privileged(found.results),
        existing=() if isinstance(existing, Missing) else tuple(existing),
        grounds=grounds,
    )


def privileged(found: Sequence[GuardResult]) -> bool:
    """Tell whether a guard saw privileges, however the person has them."""
    return any(each.verdict and each.verdict.reason is Reason.SUBJECT_PRIVILEGED for each in found)


def verdicts(found: Evaluation) -> tuple[tuple[str, str], ...]:
    """Each guard's name, and "yes" or the reason of its no; what came before the guards goes by its own."""
    asked = [(each.guard, each.verdict.reason.value if each.verdict else "yes") for each in found.results]
    said = any(each.verdict is not None for each in found.results)
    if isinstance(found.verdict, Plan) or said:
        return tuple(asked)
    return (*asked, ("Mapping" if found.facts is None else "Evidence", found.verdict.reason.value))
