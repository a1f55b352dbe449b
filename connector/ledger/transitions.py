"""The steps of a ticket's way, as pure functions from a row to the next: each stands here once, and both
ledgers only keep it.

A step that would break a promise raises ValueError: that is a mistake of ours, never an answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from connector.domain.events import Event, closed, decided
from connector.domain.outcome import Decision, Ending, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.reference import with_attempt
from connector.domain.ticket import Attempt, Pass, Plan
from connector.ledger.rows import AuditEntry, Booked, Row, Transition, claim_of
from connector.ledger.schema import TRANSITIONS
from connector.lifecycle.ledger_roles import Requeue

_WITHOUT_PASS = frozenset({State.CLAIMED, State.WAITING, State.REFUSED, State.ENDED, State.STUCK})
# seconds until a fresh pass is looked after, or a waiting ticket that no poll may show is judged again
NOT_AT_ONCE = 30
BEFORE_START = (
    20  # seconds before its start in which a pass is looked after for the first time, at the latest
)
FREE: Final[dict[str, Any]] = {"owner": None, "lease_until": None}
NO_WAIT: Final[dict[str, Any]] = {"wait_since": None, "own_since": None, "own_wait": 0.0, "surprises": 0}
OPEN: Final[dict[str, Any]] = {"then_": None, "reason": None, "detail": "", "seen_gone": None, "tries": 0}


def moved(row: Row, state: State, now: float, **changes: Any) -> Row:
    """The row in another state, due at once. A ticket rests without a pass of its own, except where it is
    looked after.
    """
    if state not in TRANSITIONS[row.state]:
        raise ValueError(f"{row.number}: there is no way from {row.state} to {state}")
    after = replace(row, state=state, due=now, updated_at=now, **changes)
    decided = after.then_ if state is State.SETTLING else state
    if decided in _WITHOUT_PASS and after.open_attempt:
        raise ValueError(f"{row.number}: its pass is not proven gone, so it can't be {decided}")
    return after


def with_revocation_proven(row: Row, now: float) -> Booked | None:
    """The row's attempt, its pass proven gone; where its POST was sent, another of it may arrive until the
    start.
    """
    if not row.attempt or not row.open_attempt:
        return row.attempt
    return replace(
        row.attempt, gone_at=now, adrift=row.state is State.REVOKING and row.open_attempt.fence > 0
    )


def issuing(row: Row, plan: Plan, start: int, now: float) -> Transition:
    """The next attempt is booked."""
    number = row.attempts + 1
    attempt = Attempt(
        number=number,
        reference=with_attempt(row.code, number),
        subject=plan.subject,
        requester=plan.requester,
        recipient=plan.recipient,
        start=start,
        asked=start,
        lifetime=plan.lifetime,
        one_time=plan.one_time,
        fence=plan.fence,
    )
    if row.open_attempt:
        raise ValueError(f"{row.number}: the pass of {row.open_attempt.reference} is not proven gone")
    after = moved(row, State.ISSUING, now, **OPEN, attempts=number, attempt=Booked(attempt, now))
    said: dict[str, object] = {
        "subject": plan.subject.id,
        "requester": plan.requester,
        "recipient": plan.recipient,
        "one_time": plan.one_time,
    }
    said |= {"fence": plan.fence, "mapping": row.mapping, "version": plan.version}
    said["facts"] = plan.digest
    if plan.replaces:
        said["replaces"] = ", ".join(plan.replaces)
    return Transition(after, AuditEntry(Event.ISSUING, _fingerprint(attempt) | said))


def delivering(row: Row, made: Pass, now: float) -> Transition:
    """The pass exists: its id, start and lifetime are the answer's."""
    booked = _booked(row)
    attempt = replace(booked.attempt, pass_id=made.id, start=made.start, lifetime=made.lifetime)
    after = moved(row, State.DELIVERING, now, attempt=replace(booked, attempt=attempt), **NO_WAIT)
    return Transition(after, AuditEntry(Event.ISSUED, _fingerprint(attempt) | {"pass": made.id}))


def revoking(row: Row, decision: Decision, now: float, *, excused: bool = False) -> Transition:
    """The pass must go. `excused`: it failed for a trouble that was everybody's, which uses up no attempt."""
    then = decision.next_state
    if then not in TRANSITIONS[State.REVOKING] | TRANSITIONS[State.SETTLING] - {
        State.REVOKING,
        State.LIVE,
        State.WAITING,
    }:
        raise ValueError(f"{row.number}: {then} can't follow a revocation")
    if not row.open_attempt:
        raise ValueError(f"{row.number}: it has no pass that could be revoked")
    failures = row.failures + (then is State.CLAIMED)
    changes = OPEN | NO_WAIT | _decided(decision) | {"failures": failures}
    changes["excused"] = row.excused + (excused and then is State.CLAIMED)
    after = moved(row, State.REVOKING, now, **changes)
    return Transition(after, AuditEntry(Event.REVOKING, _decision(after)))


def settling(row: Row, decision: Decision, now: float) -> Transition:
    """Decided. To LIVE: somebody holds the pass, so it counts from now on; where they were given it is
    kept. To WAITING: the wait goes on while it is told.
    """
    then = decision.next_state
    if then not in TRANSITIONS[State.SETTLING] - {State.REVOKING}:
        raise ValueError(f"{row.number}: {then} is no decision")
    booked = with_revocation_proven(row, now) if decision.revocation_proven else row.attempt
    if then is State.LIVE:
        booked = _booked(row)
        tried = replace(booked.attempt, recipient=str(decision.destination or booked.attempt.recipient))
        booked = replace(
            booked, attempt=tried, delivered_at=now if booked.delivered_at is None else booked.delivered_at
        )
    changes = OPEN | NO_WAIT | _decided(decision)
    if then is State.WAITING and isinstance(decision.reason, Reason):
        changes |= waiting(row, NotYet(decision.reason, decision.detail), now)
    changes |= {"digest": decision.digest or row.digest, "attempt": booked}
    after = moved(row, State.SETTLING, now, **changes)
    return Transition(after, AuditEntry(decided(then), _decision(after)))


def rescheduling(row: Row, requeue: Requeue, now: float, *, excused: bool = False) -> Transition:
    """Handed back after a look. A pass that the look showed wasn't gone, so what was seen before doesn't
    count any more. `excused`: the failure that follows won't use up an attempt.
    """
    seen = requeue.first_absent_at
    if seen is None and row.state is not State.LIVE and requeue.pass_id is None:
        seen = row.seen_gone
    return Transition(
        replace(
            _handed_back(row, requeue, now),
            seen_gone=seen,
            tries=row.tries + requeue.counted,
            excused=row.excused + excused,
            surprises=0,
        )
    )


def handing_back(row: Row, requeue: Requeue, now: float) -> Transition:
    """Interrupted before anything was learnt. What nothing was done for waits for a poll."""
    surprises = row.surprises + requeue.unexpected
    if row.state is State.CLAIMED and not row.failures:
        step = closing(row, State.WAITING, NotYet(requeue.reason, requeue.detail), now)
        return step._replace(row=replace(step.row, due=now + requeue.wait, surprises=surprises))
    after = replace(_handed_back(row, requeue, now), surprises=surprises, tries=row.tries + requeue.counted)
    return Transition(replace(after, own_wait=waited(row, now), own_since=None))


def _handed_back(row: Row, requeue: Requeue, now: float) -> Row:
    """REVOKING and SETTLING keep their reason: it is what will be said on the ticket."""
    booked = row.attempt
    if booked and (requeue.pass_id or requeue.used_at is not None):
        known = booked.attempt
        used = requeue.used_at if known.used_at is None else known.used_at
        start = known.start if known.pass_id or requeue.start is None else requeue.start
        booked = replace(
            booked,
            attempt=replace(known, pass_id=known.pass_id or requeue.pass_id, start=start, used_at=used),
        )
    why: dict[str, Any] = {"reason": requeue.reason, "detail": requeue.detail}
    if row.state in {State.REVOKING, State.SETTLING}:
        why = {}
    return replace(row, due=now + requeue.wait, updated_at=now, attempt=booked, **FREE, **why)


def closing(
    row: Row,
    state: State,
    verdict: NotYet | None,
    now: float,
    *,
    revocation_proven: bool = False,
    left_watch: bool = False,
    excused: bool = False,
) -> Transition:
    """Handed back in another state. The verdict on a settled ticket is why it could not be said there.

    `excused`: it waits for what all wait for.
    """
    if state not in _WITHOUT_PASS | {State.LIVE}:
        raise ValueError(f"{row.number}: nothing is handed back as {state}")
    if row.state is State.SETTLING and state is not row.then_:
        raise ValueError(f"{row.number}: {row.then_} was decided, not {state}")
    booked = with_revocation_proven(row, now) if revocation_proven else row.attempt
    changes: dict[str, Any] = FREE | {"then_": None, "tries": 0, "seen_gone": None, "attempt": booked}
    told = row.state is State.SETTLING
    if (
        verdict
        and state in {State.WAITING, State.CLAIMED, State.LIVE}
        and not (told and state is State.WAITING)
    ):
        changes |= {"reason": verdict.reason, "detail": verdict.detail}
    waits = verdict is not None and row.state in {State.CLAIMED, State.ISSUING}
    if told and state is State.WAITING:  # and isn't told so again, whether the desk took the note or not
        changes |= {"wait_said": claim_of(row).wait_mark}
    else:
        changes |= waiting(row, verdict, now, excused=excused) if waits and verdict else NO_WAIT
    if state is State.REFUSED:
        changes |= {"refused_at": now, "absent_at": now if left_watch else None}
        changes |= {} if verdict else refusal_said(row)
    after = moved(row, state, now, **changes)
    if state is State.LIVE:
        after = replace(after, due=first_round(_booked(after), now))
    elif state is State.CLAIMED and verdict:
        after = replace(after, due=now + NOT_AT_ONCE)
    waited = State.CLAIMED if row.failures else State.WAITING
    if row.state is State.CLAIMED and row.reason == after.reason and state is waited:
        return Transition(after)  # waits as before, for the same reason: no news
    unsaid = {"unsaid": verdict.detail} if verdict is not None and told else {}
    return Transition(after, AuditEntry(closed(state), _decision(after) | unsaid))


def first_round(booked: Booked, now: float) -> float:
    """The time at which a pass that was handed over is looked after for the first time: before its start,
    also where the word about it took long.
    """
    start = booked.booked_at + booked.attempt.fence  # on the ledger's clock
    return max(now, min(now + NOT_AT_ONCE, start - BEFORE_START)) if start > now else now + NOT_AT_ONCE


def refusal_said(row: Row) -> dict[str, str | None]:
    """The marks of what the ticket carries in words, once a refusal is settled. The same refusal wasn't
    written again: then a wait that was told since is still the last word.
    """
    mark = claim_of(row).refusal_mark
    return {} if mark == row.said else {"said": mark, "wait_said": None}


def waiting(row: Row, verdict: NotYet, now: float, *, excused: bool = False) -> dict[str, Any]:
    """The columns that keep the age of a wait. Its time stands still while it waits for what all wait for."""
    own = verdict.own and not excused
    return {
        "wait_since": now if row.wait_since is None else row.wait_since,
        "own_since": now if own else None,
        "own_wait": waited(row, now),
        "surprises": 0,
    }


def waited(row: Row, now: float) -> float:
    """Seconds that the ticket waited for what is its own."""
    return row.own_wait + (0.0 if row.own_since is None else max(0.0, now - row.own_since))


def waited_in_all(row: Row, now: float) -> float:
    """Seconds that the ticket waited, for whatever it was."""
    return 0.0 if row.wait_since is None else max(0.0, now - row.wait_since)


def _booked(row: Row) -> Booked:
    if row.attempt is None:
        raise ValueError(f"{row.number}: nothing was attempted yet")
    return row.attempt


def _fingerprint(attempt: Attempt) -> dict[str, object]:
    return {"reference": attempt.reference, "start": attempt.start, "lifetime": attempt.lifetime}


def _decided(decision: Decision) -> dict[str, Any]:
    """The columns that keep a decision."""
    return {"then_": decision.next_state, "reason": decision.reason, "detail": decision.detail}


def _decision(row: Row) -> dict[str, object]:
    """The decision, its reason and its attempt, as the trail keeps them; empty values are left out."""
    said = {
        "then": row.then_,
        "reason": row.reason,
        "detail": row.detail,
        "reference": row.attempt.attempt.reference if row.attempt else None,
        "gone": row.attempt.gone_at is not None if row.attempt else None,
        "failures": row.failures,
    }
    return {name: value for name, value in said.items() if value}


# A person's verbs

MAY_BE_OUT = frozenset({State.ISSUING, State.DELIVERING, State.REVOKING, State.SETTLING, State.LIVE})


def pass_may_be_out(row: Row) -> bool:
    """Tell whether there is something to revoke: a pass, or another attempt that is about to be made."""
    match row.state:
        case State.ISSUING | State.DELIVERING | State.LIVE:
            return True
        case State.SETTLING:
            return row.then_ is State.LIVE
        case State.REVOKING:
            return row.then_ is State.CLAIMED
        case _:
            return False


def revoke_asked(row: Row, why: str, now: float) -> Transition:
    """Somebody wants the pass gone; whoever works on it loses the row."""
    changes = OPEN | FREE | NO_WAIT
    changes |= {"then_": State.ENDED, "reason": Ending.REVOKED, "detail": why, "fence": row.fence + 1}
    # Due whatever the worker's clock says: the machine's may have been set since that worker began.
    after = replace(moved(row, State.REVOKING, now, **changes), due=0.0)
    return Transition(after, AuditEntry(Event.REVOCATION_REQUESTED, _decision(after)))


def released(row: Row, now: float) -> Transition:
    """A stuck ticket is judged again, as if nothing had failed."""
    changes: dict[str, Any] = OPEN | FREE | NO_WAIT
    changes |= {"failures": 0, "excused": 0, "forgiven": True, "fence": row.fence + 1}
    after = moved(row, State.WAITING, now, **changes)
    return Transition(after, AuditEntry(Event.RELEASED, {"reason": row.reason}))


def reissued(row: Row, now: float) -> Transition:
    """A ticket that had its pass may have one more; the one that it has is revoked first. A person allows it,
    for whom its names are of now: it is judged as if for the first time.
    """
    after = replace(row, granted=True, fence=row.fence + 1, updated_at=now, pins=None, **FREE)
    if pass_may_be_out(row):
        after = replace(revoke_asked(row, "Another pass was requested.", now).row, granted=True, pins=None)
    return Transition(after, AuditEntry(Event.REISSUE_REQUESTED, _decision(after)))
