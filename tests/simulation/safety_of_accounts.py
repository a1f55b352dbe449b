"""Safety of names, of starts that have passed, and of a word that ends every pass."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.simulation.invariants import invariant
from tests.simulation.truth import Post
from tests.simulation.views import alive

if TYPE_CHECKING:
    from tests.simulation.world import World

SLACK = 60.0  # s between the evidence and the POST


@invariant("post")
def only_for_whom_the_name_means(world: World, post: Post) -> str | None:
    """An index may be old; the record itself says how somebody is called, and whether they alone are."""
    since, why = world.people.accounts.unclear.get(post.user, (0.0, ""))
    seen = why and post.proof and since < post.proof.begun
    return f"the person {why} since {since:.1f}" if seen else None


@invariant("post")
def never_for_a_start_long_past(world: World, post: Post) -> str | None:
    """An attempt that comes after another begins anew: its start may have passed meanwhile."""
    said = world.incidents[world.truth.tickets[post.attempt.reference]].get("u_start", "")
    if not said or not world.shape.late or post.attempt.number > 1:
        return None
    wanted = datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp()
    passed = world.entra_clock() - wanted
    return f"its start passed {passed:.0f} s ago" if passed > world.shape.late + SLACK else None


@invariant("settled")
def a_word_that_ends_all_leaves_none(world: World, _: None) -> str | None:
    said = world.truth.all_revoked_at
    left = [each for each in world.truth.made.values() if said and each.at < said and alive(world, each)]
    return f"{left[0].name} is left, and all were revoked at {said:.1f}" if left else None


@invariant("settled")
def a_start_just_passed_means_now(world: World, _: None) -> str | None:
    """Where nothing went wrong and the start passed by less than is allowed, there was a pass."""
    late, faults = world.shape.late, len(world.shape.kept) > len(world.people.tickets)
    if not late or faults or world.shape.replicas > 1:
        return None
    starts = zip(world.people.tickets, world.shape.starts, strict=True)
    near = [ticket for ticket, start in starts if -start < late - SLACK * 10]
    had = {world.truth.tickets[made.attempt.reference] for made in world.truth.made.values()}
    none = [ticket for ticket in near if ticket not in had]
    return f"{world.number(none[0])} got no pass, and its start has just passed" if none else None
