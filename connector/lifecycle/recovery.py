"""What each unfinished step means. The same page serves a crash, a lost reply and a taken-over lease.

state        what may be true outside            what is done
CLAIMED      nothing                             the journey, from its start
ISSUING      the POST landed, or still may       make sure that it is gone, then again
DELIVERING   somebody may hold the pass          our reference is there: settle. Not to be seen, or the desk
                                                 is down when the pass becomes usable: gone, then again
REVOKING     the pass may be there               make sure that it is gone, then as written
SETTLING     only the word is missing            settle
LIVE         a pass is in somebody's hands       after-care
"""

from __future__ import annotations

from collections.abc import Callable

from connector.domain.errors import Down
from connector.domain.outcome import Decision, State
from connector.domain.reasons import Reason
from connector.domain.recipients import note_place
from connector.domain.ticket import Claim
from connector.lifecycle.aftercare import look_after
from connector.lifecycle.journey import handle
from connector.lifecycle.revoking import ensure_gone, revoke
from connector.lifecycle.roles import Roles
from connector.lifecycle.settling import settle


def resume(claim: Claim, ask: Roles) -> State:
    """Take up a claim where it was left. Raises Down (nothing made), Lost, Unwritten."""
    return MEANS[claim.state](claim, ask)


def again(claim: Claim, ask: Roles) -> State:
    ticket = ask.desk.read(claim.ticket)
    return handle(claim, ask.judge.mapped(ticket) if ticket else None, ask)


def undo(claim: Claim, ask: Roles) -> State:
    """ISSUING: nobody knows the pass, so whatever landed goes."""
    return revoke(claim, Decision(State.CLAIMED, Reason.RECOVERING, claim.detail), ask)


def find(claim: Claim, ask: Roles) -> State:
    """DELIVERING: the ticket says whether somebody holds it. Not seeing the note proves nothing, so the pass
    goes.
    """
    try:
        ticket = ask.desk.read(claim.ticket)
        held = ticket is not None and ask.desk.holds(ticket, claim.tried.reference)
    except Down:
        if claim.tried.fence and ask.issuer.now() < claim.tried.start:
            raise  # there is time: it can't be used yet
        held = False
    if held:
        place = note_place(claim.tried.recipient)
        return settle(ask.book.settling(claim, Decision(State.LIVE, place=place)), ask)
    why = claim.reason if isinstance(claim.reason, Reason) else Reason.RECOVERING
    detail = claim.detail or "Nobody can see whether it was handed over."
    return revoke(claim, Decision(State.CLAIMED, why, detail), ask)


def say(claim: Claim, ask: Roles) -> State:
    """SETTLING: the word may stand there already, so it is looked for first."""
    return settle(claim.now(tries=max(1, claim.tries)), ask)


MEANS: dict[State, Callable[[Claim, Roles], State]] = {
    State.CLAIMED: again,
    State.ISSUING: undo,
    State.DELIVERING: find,
    State.REVOKING: ensure_gone,
    State.SETTLING: say,
    State.LIVE: look_after,
}
