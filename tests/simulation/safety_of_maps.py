"""Safety: what the privilege map of a replica must have stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.invariants import invariant
from tests.simulation.truth import Post

if TYPE_CHECKING:
    from tests.simulation.maps import Round
    from tests.simulation.world import World

FRESH = 301.0  # s, with what a clock drifts


def _rounds(post: Post) -> list[Round]:
    return post.replica.privileges.watched.rounds if post.replica.privileges else []


@invariant("post")
def no_pass_without_a_whole_map(world: World, post: Post) -> str | None:
    """The last map that was read to its end began at most five minutes before the evidence."""
    if not world.shape.maps or post.proof is None:
        return None
    whole = [each.begun for each in _rounds(post) if each.whole and each.done <= world.hub.now]
    if whole and post.proof.begun - max(whole) < FRESH:
        return None
    return f"{post.attempt.reference} is asked for, and the map is {'old' if whole else 'not there'}"


@invariant("post")
def no_pass_past_the_map(world: World, post: Post) -> str | None:
    """What the map alone can tell stops a pass, where it was so before the reading of the map began."""
    since, why = world.truth.told_by_the_map.get(post.user, (0.0, ""))
    if not why or post.proof is None:
        return None
    known = [each for each in _rounds(post) if each.whole and each.true and each.done <= post.proof.begun]
    if known and since < known[-1].begun:
        return f"the person {why} since {since:.1f}, and the map was read from {known[-1].begun:.1f} on"
    return None
