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
from dataclasses import replace

from connector.domain.errors import Unwritten
from connector.domain.outcome import Again, Decision, DidNot, Happened, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.ticket import Attempt, Claim, Standing
from connector.lifecycle.roles import Rest, Roles
from connector.lifecycle.settling import settle

USED = "The pass was used before its delivery could be confirmed."


def revoke(claim: Claim, decision: Decision, roles: Roles) -> State:
    """Write that the pass must go, and begin."""
    try:
        held = roles.book.revoking(claim, decision)
    except Unwritten:
        if claim.tried.pass_id:  # revoking never waits for the ledger
            roles.issuer.delete(claim.tried.subject.id, claim.tried.pass_id)
        raise
    return ensure_gone(held, roles)


def ensure_gone(claim: Claim, roles: Roles) -> State:
    """Delete what is ours and go on once it is proven gone. Raises Down, Lost, Unwritten."""
    attempt, now = claim.tried, roles.issuer.now()
    if now >= attempt.end + roles.start_slack:
        if attempt.pass_id:
            roles.issuer.delete(attempt.subject.id, attempt.pass_id)  # for tidiness: its time is over
        return after_revocation(claim, roles)
    standing = [each for each in roles.issuer.look(attempt.subject.id) if each.is_of(attempt)]
    now = roles.issuer.now()
    if any(each.used for each in standing) and claim.then is State.CLAIMED:
        return settle(roles.book.settling(claim, Decision(State.LIVE, detail=USED)), roles)  # somebody had it
    failed = delete(claim, standing, roles)
    if standing or failed:
        return roles.book.rest(claim, learnt(attempt, standing, failed, roles))
    if (missing := no_more_after(attempt, roles) - now) > 0:
        return roles.book.rest(claim, Rest(wait=min(missing, 60)))
    if claim.seen_gone is None:
        return roles.book.rest(claim, Rest(seen_gone=now, wait=roles.confirm_interval))
    if now < claim.seen_gone + roles.confirm_interval:
        return roles.book.rest(claim, Rest(wait=claim.seen_gone + roles.confirm_interval - now))
    return after_revocation(claim, roles)


def delete(claim: Claim, standing: Sequence[Standing], roles: Roles) -> DidNot | Unknown | None:
    """What a look shows, and what it doesn't show and we know of, until that is answered: a look may be older
    than the pass.

    Why one isn't deleted; None: Entra took them all.
    """
    attempt = claim.tried
    doomed = {each.id for each in standing}
    if attempt.pass_id and claim.seen_gone is None:
        doomed.add(attempt.pass_id)
    done = [roles.issuer.delete(attempt.subject.id, each) for each in sorted(doomed)]
    failed = [each for each in done if not isinstance(each, Happened)]
    return next((each for each in failed if isinstance(each, DidNot)), next(iter(failed), None))


def learnt(
    attempt: Attempt, standing: Sequence[Standing], failed: DidNot | Unknown | None, roles: Roles
) -> Rest:
    """Why it isn't gone yet; its id and start, where no other attempt's pass looks like it: one that comes
    late may lie within a minute of ours.
    """
    for_good = isinstance(failed, DidNot) and failed.again is Again.COUNTED
    rest = Rest(detail=failed.detail if failed else "", wait=roles.confirm_interval, told=for_good)
    seen = next(iter(standing), None)
    if seen and (not attempt.fence or seen.start == attempt.asked):
        return replace(rest, pass_id=seen.id, start=seen.start)
    return rest


def no_more_after(attempt: Attempt, roles: Roles) -> int:
    """From when on no pass of this attempt is waited for any more, on Entra's clock."""
    if attempt.pass_id:
        return 0
    return landed_by(attempt, roles) if attempt.fence else attempt.end + roles.start_slack


def landed_by(attempt: Attempt, roles: Roles) -> int:
    """When its pass is to be seen if it was made, on Entra's clock: at its start, or long after the POST."""
    return min(attempt.start, attempt.start - attempt.fence + roles.far_start_timeout) + roles.start_slack


def after_revocation(claim: Claim, roles: Roles) -> State:
    """It is gone. Another attempt, or what was to follow."""
    assert claim.then
    decision = Decision(claim.then, claim.reason, claim.detail, revocation_proven=True)
    if claim.then is State.CLAIMED and claim.failures < roles.max_attempts:
        return roles.book.close(claim, State.CLAIMED, revocation_proven=True)
    if claim.then is State.CLAIMED:
        decision = replace(decision, next_state=State.STUCK, reason=Reason.ATTEMPTS_EXHAUSTED)
    return settle(roles.book.settling(claim, decision), roles)
