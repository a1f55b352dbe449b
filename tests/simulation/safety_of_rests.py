"""Safety of routes that rest, of waits, and of tickets on which our own code fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.reasons import OWN_WAITS, Reason
from connector.ledger.rests import FIRST
from connector.ledger.transitions import waited
from connector.lifecycle.events import TicketEvent
from connector.lifecycle.giving_up import MOST_SURPRISES
from tests.simulation.invariants import invariant
from tests.simulation.safety_of_rows import Change
from tests.simulation.shape import Outage
from tests.simulation.truth import Post
from tests.simulation.views import row_of

if TYPE_CHECKING:
    from tests.simulation.world import World

UNDER_WAY = 12.0  # s after an answer in which a POST may have been on its way already
LOOK = 130.0  # s between two looks at a ticket that waits, at most


def drawn(world: World, service: str) -> Outage | None:
    """The outage of this kind that the world has."""
    every = (each for each in world.shape.kept if isinstance(each, Outage))
    return next((each for each in every if each.service == service), None)


@invariant("post")
def no_pass_while_its_route_rests(world: World, post: Post) -> str | None:
    """Once the mailbox said that it is blocked, no pass is made for a minute, and then one at a time."""
    told = world.truth.blocked
    if not told or drawn(world, "blocked") is None:
        return None
    since = world.hub.now - told[-1]
    if since <= UNDER_WAY:
        return None
    if since < FIRST - UNDER_WAY:  # those under way when the rest began count once, from the first answer
        return f"{post.attempt.reference} is made {since:.0f} s after the mailbox said that it is blocked"
    trying, world.truth.trying = world.truth.trying, post.attempt.reference
    if trying is not None and trying != post.attempt.reference:
        return f"{post.attempt.reference} is made while {trying} tries whether the mailbox works"
    return None


@invariant("row")
def everybodys_trouble_uses_up_no_attempt(world: World, change: Change) -> str | None:
    _, after, *_ = change
    if drawn(world, "blocked") and after.failures > after.excused:
        return f"{after.number} failed {after.failures} times, and {after.excused} were excused"
    return None


@invariant("row")
def after_a_second_ticket_a_refusal_is_everybodys(world: World, change: Change) -> str | None:
    """Of a rule that refuses every note, a ticket counts only what it met before another one did."""
    before, after, *_ = change
    counts = after.failures - after.excused > (before.failures - before.excused if before else 0)
    others = [at for ticket, at in world.truth.refused_notes.items() if ticket != after.ticket]
    if counts and drawn(world, "acl") and others and min(others) < world.hub.now - UNDER_WAY:
        return (
            f"{after.number} counts a refusal that another ticket met {world.hub.now - min(others):.0f} s ago"
        )
    return None


@invariant("always")
def one_persons_refusal_stops_nobody(world: World, _: None) -> str | None:
    if drawn(world, "unit") and (rests := world.operator.rests()):
        return f"{rests[0].route} rests, and one person was refused"
    return None


@invariant("row")
def waits_are_bounded(world: World, change: Change) -> str | None:
    _, after, *_ = change
    if after.state is State.WAITING and after.own_wait > world.shape.patience + LOOK:
        return f"{after.number} has waited for {after.own_wait:.0f} s"
    return None


@invariant("announced")
def no_wait_goes_on_past_its_bound(world: World, happened: TicketEvent) -> str | None:
    """Of one that waits on as before, no look is written: its time runs from where it began."""
    row = row_of(world, happened.claim.ticket)
    if happened.event is not Event.DEFERRED or row is None or row.state is not State.WAITING:
        return None
    lasted = waited(row, world.operator.clock())
    return (
        f"{row.number} has waited for {lasted:.0f} s, and waits on"
        if lasted > world.shape.patience + LOOK
        else None
    )


@invariant("announced")
def its_time_runs_while_it_waits(world: World, happened: TicketEvent) -> str | None:
    """For what is a ticket's own, unless all wait."""
    row = row_of(world, happened.claim.ticket)
    if happened.event is not Event.DEFERRED or row is None or row.reason != happened.reason:
        return None
    own = row.state is State.WAITING and row.reason in OWN_WAITS and row.own_since is None
    if not own or world.operator.paused() is not None or world.operator.rests():
        return None
    return f"{row.number} waits for {row.reason}, and its time stands still"


@invariant("row")
def only_a_tickets_own_wait_is_bounded(world: World, change: Change) -> str | None:
    """Evidence was missing for less than the bound; before that, all waited."""
    _, after, *_ = change
    blind = drawn(world, "roles")
    if after.reason is Reason.WAITED_TOO_LONG and blind and blind.seconds < world.shape.patience:
        return f"{after.number} is stuck, and all were waiting"
    return None


@invariant("row")
def while_all_wait_no_ticket_grows_older(world: World, change: Change) -> str | None:
    _, after, *_ = change
    if after.state is State.WAITING and after.own_since is not None and world.operator.paused() is not None:
        return f"the time of {after.number} goes on, and issuing is paused"
    return None


@invariant("row")
def who_tries_for_all_is_at_it(world: World, change: Change) -> str | None:
    """A person's `revoke` apart, which takes the ticket out of its worker's hands."""
    _, after, *_ = change
    if after.state in {State.ISSUING, State.DELIVERING, State.REVOKING}:
        return None
    held = [each.route for each in world.operator.rests() if each.probe == f"{after.desk} {after.ticket}"]
    return f"{after.number} is {after.state}, and all wait until it has tried {held[0]}" if held else None


@invariant("row")
def surprises_are_bounded(world: World, change: Change) -> str | None:
    before, after, *_ = change
    if after.state is State.REVOKING:
        return None  # a pass must go, whatever happens
    if after.surprises >= MOST_SURPRISES and (before is None or before.surprises < after.surprises):
        return f"{after.number} met something unexpected {after.surprises} times, and is tried again"
    return None
