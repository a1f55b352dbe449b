"""Liveness: what must have come about, some time after faults have stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.domain.reference import find_all
from tests.simulation.invariants import invariant
from tests.simulation.shape import Crash, Fate, Outage, Overlap, Stop
from tests.simulation.truth import Made
from tests.simulation.views import (
    held_back,
    in_our_hands,
    is_linked,
    notes_hold_passes,
    row_of,
    told_nothing,
    used,
    waits_for_nothing,
    was_used,
)

if TYPE_CHECKING:
    from tests.simulation.world import World

QUIET = 600.0


@invariant("settled")
def everything_settles(world: World, _: None) -> str | None:
    """Within 10 minutes. What has no fence waits until its pass must have expired, what starts far ahead for
    ten minutes, and words wait while TOPdesk is told nothing.
    """
    for row in world.known_rows.values():
        attempt = row.attempt.attempt if row.attempt else None
        expiring = (
            row.state is State.REVOKING
            and attempt
            and not attempt.fence
            and world.entra_clock() < attempt.end + 60
        )
        far = attempt and attempt.fence > 600 and world.entra_clock() < attempt.start - attempt.fence + 900
        expiring = expiring or (row.state is State.REVOKING and far)
        expiring = expiring or (row.state is State.SETTLING and held_back(world))
        since = world.truth.restless.get(row.ticket, world.hub.now)
        if row.ticket in world.truth.restless and not expiring and since < world.hub.now - QUIET / 2:
            return f"{row.number} is still {row.state} ({row.reason})"
    return None


@invariant("settled")
def cancelled_are_revoked(world: World, _: None) -> str | None:
    for row in world.known_rows.values():
        since = world.truth.since(row.ticket, lambda seen: not in_our_hands(world, seen, True))
        if (
            row.state is State.LIVE
            and since is not None
            and since < world.hub.now - 300
            and not was_used(world, row)
        ):
            return (
                f"{row.number} left our hands at {since:.1f}, and its pass is still looked after as delivered"
            )
    return None


@invariant("settled")
def nobody_waits_for_nothing(world: World, _: None) -> str | None:
    """A ticket that may have a pass, for a person who has none, gets one."""
    for ticket, row in world.incidents.items():
        if reason := waits_for_nothing(world, ticket, row):
            return f"{row['number']} waits: {reason}"
    return None


@invariant("settled")
def lost_passes_are_noticed(world: World, _: None) -> str | None:
    """What is LIVE in the ledger lives in Entra, or was used."""
    for row in world.known_rows.values():
        if row.state is State.LIVE and row.attempt and world.shape.calm and not was_used(world, row):
            made = world.truth.made.get(row.attempt.attempt.pass_id or "")
            if (
                made
                and made.attempt.fence > 600
                and world.entra_clock() < made.attempt.start - made.attempt.fence + 800
            ):
                continue  # so far ahead of the start, looks are not believed for ten minutes
            held = world.passes.standing(made.born.user) if made else None
            lost = [
                event.at
                for event in world.passes.audit
                if made and event.id == made.born.id and event.what != "created"
            ]
            seldom = made is not None and world.entra_clock() > made.born.start + 600
            if lost and lost[-1] > world.entra_clock() - (860 if seldom else 200):
                continue  # after-care need not have looked since
            if made is None or held is None or held.id != made.born.id:
                return f"{row.number} is LIVE, and its pass is gone"
    return None


@invariant("settled")
def last_note_is_the_last_attempts(world: World, _: None) -> str | None:
    if world.shape.journal != "readable" or world.shape.field_ != "work_notes":
        return None
    for row in world.known_rows.values():
        if row.state is not State.LIVE or not row.attempt or was_used(world, row):
            continue
        noted = [
            made
            for made in world.truth.made.values()
            if world.truth.tickets[made.attempt.reference] == row.ticket
        ]
        if (
            world.shape.mails or world.shape.topdesk
        ):  # the word about a mail, or about the end, names an attempt, too
            noted = [replace(made, noted_at=made.named_at) for made in noted]
        noted = sorted(
            (made for made in noted if made.noted_at is not None), key=lambda made: made.noted_at or 0
        )
        if noted and (noted[-1].noted_at or 0) > world.entra_clock() - 300:
            continue  # after-care may not have looked since
        if (
            noted
            and noted[-1].attempt.reference != row.attempt.attempt.reference
            and noted[-1].noted_at != noted[0].noted_at
        ):
            return f"the last note on {row.number} is of {noted[-1].name}"
    return None


@invariant("settled")
def the_word_is_said(world: World, _: None) -> str | None:
    """A refusal that was told is told in words that name the ticket's reference."""
    for row in world.known_rows.values():
        if row.state in {State.REFUSED, State.STUCK} and told_nothing(world, row) and not held_back(world):
            return f"{row.number} is {row.state} ({row.reason}), and nobody was told"
    return None


@invariant("settled")
def revoked_stay_revoked(world: World, _: None) -> str | None:
    for ticket in world.truth.revoked:
        row = row_of(world, ticket)
        if row and row.state is not State.ENDED and row.ticket not in world.truth.restless:
            return f"{row.number} is {row.state}, though an operator revoked its pass"
    return None


@invariant("settled")
def forbidden_are_revoked_before_the_start(world: World, _: None) -> str | None:
    """Whoever becomes forbidden within seconds of the POST is seen by after-care's first look, while the
    fence runs.
    """
    for made in _handed_over_in_time(world):
        since, why = world.truth.forbidden.get(made.born.user, (1e9, ""))
        if world.shape.entra.at(since) < made.born.start - 65:
            return f"the person {why} since {since:.1f}, and {made.name} still lives"
    return None


@invariant("settled")
def linked_are_revoked_before_the_start(world: World, _: None) -> str | None:
    """So is a ticket that is linked to another within seconds of the POST: the desk shows its note there."""
    for made in _handed_over_in_time(world) if notes_hold_passes(world) else ():
        since = world.truth.since(world.truth.tickets[made.attempt.reference], is_linked)
        if since is not None and world.shape.entra.at(since) < made.born.start - 65:
            return f"the ticket of {made.name}, which still lives, is linked to another since {since:.1f}"
    return None


def _handed_over_in_time(world: World) -> Iterator[Made]:
    """The unused passes of rows that live, which somebody held long enough before their start."""
    for row in world.known_rows.values() if world.shape.steady else ():
        if row.state is State.LIVE and row.attempt and row.attempt.attempt.fence >= 75:
            for made in world.truth.by_reference.get(row.attempt.attempt.reference, []):
                soon = made.held_at is not None and made.held_at < made.born.start - 60
                if soon and not used(world, made):
                    yield made


@invariant("ended")
def own_fields_are_emptied(world: World, _: None) -> str | None:
    """Where nothing kept us from it, no pass, dead as it is, stands in a field of its own for good."""
    late = any(isinstance(each, Fate) and each.kind in {"late", "twice"} for each in world.shape.kept)
    shut = any(isinstance(each, Outage) and each.service == "field" for each in world.shape.kept)
    late = late or any(
        isinstance(each, Crash | Stop | Overlap) for each in world.shape.kept
    )  # it goes on with what it was about
    if late or shut or world.shape.kind == "journal":
        return None
    for row in world.known_rows.values():
        over = row.state is State.ENDED and row.updated_at < world.operator.clock() - 300
        found = [
            made
            for made in world.truth.made.values()
            if made.born.text in world.incidents[row.ticket].get("u_pass", "")
        ]
        if over and found:
            return f"{found[0].name} stands in the field of {row.number}, which ended"
    return None


@invariant("settled")
def who_comes_back_is_judged_again(world: World, _: None) -> str | None:
    """A refused ticket that our refusal took out of the queue, and that somebody put back since."""
    for row in world.known_rows.values():
        if row.state is not State.REFUSED or row.absent_at is None:
            continue
        back = world.truth.since(row.ticket, lambda seen: not in_our_hands(world, seen, False))
        since = (
            world.truth.since(row.ticket, lambda seen: in_our_hands(world, seen, False))
            if back is None
            else None
        )
        decided = world.truth.decided.get(row.ticket, 0.0)
        if since is not None and decided < since < world.hub.now - 300:
            return f"{row.number} is back in the queue since {since:.1f}, and was not judged again"
    return None


@invariant("settled")
def tickets_are_not_flooded(world: World, _: None) -> str | None:
    for ticket, row in world.incidents.items():
        said = [each for each in world.notes(ticket) if find_all(each)]
        if len(said) > 14:
            return f"{len(said)} notes stand on {row['number']}"
    return None


@invariant("ended")
def used_are_ended(world: World, _: None) -> str | None:
    """A quarter of an hour after its use was seen, a pass is deleted; it is looked at every ten minutes."""
    for row in world.known_rows.values():
        for made in world.truth.by_reference.get(row.attempt.attempt.reference, []) if row.attempt else []:
            at = next(
                (
                    event.at
                    for event in world.passes.audit
                    if event.what == "used" and event.id == made.born.id
                ),
                None,
            )
            if row.state is State.LIVE and made.born.one_time and at and world.entra_clock() > at + 2100:
                return f"{made.name} was used {world.entra_clock() - at:.0f} s ago, and is still looked after"
    return None


@invariant("ended")
def everything_ends(world: World, _: None) -> str | None:
    """After its lifetime, its grace and some minutes nothing is looked after any more, and nothing of ours
    stands.
    """
    newest = max((made.born.end for made in world.truth.made.values()), default=0.0)
    if world.entra_clock() < newest + 1000:
        return None
    for row in world.known_rows.values():
        if row.state is State.LIVE:
            return f"{row.number} is still LIVE"
    return None
