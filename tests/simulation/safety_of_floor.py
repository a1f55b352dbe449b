"""Safety of the floor: shares, hours, age, and what passdesk does on signs that something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.domain.reasons import Reason
from connector.ledger.rows import Row
from tests.simulation.clocks import EPOCH
from tests.simulation.invariants import invariant
from tests.simulation.mappings import hours_of
from tests.simulation.safety_of_rows import Change
from tests.simulation.truth import Post
from tests.simulation.views import trail

if TYPE_CHECKING:
    from tests.simulation.world import World

HOUR = 3600.0
NEAR = 10.0  # s between asking for the time and asking for a person, at most
SWEEP = 90.0  # s from one sweep to the next, and its length


def booked(change: Change) -> bool:
    before, after, *_ = change
    return after.state is State.ISSUING and (before is None or before.state is not State.ISSUING)


@invariant("proved")
def a_used_up_share_costs_no_call(world: World, user: str) -> str | None:
    """Once a requester's share is used up, nobody is looked up for their tickets."""
    rows = [row for row in world.known_rows.values() if _person(world, row, "caller_id") == user]
    if world.truth.raised or not rows or any(row.reason is not Reason.LIMIT_REQUESTER for row in rows):
        return None
    askers = {_person(world, row, "opened_by") for row in rows}
    counted = [each.requester for each in world.truth.counted.values()]
    if any(counted.count(asker) < world.shape.limits[1] for asker in askers):
        return None
    return f"the person of {rows[0].number} is looked up, and its requester had enough"


def _person(world: World, row: Row, role: str) -> str | None:
    """The object id of the person whom the ticket names in this field."""
    named = world.incidents[row.ticket][role]
    return world.people.ids[world.people.callers.index(named)] if named else None


@invariant("post")
def passes_are_made_in_hours(world: World, post: Post) -> str | None:
    hours, begun = hours_of(world.shape), post.proof.begun if post.proof else world.hub.now
    times = [EPOCH + world.shape.entra.offset + begun - early for early in (0.0, NEAR)]
    if hours is None or any(hours.cover(at, "UTC") for at in times):
        return None
    return f"{post.attempt.reference} is asked for at {begun:.0f}, which is outside of the hours"


@invariant("post")
def no_pass_for_an_old_ticket(world: World, post: Post) -> str | None:
    ticket, oldest = world.truth.tickets[post.attempt.reference], world.shape.oldest
    if oldest is None or post.proof is None:
        return None
    made = world.shape.desk.offset + world.truth.edits[ticket][0][0]
    age = world.shape.entra.offset + post.proof.begun - made
    return f"{world.number(ticket)} is {age:.0f} s old" if age > oldest + NEAR else None


@invariant("row")
def who_was_seen_privileged(world: World, change: Change) -> str | None:
    """Keeps the time that who_flips_waits looks at."""
    _, after, *_ = change
    if (
        world.shape.pausing.flips
        and after.state is State.SETTLING
        and after.reason is Reason.SUBJECT_PRIVILEGED
    ):
        world.truth.privileged[str(_person(world, after, "caller_id"))] = world.hub.now
    return None


@invariant("row")
def who_flips_waits(world: World, change: Change) -> str | None:
    """Nobody gets a pass within the hour in which they were seen with privileges."""
    _, after, *_ = change
    if not booked(change) or after.attempt is None:
        return None
    since = world.hub.now - world.truth.privileged.get(after.attempt.attempt.subject.id, -1e9)
    return (
        f"{after.number} is booked, and its person had privileges {since:.0f} s ago" if since < HOUR else None
    )


@invariant("row")
def a_broken_trail_stops_issuing(world: World, change: Change) -> str | None:
    """From the next sweep on, until a person resumes."""
    since = world.truth.tampered
    if not booked(change) or since is None or world.hub.now < since + 2 * SWEEP:
        return None
    known = any(at > since for at in world.truth.resumed)
    return None if known else f"an attempt is booked {world.hub.now - since:.0f} s after the trail was edited"


@invariant("row")
def tickets_stuck_in_a_row_stop_issuing(world: World, change: Change) -> str | None:
    most, stuck = world.shape.pausing.stuck_in_a_row, set[str]()
    if most is None or not booked(change):
        return None
    for line in trail(world):
        if line.action in {"delivered", "resumed"}:
            break
        if line.action == "stuck" and line.ticket:
            stuck.add(line.ticket)
    return f"an attempt is booked after {len(stuck)} stuck tickets in a row" if len(stuck) >= most else None


@invariant("row")
def passes_of_others_stop_issuing(world: World, change: Change) -> str | None:
    """Each ticket that waits for somebody's pass shows one of these; a person who resumes knows them."""
    most, shown = world.shape.pausing.foreign_passes, set[str]()
    if most is None or not booked(change):
        return None
    for line in trail(world):
        if line.action == "resumed":
            break
        if line.action == "deferred" and line.ticket and Reason.PASS_STANDING.value in line.text:
            shown.add(line.ticket)
    return (
        f"an attempt is booked though {len(shown)} passes of others were seen" if len(shown) > most else None
    )


@invariant("settled")
def resumed_stays_resumed(world: World, _: None) -> str | None:
    """What a person has resumed from pauses it no more. No world has a new sign once faults have stopped."""
    why = world.operator.paused_itself()
    late = world.truth.resumed and world.truth.resumed[-1] <= (world.quiet_from or 0.0)
    return f"it paused itself once more: {why}" if why and late else None
