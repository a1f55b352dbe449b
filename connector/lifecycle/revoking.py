"""A pass must go. REVOKING is written by the journey, recovery, after-care and a person's verbs; ensure_gone
makes it true.

A look may be stale and a deletion's 204 proves nothing. A pass is gone when its time is over; or when two
looks, apart, show nothing, and none can arrive any more: because its id is known, so it had arrived, or
because its fence has passed, and Entra refuses a start that lies behind. A start far ahead isn't waited for.
Until its start has passed, aftercare.watch goes on looking for what still lands: a POST that was given up, or
that arrives a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from connector.domain.errors import Down, Unwritten
from connector.domain.outcome import Decision, DidNot, Happened, Retry, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.ticket import Attempt, Claim, ExistingPass
from connector.lifecycle.ledger_roles import Requeue
from connector.lifecycle.roles import Roles
from connector.lifecycle.settling import settle

USED = "The pass was used before its delivery could be confirmed."


def revoke(claim: Claim, decision: Decision, roles: Roles) -> State:
    """Write that the pass must go, and begin."""
    try:
        held = roles.book.revoking(claim, decision)
    except Unwritten:
        delete_unwritten(claim, roles)
        raise
    return ensure_gone(held, roles)


def delete_unwritten(claim: Claim, roles: Roles) -> None:
    """Revoking never waits for the ledger or its trail: what is ours is deleted now. The row stays as it is,
    so that the revocation is written as soon as it can be.
    """
    attempt, existing = claim.current_attempt, list[ExistingPass]()
    with suppress(Down):
        existing = shown(attempt, roles)
    delete(replace(claim, first_absent_at=None), existing, roles)


def shown(attempt: Attempt, roles: Roles) -> list[ExistingPass]:
    """The passes of this attempt that the directory shows. Raises Down."""
    existing = roles.issuer.look(attempt.subject.id, urgent=True)
    return [each for each in existing if each.belongs_to(attempt)]


def ensure_gone(claim: Claim, roles: Roles) -> State:
    """Delete what is ours and go on once it is proven gone. Raises Down, Lost, Unwritten."""
    attempt, now = claim.current_attempt, roles.issuer.now()
    if now >= attempt.end + roles.start_slack:
        if attempt.pass_id:
            roles.issuer.delete(attempt.subject.id, attempt.pass_id)  # for tidiness: its time is over
        return after_revocation(claim, roles)
    existing = shown(attempt, roles)
    now = roles.issuer.now()
    if any(each.used for each in existing) and claim.next_state is State.CLAIMED:
        return settle(roles.book.settling(claim, Decision(State.LIVE, detail=USED)), roles)  # somebody had it
    failed = delete(claim, existing, roles)
    if existing or failed:
        return roles.book.reschedule(claim, findings(attempt, existing, failed, roles))
    if (missing := no_more_after(attempt, roles) - now) > 0:
        return roles.book.reschedule(claim, Requeue(wait=min(missing, 60)))
    if claim.first_absent_at is None:
        return roles.book.reschedule(claim, Requeue(first_absent_at=now, wait=roles.confirm_interval))
    if now < claim.first_absent_at + roles.confirm_interval:
        return roles.book.reschedule(
            claim, Requeue(wait=claim.first_absent_at + roles.confirm_interval - now)
        )
    return after_revocation(claim, roles)


def delete(claim: Claim, existing: Sequence[ExistingPass], roles: Roles) -> DidNot | Unknown | None:
    """Delete every pass that the look shows, and the known id even if the look does not show it: looks may be
    stale. Return the first failure, or None.

    Why one isn't deleted; None: Entra took them all.
    """
    attempt = claim.current_attempt
    doomed = {each.id for each in existing}
    if attempt.pass_id and claim.first_absent_at is None:
        doomed.add(attempt.pass_id)
    done = [roles.issuer.delete(attempt.subject.id, each) for each in sorted(doomed)]
    failed = [each for each in done if not isinstance(each, Happened)]
    return next((each for each in failed if isinstance(each, DidNot)), next(iter(failed), None))


def findings(
    attempt: Attempt, existing: Sequence[ExistingPass], failed: DidNot | Unknown | None, roles: Roles
) -> Requeue:
    """Write down why the pass isn't gone yet. Its id and start are kept only if no other attempt's pass
    could look like it.
    """
    for_good = isinstance(failed, DidNot) and failed.retry is Retry.COUNTED
    rest = Requeue(detail=failed.detail if failed else "", wait=roles.confirm_interval, counted=for_good)
    seen = next(iter(existing), None)
    if seen and (not attempt.fence or seen.start == attempt.asked):
        return replace(rest, pass_id=seen.id, start=seen.start)
    return rest


def no_more_after(attempt: Attempt, roles: Roles) -> int:
    """From when on no pass of this attempt is waited for any more, on Entra's clock."""
    if attempt.pass_id:
        return 0
    return landed_by(attempt, roles) if attempt.fence else attempt.end + roles.start_slack


def landed_by(attempt: Attempt, roles: Roles) -> int:
    """The time by which the pass must be visible if it was made, on Entra's clock: at its start, or long
    after the POST.
    """
    return min(attempt.start, attempt.start - attempt.fence + roles.far_start_timeout) + roles.start_slack


def after_revocation(claim: Claim, roles: Roles) -> State:
    """It is gone. Another attempt, or what was to follow."""
    assert claim.next_state
    decision = Decision(claim.next_state, claim.reason, claim.detail, revocation_proven=True)
    if claim.next_state is State.CLAIMED and claim.failures - claim.excused < roles.max_attempts:
        return roles.book.close(claim, State.CLAIMED, revocation_proven=True)
    if claim.next_state is State.CLAIMED:
        decision = replace(decision, next_state=State.STUCK, reason=Reason.ATTEMPTS_EXHAUSTED)
    return settle(roles.book.settling(claim, decision), roles)
