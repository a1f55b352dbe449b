"""From delivered to used, expired, revoked or cancelled: decide, write REVOKING, and make it true.

Most of it is asked ahead, for many passes at once; what wasn't, or is too old by now, is asked alone. And
what was called gone before it could begin is watched until it can't any more. docs/decisions/0030
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from connector.domain.outcome import Decision, Ending, No, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.recipients import mail_destination, note_destination
from connector.domain.reference import is_attempt_of
from connector.domain.ticket import Attempt, Claim, ExistingPass, Plan, Ticket
from connector.lifecycle.ledger_roles import Requeue
from connector.lifecycle.revoking import landed_by, revoke
from connector.lifecycle.roles import Issuer, Roles

AHEAD = 10.0  # s that what was asked ahead counts
SELDOM = 600  # s between two looks at a pass that began as long ago, or two questions about an account


@dataclass(frozen=True)
class Look:
    """The passes of a person, as a look at several people showed them. `age`: seconds since it began."""

    passes: Sequence[ExistingPass]
    age: Callable[[], float]

    def counts(self, attempt: Attempt, now: int) -> bool:
        """Tell whether it is young enough. Most are used soon after their start: then it is looked often."""
        return self.age() <= (SELDOM if now >= attempt.start + SELDOM else AHEAD)


@dataclass(frozen=True)
class Seen:
    """What was asked ahead about one pass. None: it wasn't, or there was no answer.

    `enabled`: whether its holder's account was said to be. `age`: seconds since the reading of the ticket
    began.
    """

    look: Look | None = None
    ticket: Ticket | None = None
    enabled: bool = False
    age: Callable[[], float] = lambda: 0.0


NOTHING = Seen()


def look_after(claim: Claim, roles: Roles, seen: Seen = NOTHING) -> State:
    """One round over a delivered pass. Raises Down (nothing was changed), Lost, Unwritten."""
    attempt = claim.current_attempt
    if roles.issuer.now() >= attempt.end:
        ending = Ending.USED if attempt.used_at else Ending.EXPIRED
        return revoke(claim, Decision(State.ENDED, ending), roles)
    looked, existing = look(attempt, roles, seen)
    ours = [each for each in existing if each.belongs_to(attempt)]
    standing, now = next((each for each in ours if each.id == attempt.pass_id), None), roles.issuer.now()
    if ours and standing is None:
        twice = "A second request to Entra replaced it."
        return revoke(claim, Decision(State.ENDED, Ending.REVOKED, twice), roles)
    if attempt.used_at or (standing and standing.used):
        return used(claim, attempt.used_at or now, now, roles)
    if standing is None and looked >= landed_by(attempt, roles):  # before, a look may be older than the pass
        return missing(claim, looked, roles)
    ticket = seen.ticket if seen.ticket and seen.age() <= AHEAD else roles.desk.read(claim.ticket)
    if roles.judge.dropped(claim, ticket):
        left = "The ticket was closed or taken out of the queue."
        return revoke(claim, Decision(State.ENDED, Ending.CANCELLED, left), roles)
    if ticket and overwritten(claim, ticket, roles):
        return revoke(claim, Decision(State.STUCK, Reason.NOTE_OVERWRITTEN), roles)
    if no := no_longer(claim, ticket, seen, roles):
        return revoke(claim, Decision(State.ENDED, no.reason, no.detail, about=no.about), roles)
    return roles.book.reschedule(claim, Requeue(wait=next_round(attempt, now)))


def look(attempt: Attempt, roles: Roles, seen: Seen) -> tuple[int, Sequence[ExistingPass]]:
    """The passes of the person, and when the look at them began, on Entra's clock. Raises Down."""
    if seen.look and seen.look.counts(attempt, roles.issuer.now()):
        return roles.issuer.now() - ceil(seen.look.age()), seen.look.passes
    return roles.issuer.now(), roles.issuer.look(attempt.subject.id)


def next_round(attempt: Attempt, now: int) -> int:
    """Seconds until it is worth another look. Passes fall due together, so that many share a call."""
    often = 60 if now > attempt.start - 3600 else SELDOM
    return max(1, min(often - now % often, attempt.end - now))


def no_longer(claim: Claim, ticket: Ticket | None, seen: Seen, roles: Roles) -> No | None:
    """Find the reason why the pass may not be used any more. Before its start all is judged anew; then its
    holder may have been disabled, or made privileged. Raises Down.
    """
    attempt = claim.current_attempt
    if roles.issuer.now() >= attempt.start:
        return roles.holders.forbidden(attempt.subject, seen.enabled) if roles.holders else None
    return forbidden(claim, roles.judge.judge(claim, roles.judge.mapped(ticket))) if ticket else None


def forbidden(claim: Claim, verdict: Plan | No | NotYet) -> No | None:
    """Find the reason why the pass may not be used, judged anew. The ticket may be for somebody else by
    now, who was given nothing.
    """
    if isinstance(verdict, Plan) and verdict.subject.id != claim.current_attempt.subject.id:
        return No(Reason.SUBJECT_CHANGED, "The ticket is for another person now.")
    held = mail_destination(claim.current_attempt.recipient)
    if isinstance(verdict, Plan) and held and not note_destination(claim.current_attempt.recipient):
        now = mail_destination(verdict.recipient)
        if now is None or now.person != held.person:
            return No(
                Reason.RECIPIENT_NOT_ALLOWED, "It was mailed to a manager who may no longer receive it."
            )
    return verdict if isinstance(verdict, No) else None


def used(claim: Claim, since: int, now: int, roles: Roles) -> State:
    """A used pass stays a while: registering a method takes time, and deleting it signs the person out."""
    if now >= since + roles.used_grace:
        return revoke(claim, Decision(State.ENDED, Ending.USED), roles)
    return roles.book.reschedule(claim, Requeue(used_at=since, wait=since + roles.used_grace - now))


def missing(claim: Claim, now: int, roles: Roles) -> State:
    """Somebody deleted or replaced it; believed on the second look."""
    if claim.first_absent_at is not None and now >= claim.first_absent_at + roles.confirm_interval:
        gone = "Somebody deleted or replaced it in Entra."
        return revoke(claim, Decision(State.ENDED, Ending.REVOKED, gone), roles)
    return roles.book.reschedule(
        claim, Requeue(first_absent_at=claim.first_absent_at or now, wait=roles.confirm_interval)
    )


def overwritten(claim: Claim, ticket: Ticket, roles: Roles) -> bool:
    """After an earlier attempt, whose note may have landed late: whether the last note with a pass is an
    earlier attempt's.
    """
    if claim.current_attempt.number == 1:
        return False
    found = [
        each for each in roles.desk.references([ticket]).get(ticket.id, ()) if is_attempt_of(each, claim.code)
    ]
    return bool(found) and found[-1] != claim.current_attempt.reference


def watch(attempt: Attempt, now: Attempt | None, issuer: Issuer) -> None:
    """Delete what landed of an attempt that was called gone before its start. Raises Down.

    `now`: the attempt for the same person that stands. What is its pass, or may be while its id isn't known,
    is left alone.
    """
    for each in issuer.look(attempt.subject.id):
        known = now is not None and (each.id == now.pass_id or (now.pass_id is None and each.belongs_to(now)))
        if each.belongs_to(attempt) and not each.over and not known:
            issuer.delete(attempt.subject.id, each.id)
