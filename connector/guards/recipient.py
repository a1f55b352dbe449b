"""The manager who is mailed a pass: named by the directory, able to sign in, with a mailbox of the tenant,
and not the subject.
"""

from __future__ import annotations

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.recipients import MailDestination, is_address
from connector.guards.evidence import Evidence, ManagerRecipient, Missing, Person
from connector.guards.rule import Case, missing


class ManagerMayReceive:
    """Nothing to say where nobody is mailed, or where a note does instead: what isn't known waits even
    then.
    """

    def check(self, case: Case) -> No | NotYet | None:
        found = objection(case.evidence)
        return None if isinstance(found, No) and "note" in case.mapping.deliver else found


def objection(evidence: Evidence) -> No | NotYet | None:
    """Find the reason why the manager may not be mailed the pass. A no goes before a missing answer."""
    superior = evidence.manager_recipient
    if superior is None or isinstance(superior, No):
        return superior
    if isinstance(superior, Missing):
        return missing(superior)
    if no := _not_allowed(superior, evidence.subject):
        return No(Reason.RECIPIENT_NOT_ALLOWED, no)
    known = (superior.person.enabled, superior.person.external, superior.cyclic, superior.verified)
    return next((missing(each) for each in known if isinstance(each, Missing)), None)


def mailbox(evidence: Evidence) -> MailDestination | None:
    """The destination of a mail; None if nobody may be mailed."""
    superior = evidence.manager_recipient
    if not isinstance(superior, ManagerRecipient) or superior.person.mail is None or objection(evidence):
        return None
    return MailDestination(superior.person.id, superior.person.mail)


def _not_allowed(superior: ManagerRecipient, subject: Person) -> str | None:
    boss, address = superior.person, superior.person.mail
    if boss.id == subject.id:
        return f"{subject.upn} would receive their own pass."
    if superior.cyclic is True:
        return f"In the directory, the managers above {boss.upn} form a circle."
    if boss.enabled is False:
        return f"The account of the manager, {boss.upn}, is disabled."
    if boss.external is True:
        return f"The manager, {boss.upn}, has a guest account."
    if address is None:
        return f"The manager, {boss.upn}, has no mailbox in the directory."
    if address.lower() in {(subject.mail or "").lower(), subject.upn.lower()}:
        return f"The manager, {boss.upn}, has the mail address of {subject.upn}."
    if not is_address(address):
        return f"The mail address of the manager, {boss.upn}, has a form that passdesk doesn't mail to."
    if superior.verified is False:
        return f"The mail address of the manager, {boss.upn}, isn't in a domain of this tenant."
    return None
