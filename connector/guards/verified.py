"""The verification that somebody made of the person: a call back, a badge on video, a product's verdict."""

from __future__ import annotations

from connector.domain.durations import written
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.several import one
from connector.forms.mistakes import quote
from connector.guards.account import SKEW
from connector.guards.rule import TicketCase
from connector.guards.ticket import several
from connector.mapping.model import Verified
from connector.mapping.starts import moment, shown


class VerifiedInTime:
    """The field says that the person was verified, and its time is not longer ago than the mapping allows."""

    def check(self, case: TicketCase) -> No | NotYet | None:
        rule = case.mapping.allow.verified
        if rule is None:
            return None
        for field in filter(None, (rule.field, rule.at)):
            if no := several(case, field):
                return no
            if one(case.ticket.fields, field) is None:
                return NotYet(Reason.EVIDENCE_MISSING, f"The field {field} can't be read.")
        value = case.ticket.fields[rule.field]
        if not rule.accepts(value):
            return No(
                Reason.NOT_VERIFIED, f"The person wasn't verified: {rule.field} is {quote(value[:40])}."
            )
        if rule.at is None or case.now is None:
            return None
        return _in_time(rule, case.ticket.fields[rule.at].strip(), case.mapping.verified_zone, case.now)


def _in_time(rule: Verified, text: str, zone: str, now: int) -> No | None:
    try:
        when = moment(text, zone, earliest=True)
    except ValueError:
        why = f"The time of the verification can't be understood: {rule.at} is {quote(text[:40])}."
        return No(Reason.NOT_VERIFIED, why)
    if when > now + SKEW:
        return No(Reason.NOT_VERIFIED, f"The time of the verification, {shown(when)}, is yet to come.")
    if now - when > rule.at_most:
        most = written(rule.at_most)
        return No(Reason.NOT_VERIFIED, f"The verification of {shown(when)} is more than {most} ago.")
    return None
