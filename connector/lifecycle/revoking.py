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

USED = "It was used before anybody could see that it was handed over."


def revoke(claim: Claim, decision: Decision, ask: Roles) -> State:
    """Write that the pass must go, and begin."""
    try:
        held = ask.book.revoking(claim, decision)
    except Unwritten:
        if claim.tried.pass_id:  # revoking never waits for the ledger
            ask.issuer.delete(claim.tried.subject.id, claim.tried.pass_id)
        raise
    return ensure_gone(held, ask)


def ensure_gone(claim: Claim, ask: Roles) -> State:
    """Delete what is ours and go on once it is proven gone. Raises Down, Lost, Unwritten."""
    attempt, now = claim.tried, ask.issuer.now()
    if now >= attempt.end + ask.margin:
        if attempt.pass_id:
            ask.issuer.delete(attempt.subject.id, attempt.pass_id)  # for tidiness: its time is over
        return go_on(claim, ask)
    standing = [each for each in ask.issuer.look(attempt.subject.id) if each.is_of(attempt)]
    now = ask.issuer.now()
    if any(each.used for each in standing) and claim.then is State.CLAIMED:
        return settle(ask.book.settling(claim, Decision(State.LIVE, detail=USED)), ask)  # somebody had it
    failed = delete(claim, standing, ask)
    if standing or failed:
        return ask.book.rest(claim, learnt(attempt, standing, failed, ask))
    if (missing := no_more_after(attempt, ask) - now) > 0:
        return ask.book.rest(claim, Rest(wait=min(missing, 60)))
    if claim.seen_gone is None:
        return ask.book.rest(claim, Rest(seen_gone=now, wait=ask.apart))
    if now < claim.seen_gone + ask.apart:
        return ask.book.rest(claim, Rest(wait=claim.seen_gone + ask.apart - now))
    return go_on(claim, ask)


def delete(claim: Claim, standing: Sequence[Standing], ask: Roles) -> DidNot | Unknown | None:
    """What a look shows, and what it doesn't show and we know of, until that is answered: a look may be older
    than the pass.

    Why one isn't deleted; None: Entra took them all.
    """
    attempt = claim.tried
    doomed = {each.id for each in standing}
    if attempt.pass_id and claim.seen_gone is None:
        doomed.add(attempt.pass_id)
    done = [ask.issuer.delete(attempt.subject.id, each) for each in sorted(doomed)]
    failed = [each for each in done if not isinstance(each, Happened)]
    return next((each for each in failed if isinstance(each, DidNot)), next(iter(failed), None))


def learnt(
    attempt: Attempt, standing: Sequence[Standing], failed: DidNot | Unknown | None, ask: Roles
) -> Rest:
    """Why it isn't gone yet; its id and start, where no other attempt's pass looks like it: one that comes
    late may lie within a minute of ours.
    """
    for_good = isinstance(failed, DidNot) and failed.again is Again.COUNTED
    rest = Rest(detail=failed.detail if failed else "", wait=ask.apart, told=for_good)
    seen = next(iter(standing), None)
    if seen and (not attempt.fence or seen.start == attempt.asked):
        return replace(rest, pass_id=seen.id, start=seen.start)
    return rest


def no_more_after(attempt: Attempt, ask: Roles) -> int:
    """From when on no pass of this attempt is waited for any more, on Entra's clock."""
    if attempt.pass_id:
        return 0
    return landed_by(attempt, ask) if attempt.fence else attempt.end + ask.margin


def landed_by(attempt: Attempt, ask: Roles) -> int:
    """When its pass is to be seen if it was made, on Entra's clock: at its start, or long after the POST."""
    return min(attempt.start, attempt.start - attempt.fence + ask.patience) + ask.margin


def go_on(claim: Claim, ask: Roles) -> State:
    """It is gone. Another attempt, or what was to follow."""
    assert claim.then
    decision = Decision(claim.then, claim.reason, claim.detail, revocation_proven=True)
    if claim.then is State.CLAIMED and claim.failures < ask.most:
        return ask.book.close(claim, State.CLAIMED, revocation_proven=True)
    if claim.then is State.CLAIMED:
        decision = replace(decision, next_state=State.STUCK, reason=Reason.ATTEMPTS_EXHAUSTED)
    return settle(ask.book.settling(claim, decision), ask)
