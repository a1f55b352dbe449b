"""Safety of approvals: a pass is for whom somebody approved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.invariants import invariant
from tests.simulation.truth import Post, Seen

if TYPE_CHECKING:
    from tests.simulation.world import World

SECOND = 2.0  # s within which a desk that keeps whole seconds can't tell what came first
POLLED = 135.0  # s within which a poll shows every ticket


@invariant("post")
def only_when_approved_as_it_is(world: World, post: Post) -> str | None:
    """As far as it could be seen: since before the evidence was begun to be read, and not in the very second
    of the approval.
    """
    if world.shape.unproven != "wait" or post.proof is None:
        return None
    ticket = world.truth.tickets[post.attempt.reference]
    since = world.truth.since(ticket, _otherwise)
    if since is None or since >= post.proof.begun:
        return None
    if abs(since - world.truth.approved_at.get(ticket, -SECOND)) < SECOND:
        return None
    return f"{world.number(ticket)} says something else than what was approved, since {since:.1f}"


@invariant("post")
def what_changed_after_its_approval_gets_nothing(world: World, post: Post) -> str | None:
    """Also where an unproven approval is accepted: the approved ticket was seen, and is another's now."""
    ticket = world.truth.tickets[post.attempt.reference]
    edits = world.truth.edits[ticket]
    approved = world.truth.since(ticket, lambda seen: seen["approval"] == "approved")
    mine = world.truth.since(ticket, lambda seen: seen["caller_id"] == edits[-1][1]["caller_id"])
    if world.shape.unproven != "accept" or approved is None or mine is None or post.proof is None:
        return None
    known = approved + POLLED < mine and mine < post.proof.begun
    return f"{world.number(ticket)} is another's since {mine:.1f}, and was seen approved" if known else None


def _otherwise(seen: Seen) -> bool:
    return seen["u_approved_as"] != seen["caller_id"]
