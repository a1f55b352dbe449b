"""Safety of polls: one replica polls a desk at a time, and all work what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.ledger.polling import PollTurn
from tests.simulation.invariants import invariant
from tests.simulation.safety_of_rows import Change

if TYPE_CHECKING:
    from tests.simulation.world import World

Taken = tuple[PollTurn, PollTurn, str]  # before, after, who wrote


@invariant("turn")
def one_replica_polls_at_a_time(world: World, taken: Taken) -> str | None:
    """A turn that runs, by the taker's own clock, is nobody else's."""
    before, after, owner = taken
    clock = world.clock_of(owner)
    runs = clock is not None and before.lease_until > clock
    if after.token != before.token and runs:
        return f"{owner} polls while {before.owner} does, with {before.token}"
    return None


@invariant("row")
def only_the_last_poll_tells_who_left(world: World, change: Change) -> str | None:
    """Who was overtaken while it polled may have looked long ago."""
    before, after, claim, owner = change
    if before is None or claim is not None or before.fence != after.fence or world.shape.replicas == 1:
        return None
    missed = after.absent_at is not None and before.absent_at is None
    stopped = after.state is State.WAITING and after.own_since is None and before.own_since is not None
    if (missed or stopped) and world.turn.owner != owner:
        return f"{owner} says that {after.number} left the queue, and {world.turn.owner} polled since"
    return None


@invariant("row")
def claimed_by_what_the_desk_shows(world: World, change: Change) -> str | None:
    """Of a ticket that is noted nothing is known but its id: who claims it has read it."""
    _, after, *_ = change
    right = world.number(after.ticket)
    return None if after.number == right else f"{right} is called {after.number}"
