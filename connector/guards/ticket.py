"""Rules about the ticket itself; they need no directory, so they come first."""

from __future__ import annotations

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.several import Several, one
from connector.forms.mistakes import quote
from connector.guards.rule import TicketCase
from connector.mapping.pipeline import SEVERAL, Given, failed


def several(case: TicketCase, field: str) -> No | None:
    """Refuse where a field holds several texts: waiting makes none of them the one that is meant."""
    text = case.ticket.fields.get(field)
    if not isinstance(text, Several):
        return None
    return No(Reason.MAPPING_FAILED, failed(Given(field, text), "one", SEVERAL).sentence)


class ChannelAllowed:
    """A request must have come in on a way where the caller was known (say, not by mail)."""

    def check(self, case: TicketCase) -> No | NotYet | None:
        rule = case.mapping.allow.channel
        if rule is None:
            return None
        if no := several(case, rule.field):
            return no
        channel = one(case.ticket.fields, rule.field)
        if channel is None:
            return NotYet(Reason.EVIDENCE_MISSING, f"The field {rule.field} can't be read.")
        if not rule.holds(case.ticket.fields):
            return No(
                Reason.CHANNEL_NOT_ALLOWED, f"Requests that came in by {quote(channel[:40])} are not handled."
            )
        return None


class NoteStaysInside:
    """A note that the desk mails to a watch list is not restricted. A field of its own isn't mailed with the
    notes.
    """

    def check(self, case: TicketCase) -> No | NotYet | None:
        if (
            "note" not in case.mapping.deliver
            or case.mapping.note.field not in case.mapping.traits.journals
            or case.ticket.mailed is False
        ):
            return None
        if case.ticket.mailed is None:
            return NotYet(
                Reason.EVIDENCE_MISSING, "It can't be read whether the work notes are mailed to a watch list."
            )
        return No(
            Reason.NOTE_IS_MAILED, "The ticket's work notes list is filled, so its notes are mailed out."
        )


class NoteStaysOnTicket:
    """A note that the desk may copy to another ticket is not restricted: other people work on that one, or
    are mailed from it. What copies, a rule of the desk's own, can't be seen, so the link decides.
    """

    def check(self, case: TicketCase) -> No | NotYet | None:
        if not case.mapping.notes_pass or case.ticket.links == "":
            return None
        if case.ticket.links is None:
            return NotYet(
                Reason.EVIDENCE_MISSING,
                "It can't be read whether the ticket is linked to others, so that its notes may be copied.",
            )
        return No(Reason.NOTE_IS_COPIED, f"The ticket's notes may be copied to others: {case.ticket.links}.")


class Approved:
    """Demands the approval that the mapping names; an outstanding one waits."""

    def check(self, case: TicketCase) -> No | NotYet | None:
        rule = case.mapping.allow.approval
        if rule is None:
            return None
        if no := several(case, rule.field):
            return no
        value = one(case.ticket.fields, rule.field)
        if value is None:
            return NotYet(Reason.EVIDENCE_MISSING, f"The field {rule.field} can't be read.")
        if rule.approves(value):
            return None
        if rule.rejects(value):
            return No(Reason.APPROVAL_REJECTED, "The request was rejected.")
        return NotYet(
            Reason.APPROVAL_OUTSTANDING, f"The approval is outstanding ({rule.field} is {quote(value[:40])})."
        )
