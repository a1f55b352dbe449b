"""Safety of words about people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.domain.reasons import Reason
from tests.simulation.draw_people import WITHIN
from tests.simulation.invariants import invariant
from tests.simulation.safety_of_rows import Change
from tests.simulation.truth import Post

if TYPE_CHECKING:
    from tests.simulation.world import World


@invariant("row")
def nobody_is_called_a_guest_who_is_none(world: World, change: Change) -> str | None:
    _, after, *_ = change
    refused = after.state is State.REFUSED and after.reason is Reason.SUBJECT_GUEST
    users = world.tenant.users.values()
    guests = any(each.external or each.properties["userType"] == "Guest" for each in users)
    return f"{after.number} is refused for a guest, and there is none" if refused and not guests else None


@invariant("post")
def only_for_the_account_that_was_judged_first(world: World, post: Post) -> str | None:
    """Where the name came to be another account's long after the ticket was there to be judged."""
    ticket = world.truth.tickets[post.attempt.reference]
    since = world.people.replaced.get(post.user)
    late = since is not None and world.truth.edits[ticket][0][0] < since - 120
    return f"{world.number(ticket)} was judged when its name was another account's" if late else None


@invariant("post")
def evidence_is_of_the_turn(world: World, post: Post) -> str | None:
    """What was read when names were asked for ahead is none."""
    turn = world.hub.me.notes.get("turn")
    old = turn is not None and post.proof is not None and post.proof.begun < turn
    return f"the evidence is of before its turn, which began at {turn:.1f}" if old else None


@invariant("post")
def only_for_who_was_verified_lately(world: World, post: Post) -> str | None:
    ticket = world.incidents[world.truth.tickets[post.attempt.reference]]
    if world.shape.people != "verified":
        return None
    if ticket["u_verified"] != "called back":
        return f"nobody verified the person of {ticket['number']}"
    at = datetime.fromisoformat(ticket["u_verified_at"]).replace(tzinfo=UTC).timestamp()
    old = world.entra_clock() - at > WITHIN + 60
    return f"the verification on {ticket['number']} is of {ticket['u_verified_at']}" if old else None


@invariant("post")
def never_for_a_name_that_only_looks_like_it(world: World, post: Post) -> str | None:
    ticket = world.incidents[world.truth.tickets[post.attempt.reference]]
    said = world.records.tables["sys_user"].rows[ticket["caller_id"]]["user_name"]
    upn = world.tenant.users[post.user].upn
    same = upn.lower() == f"{said}@contoso.com".lower()
    return None if same or world.shape.people != "look_alike" else f"{said!a} got a pass of {upn}"
