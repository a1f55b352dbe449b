"""After a mail, the word on the ticket is the first thing that it hears of the pass."""

from __future__ import annotations

from connector.deliveries.render import Renderer
from connector.domain.outcome import State
from connector.domain.recipients import mail_destination, note_destination
from connector.domain.ticket import Claim, Ticket
from connector.lifecycle.roles import Desk
from connector.mapping.model import NoteRules


def mailed(claim: Claim, ticket: Ticket, desk: Desk, renderer: Renderer) -> str | None:
    """The note that says to whom the pass was mailed. None: it wasn't, or nobody knows, since both ways were
    open when it was found used; or an earlier try's stands there already, as far as that can be seen. Raises
    Down.
    """
    if (
        claim.next_state is not State.LIVE
        or mail_destination(claim.current_attempt.recipient) is None
        or note_destination(claim.current_attempt.recipient) is not None
    ):
        return None
    if claim.update_attempts and claim.current_attempt.reference in desk.references([ticket]).get(
        ticket.id, ()
    ):
        return None
    return renderer.mailed(claim)


def marked(claim: Claim, rules: NoteRules) -> dict[str, str]:
    """The marker field for that note."""
    return {rules.marker: claim.current_attempt.reference} if rules.marker else {}
