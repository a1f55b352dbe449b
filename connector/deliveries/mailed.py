"""After a mail, the word on the ticket is the first thing that it hears of the pass."""

from __future__ import annotations

from connector.deliveries.render import Voice
from connector.domain.outcome import State
from connector.domain.recipients import mail_place, note_place
from connector.domain.ticket import Claim, Ticket
from connector.lifecycle.roles import Desk
from connector.mapping.model import NoteRules


def mailed(claim: Claim, ticket: Ticket, desk: Desk, voice: Voice) -> str | None:
    """The note that says to whom the pass was mailed. None: it wasn't, or nobody knows, since both ways were
    open when it was found used; or an earlier try's stands there already, as far as that can be seen. Raises
    Down.
    """
    if (
        claim.then is not State.LIVE
        or mail_place(claim.tried.recipient) is None
        or note_place(claim.tried.recipient) is not None
    ):
        return None
    if claim.tries and claim.tried.reference in desk.references([ticket]).get(ticket.id, ()):
        return None
    return voice.mailed(claim)


def marked(claim: Claim, rules: NoteRules) -> dict[str, str]:
    """The marker field for that note."""
    return {rules.marker: claim.tried.reference} if rules.marker else {}
