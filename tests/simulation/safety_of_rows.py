"""Safety: what may never be written in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.errors import PassdeskError
from connector.domain.outcome import Ending, State
from connector.domain.ticket import Claim
from connector.ledger.rows import Row
from tests.simulation.invariants import invariant
from tests.simulation.safety_of_posts import LOOKED
from tests.simulation.shape import Crash, Fate, Outage, Overlap, Stop
from tests.simulation.views import alive, made_for, trail, used

if TYPE_CHECKING:
    from tests.simulation.world import World

Change = tuple[Row | None, Row, Claim | None, str]  # before, after, the claim that wrote, its owner


def _booked(change: Change) -> bool:
    """Whether this write books a new attempt."""
    before, after, *_ = change
    return after.state is State.ISSUING and (before is None or before.attempts != after.attempts)


@invariant("row")
def one_pass_a_person(world: World, change: Change) -> str | None:
    standing: dict[str, str] = {}
    for row in world.known_rows.values():
        if row.open_attempt:
            person = row.open_attempt.subject.id
            if person in standing:
                return f"{row.open_attempt.reference} and {standing[person]} are the same person's"
            standing[person] = row.open_attempt.reference
    return None


@invariant("row")
def booked_on_a_look_of_the_last_seconds(world: World, change: Change) -> str | None:
    """Where the directory was slow, the ticket is read again once it has answered. The worker's own clock may
    drift by a tenth of a second meanwhile.
    """
    _, after, _, owner = change
    if not _booked(change):
        return None
    looked, answered = world.truth.looked_at.get((owner, after.ticket)), world.hub.me.notes["answered"]
    if looked is not None and answered - looked <= LOOKED + 0.1:
        return None
    since = "never" if looked is None else f"{answered - looked:.1f} s before the directory's last answer"
    return f"{after.number} is booked, and was last read {since}"


@invariant("row")
def one_delivered_pass_a_ticket(world: World, change: Change) -> str | None:
    _, after, *_ = change
    if after.attempt and after.attempt.delivered_at is not None:
        known = world.truth.delivered.setdefault(after.ticket, [])
        if after.attempt.attempt.reference not in known:
            known.append(after.attempt.attempt.reference)
        if len(known) > 1 + world.truth.releases.get(after.ticket, 0) + world.truth.more.get(after.ticket, 0):
            return f"{after.number} had {' and '.join(known)}"
    return None


@invariant("row")
def note_before_claiming_delivered(world: World, change: Change) -> str | None:
    before, after, *_ = change
    new = after.attempt and after.attempt.delivered_at is not None
    if (
        not new
        or after.attempt is None
        or (before and before.attempt and before.attempt.delivered_at is not None)
    ):
        return None
    made = world.truth.by_reference.get(after.attempt.attempt.reference, [])
    if any(used(world, each) for each in made_for(world, after.ticket)):
        return None  # whoever used a pass had it
    if _unread(world):
        return None
    held = any(each.noted_at is not None or each.mailed_at is not None for each in made)
    return None if held else f"{after.attempt.attempt.reference} stands in no note"


def _unread(world: World) -> bool:
    """A note that TOPdesk garbled, and whose reading back was interrupted: later, its reference is all that
    anybody can tell.
    """
    garbled = any(
        isinstance(each, Outage) and each.service in {"garbled", "masked"} for each in world.shape.kept
    )
    broken = any(
        isinstance(each, Crash | Stop | Overlap)
        or (isinstance(each, Fate) and each.channel in {"PATCH", "journal", "operator", "ledger"})
        or (isinstance(each, Outage) and each.service in {"desk", "trail", "ledger"})
        for each in world.shape.kept
    )
    return garbled and broken


@invariant("row")
def each_attempt_has_its_own_reference(world: World, change: Change) -> str | None:
    _, after, *_ = change
    if not _booked(change) or after.attempt is None:
        return None
    reference = after.attempt.attempt.reference
    if reference in world.truth.booked:
        return f"{reference} is booked twice"
    world.truth.booked.add(reference)
    return None


@invariant("row")
def attempts_are_bounded(world: World, change: Change) -> str | None:
    _, after, *_ = change
    counted = after.failures - after.excused
    return f"{after.number} failed {counted} times" if counted > 4 else None


@invariant("row")
def only_the_last_claim_writes(world: World, change: Change) -> str | None:
    """Or the first one on a ticket that waits, whose claim is written with what it led to."""
    before, after, claim, _ = change
    if before is None or claim is None or (claim.owner, claim.token) == (before.owner, before.fence):
        return None
    if before.state is State.WAITING and claim.token == before.fence + 1 == after.fence:
        return None
    return (
        f"{after.number}: {claim.owner} writes with fence {claim.token}, and {before.owner} has it with "
        f"{before.fence}"
    )


@invariant("row")
def leases_are_kept(world: World, change: Change) -> str | None:
    """Nobody takes what another holds on a lease that runs, by the taker's own clock."""
    before, after, _, owner = change
    if before is None or before.owner is None or after.owner != owner or before.owner == owner:
        return None
    clock = world.clock_of(owner)
    runs = clock is not None and before.lease_until is not None and before.lease_until > clock
    return f"{after.number} is taken from {before.owner} before its time" if runs else None


@invariant("row")
def nothing_booked_while_paused(world: World, change: Change) -> str | None:
    return (
        "an attempt is booked while passdesk is paused"
        if _booked(change) and world.operator.paused() is not None
        else None
    )


@invariant("row")
def limits_hold(world: World, change: Change) -> str | None:
    _, after, *_ = change
    if not _booked(change) or after.attempt is None:
        return None
    mine = after.attempt.attempt
    others = [each for each in world.truth.counted.values() if each.reference != mine.reference]
    counts = (
        sum(each.subject.id == mine.subject.id for each in others),
        sum(each.requester == mine.requester for each in others),
        len(others),
    )
    person, asker, in_all = world.shape.limits
    raised = [most for since, until, most in world.truth.raised if since <= world.hub.now < until + 1]
    limits = (person, max([asker, *raised]), in_all)
    over = [had for had, most in zip(counts, limits, strict=True) if had >= most]
    return f"{mine.reference} is booked beside {over[0]} others" if over else None


@invariant("row")
def count_what_was_delivered(world: World, change: Change) -> str | None:
    """Keeps the count that limits_hold looks at: attempts that were delivered, or may still be."""
    for row in world.known_rows.values():
        if row.attempt:
            counts = row.attempt.delivered_at is not None or row.attempt.gone_at is None
            if counts:
                world.truth.counted[row.attempt.attempt.reference] = row.attempt.attempt
            else:
                world.truth.counted.pop(row.attempt.attempt.reference, None)
    return None


@invariant("row")
def gone_only_after_the_fence(world: World, change: Change) -> str | None:
    """A pass whose id was never known is believed gone only when none can arrive any more."""
    before, after, *_ = change
    if not (before and before.open_attempt and after.attempt and after.attempt.gone_at is not None):
        return None
    attempt = after.attempt.attempt
    unsure = attempt.reference in world.truth.unanswered
    limit = (min(attempt.start, attempt.start - attempt.fence + 600) if attempt.fence else attempt.end) + 15
    now = world.entra_clock()
    return (
        f"{attempt.reference} is called gone {limit - now:.0f} s too early"
        if unsure and not attempt.pass_id and now < limit - 4
        else None
    )


@invariant("row")
def known_passes_are_deleted(world: World, change: Change) -> str | None:
    """A pass whose id is known is not called gone on looks alone, which may be stale."""
    before, after, *_ = change
    if not (before and before.open_attempt and after.attempt and after.attempt.gone_at is not None):
        return None
    for made in world.truth.by_reference.get(after.attempt.attempt.reference, []):
        known = after.attempt.attempt.pass_id == made.born.id
        if known and made.born.id not in world.truth.deletes and alive(world, made):
            return f"{made.name} is called gone, and nobody asked Entra to delete it"
    return None


@invariant("row")
def used_passes_stay_a_while(world: World, change: Change) -> str | None:
    """Registering a method takes time: a used pass is not ended before its grace is over."""
    before, after, *_ = change
    if (
        after.state is not State.REVOKING
        or (before and before.state is State.REVOKING)
        or after.reason is not Ending.USED
    ):
        return None
    made = world.truth.by_reference.get(after.attempt.attempt.reference, []) if after.attempt else []
    for event in world.passes.audit:
        each = next((each for each in made if each.born.id == event.id and event.what == "used"), None)
        if each and world.entra_clock() < min(event.at + 900, each.born.end) - 4:
            return f"{each.name} was used {world.entra_clock() - event.at:.0f} s ago"
    return None


@invariant("row")
def expired_only_at_the_end(world: World, change: Change) -> str | None:
    """A delivered pass works for as long as its note says."""
    before, after, *_ = change
    if (
        after.reason is not Ending.EXPIRED
        or (before and before.reason is Ending.EXPIRED)
        or after.attempt is None
    ):
        return None
    for made in world.truth.by_reference.get(after.attempt.attempt.reference, []):
        early = made.born.end - world.entra_clock()
        if made.born.id == after.attempt.attempt.pass_id and early > 4:
            return f"{made.name} is called expired {early:.0f} s before its end"
    return None


@invariant("end")
def audit_chain_holds(world: World, _: None) -> str | None:
    chain = world.operator.verify()
    if world.truth.tampered is not None:
        return None  # that is what the world is about
    return None if chain.broken is None else f"line {chain.broken} of the audit trail doesn't fit"


@invariant("row")
def pass_never_in_the_ledger(world: World, change: Change) -> str | None:
    kept = repr(change[1])
    found = [made.name for made in world.truth.made.values() if made.born.text in kept]
    return f"{found[0]} stands in the ledger" if found else None


@invariant("end")
def pass_never_in_the_trail(world: World, _: None) -> str | None:
    kept = " ".join(line.text for line in trail(world))
    found = [made.name for made in world.truth.made.values() if made.born.text in kept]
    return f"{found[0]} stands in the audit trail" if found else None


@invariant("error")
def nothing_unexpected(world: World, error: Exception) -> str | None:
    return (
        f"{type(error).__name__}: {error}"
        if world.strict and not isinstance(error, PassdeskError) and not world.network.out("poison")
        else None
    )
