"""The meaning of each unfinished step. The same page serves a crash, a lost reply and a taken-over lease.

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
from dataclasses import replace

from connector.domain.errors import Down
from connector.domain.outcome import Decision, State
from connector.domain.reasons import Reason
from connector.domain.recipients import note_destination
from connector.domain.ticket import Claim
from connector.lifecycle.aftercare import NOTHING, Seen, look_after
from connector.lifecycle.journey import handle
from connector.lifecycle.revoking import ensure_gone, revoke
from connector.lifecycle.roles import Roles
from connector.lifecycle.settling import settle


def resume(claim: Claim, roles: Roles, seen: Seen = NOTHING) -> State:
    """Take up a claim where it was left. `seen`: what was asked ahead about a delivered pass. Raises Down
    (nothing made), Lost, Unwritten.
    """
    if claim.state is State.LIVE:
        return look_after(claim, roles, seen)
    return HANDLERS[claim.state](claim, roles)


def restart(claim: Claim, roles: Roles) -> State:
    ticket = roles.desk.read(claim.ticket)
    return handle(claim, roles.judge.mapped(ticket) if ticket else None, roles)


def revoke_attempt(claim: Claim, roles: Roles) -> State:
    """ISSUING: nobody knows the pass, so whatever landed goes."""
    return revoke(claim, Decision(State.CLAIMED, Reason.RECOVERING, claim.detail), roles)


def confirm_delivery(claim: Claim, roles: Roles) -> State:
    """DELIVERING: the ticket says whether somebody holds it. Not seeing the note proves nothing, so the pass
    goes.
    """
    try:
        ticket = roles.desk.read(claim.ticket)
        held = ticket is not None and roles.desk.shows_note(ticket, claim.current_attempt.reference)
    except Down:
        if claim.current_attempt.fence and roles.issuer.now() < claim.current_attempt.start:
            raise  # there is time: it can't be used yet
        held = False
    if held:
        place = note_destination(claim.current_attempt.recipient)
        return settle(roles.book.settling(claim, Decision(State.LIVE, destination=place)), roles)
    why = claim.reason if isinstance(claim.reason, Reason) else Reason.RECOVERING
    detail = claim.detail or "It is unknown whether the pass was handed over."
    return revoke(claim, Decision(State.CLAIMED, why, detail), roles)


def post_update(claim: Claim, roles: Roles) -> State:
    """SETTLING: the word may stand there already, so it is looked for first."""
    return settle(replace(claim, update_attempts=max(1, claim.update_attempts)), roles)


HANDLERS: dict[State, Callable[[Claim, Roles], State]] = {
    State.CLAIMED: restart,
    State.ISSUING: revoke_attempt,
    State.DELIVERING: confirm_delivery,
    State.REVOKING: ensure_gone,
    State.SETTLING: post_update,
}
