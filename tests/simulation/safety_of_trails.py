"""Safety at TOPdesk: what callers may never see for long, and what is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.ledger.rows import claim_of
from tests.simulation.invariants import invariant
from tests.simulation.safety_of_rows import Change
from tests.simulation.safety_of_words import SENTENCE
from tests.simulation.shape import Crash, Fate, Outage, Overlap, Stop
from tests.simulation.trail import US
from tests.simulation.truth import Made, Patch, Removal
from tests.simulation.views import alive, used

if TYPE_CHECKING:
    from tests.simulation.world import World

SOON = 120.0  # seconds


def _seen(world: World, made: Made) -> bool:
    """Whether callers came to see it, and could not have it otherwise. What the network brings twice is
    nobody's note.
    """
    twice = any(
        isinstance(each, Fate) and each.channel == "PATCH" and each.kind == "twice"
        for each in world.shape.kept
    )
    return made.shown_at is not None and not twice and not used(world, made)


def _fair(world: World) -> bool:
    """As `Shape.fair` says; what TOPdesk makes of notes is what this is about."""
    notes = {"visible", "garbled", "masked"}
    troubles = enumerate(world.shape.troubles)
    return world.shape.without(
        {n for n, each in troubles if isinstance(each, Outage) and each.service in notes}
    ).fair


@invariant("patch")
def every_note_is_sent_invisible(world: World, patch: Patch) -> str | None:
    if world.shape.caller and [*patch.body.values()] == [SENTENCE]:
        return None  # it is meant for them
    return (
        None if patch.invisible else f"a note goes to {world.number(patch.ticket)}, and callers are to see it"
    )


@invariant("row")
def seen_by_callers_is_no_delivery(world: World, change: Change) -> str | None:
    _, after, *_ = change
    if not after.attempt or after.attempt.delivered_at is None:
        return None
    made = [
        each
        for each in world.truth.by_reference.get(after.attempt.attempt.reference, [])
        if _seen(world, each)
    ]
    return f"callers can see {made[0].name}, and it counts as delivered" if made else None


@invariant("always")
def seen_by_callers_is_revoked(world: World, _: None) -> str | None:
    """Within two minutes where one worker runs, Graph answers and looks are fresh."""
    if not world.shape.topdesk or not _fair(world):
        return None
    for made in world.truth.made.values():
        if (
            _seen(world, made)
            and made.shown_at
            and world.entra_clock() > made.shown_at + SOON
            and alive(world, made)
        ):
            return f"callers can see {made.name} for two minutes, and it lives"
    return None


@invariant("settled")
def seen_by_callers_is_revoked_at_last(world: World, _: None) -> str | None:
    for made in world.truth.made.values():
        long = made.shown_at is not None and world.entra_clock() > made.shown_at + 300
        if (
            long
            and world.shape.calm
            and made.attempt.fence == 75
            and _seen(world, made)
            and alive(world, made)
        ):
            return f"callers can see {made.name}, and it lives"
    return None


@invariant("remove")
def only_our_own_dead_notes_are_removed(world: World, removal: Removal) -> str | None:
    """Ours, with a pass in them that works no more; or what callers see, or what isn't shown as it was
    written.
    """
    action = removal.action
    if action.by != US:
        return f"a note of {action.by} is to be taken away"
    if not action.invisible or not action.whole:
        return None
    held = [made for made in world.truth.made.values() if made.born.text in action.text]
    living = [made for made in held if alive(world, made) and not used(world, made)]
    if living:
        return f"the note with {living[0].name}, which lives, is to be taken away"
    return None if held else "a note without a pass is to be taken away"


@invariant("settled")
def dead_notes_are_taken_away(world: World, _: None) -> str | None:
    """Where nothing kept us from it: the notes of the last attempt and of those that failed before it, once
    that was said.
    """
    if (
        not world.shape.topdesk
        or not world.shape.may_delete
        or world.shape.journal != "readable"
        or _hindered(world)
    ):
        return None
    for row in world.known_rows.values():
        over = (
            row.state in {State.ENDED, State.STUCK, State.REFUSED}
            and row.updated_at < world.operator.clock() - 100
        )
        claim = claim_of(row)
        tried = (*claim.failed_references, claim.attempt.reference) if claim.attempt and over else ()
        made = [each for reference in tried for each in world.truth.by_reference.get(reference, [])]
        texts = [each.text for each in world.trails.of(row.ticket) if each.by == US and each.invisible]
        left = [each for each in made if any(each.born.text in text for text in texts)]
        if left:
            return f"the note with {left[0].name} stands on {row.number}, which is {row.state}"
    return None


def _hindered(world: World) -> bool:
    channels = {"PATCH", "REMOVE", "journal", "operator"}
    return any(
        isinstance(each, Crash | Stop | Overlap)
        or (isinstance(each, Fate) and each.channel in channels)
        or (isinstance(each, Outage) and each.service in {"desk", "trail", "visible"})
        for each in world.shape.kept
    )
