"""Four eyes: who asks, who approved and who is handed the pass are different people, compared by object id.

One approver who is neither of the others, nor the person whom the pass is for, is enough; who else approved
does no harm. People may ask for themselves; and the agent may be the one whom the pass is for, where somebody
else asks.
"""

from __future__ import annotations

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.forms.mistakes import choice
from connector.guards.evidence import ManagerRecipient, Missing, Person
from connector.guards.rule import Case, missing


class ApproverKnown:
    """Somebody is seen to have approved. Whoever isn't known, or has a disabled account, could be anybody: a
    no.
    """

    def check(self, case: Case) -> No | NotYet | None:
        approvers = case.evidence.approvers
        if not case.mapping.allow.four_eyes or independent(case):
            return None
        if not approvers:
            return NotYet(
                Reason.APPROVAL_UNPROVEN, "The ticket is approved, but the desk doesn't show by whom."
            )
        if len(known(case)) < len(approvers):
            why = (
                "the desk doesn't show their mail address, or the directory doesn't have exactly one enabled "
                "account for it"
            )
            return NotYet(Reason.APPROVAL_UNPROVEN, f"Somebody approved who is not known: {why}.")
        return None


class RecipientKnown:
    """A note is handed on by the agent whom the ticket is assigned to: there must be one, who may still
    work.
    """

    def check(self, case: Case) -> No | NotYet | None:
        recipient = case.evidence.recipient
        if not case.mapping.allow.four_eyes or "note" not in case.mapping.deliver:
            return None
        if isinstance(recipient, Missing):
            return missing(recipient)
        if recipient is None:
            return No(
                Reason.RECIPIENT_MISSING,
                "Nobody is assigned to the ticket, so nobody can hand over the pass.",
            )
        if isinstance(recipient.enabled, Missing):
            return missing(recipient.enabled)
        if not recipient.enabled:
            return No(
                Reason.RECIPIENT_NOT_ALLOWED,
                f"The ticket is assigned to {recipient.upn}, whose account is disabled.",
            )
        return None


class FourEyes:
    """Different people. What isn't known is the other two guards' to say."""

    def check(self, case: Case) -> No | NotYet | None:
        requester, recipient, approvers = (
            case.evidence.requester,
            case.evidence.recipient,
            case.evidence.approvers,
        )
        superior = case.evidence.manager_recipient
        if not case.mapping.allow.four_eyes:
            return None
        if requester and isinstance(recipient, Person) and requester.id == recipient.id:
            return No(Reason.FOUR_EYES, f"{requester.upn} is both the requester and the agent of the ticket.")
        if requester and isinstance(superior, ManagerRecipient) and requester.id == superior.person.id:
            return No(
                Reason.FOUR_EYES,
                f"{requester.upn} is both the requester and the manager who would receive the pass.",
            )
        if approvers and len(known(case)) == len(approvers) and not independent(case):
            names = choice(sorted({each.upn for each in known(case)}), "and")
            other = "Someone else must approve: not the requester, the recipient or the agent."
            return No(Reason.FOUR_EYES, f"Approved only by {names}. {other}")
        return None


def known(case: Case) -> list[Person]:
    """The approvers who are known and may still sign in."""
    return [each for each in case.evidence.approvers if each and each.enabled is True]


def independent(case: Case) -> list[Person]:
    """The approvers who have no other part in the ticket."""
    evidence = case.evidence
    mailed = (
        evidence.manager_recipient.person
        if isinstance(evidence.manager_recipient, ManagerRecipient)
        else None
    )
    parts = {
        each.id
        for each in (evidence.subject, evidence.requester, evidence.recipient, mailed)
        if isinstance(each, Person)
    }
    return [each for each in known(case) if each.id not in parts]
