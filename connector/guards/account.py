"""Rules about the account itself: whose it is, and how old."""

from __future__ import annotations

from datetime import UTC, datetime

from connector.domain.durations import written
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.ticket import Ticket
from connector.guards.evidence import Missing
from connector.guards.rule import Case, missing

SKEW = 120  # s by which the desk's clock may be ahead of Entra's


class NotExternal:
    """No guest. A guest account that is the tenant's own may have a pass where the mapping says so."""

    def check(self, case: Case) -> No | NotYet | None:
        person, may = case.evidence.subject, case.mapping.allow.internal_guests
        if isinstance(person.external, Missing):
            return missing(person.external)
        if not person.external or (may and person.own_guest is True):
            return None
        if may and isinstance(person.own_guest, Missing):
            return missing(person.own_guest)
        return No(Reason.SUBJECT_GUEST, f"{person.upn} is a guest account.")


class DomainVerified:
    """People with a name of another domain sign in elsewhere."""

    def check(self, case: Case) -> No | NotYet | None:
        verified, upn = case.evidence.domain_verified, case.evidence.subject.upn
        if isinstance(verified, Missing):
            return missing(verified)
        return None if verified else No(Reason.SUBJECT_GUEST, f"{upn} isn't in a domain of this tenant.")


class OldEnough:
    """The floor's age of an account. One whose time the directory doesn't know is older than any."""

    def check(self, case: Case) -> No | NotYet | None:
        least, created = case.floor.account_age, case.evidence.subject.created
        if not least or created is None:
            return None
        if isinstance(created, Missing):
            return missing(created)
        if case.now - created >= least:
            return None
        upn = case.evidence.subject.upn
        return NotYet(Reason.SUBJECT_TOO_NEW, f"The account {upn} is younger than {written(least)}.")


def may_come(no: No, ticket: Ticket, within: int, now: int) -> No | NotYet:
    """Wait for a person who isn't found, as long as the ticket is young: their account may be made now. A
    ticket that doesn't say when it was made, or that was made in the future, is not young.
    """
    try:
        opened = datetime.fromisoformat(ticket.opened)
    except ValueError:
        return no
    age = now - opened.replace(tzinfo=opened.tzinfo or UTC).timestamp()
    if not -SKEW <= age < within:
        return no
    return NotYet(Reason.SUBJECT_TOO_NEW, f"{no.detail.rstrip('.')} yet.")
