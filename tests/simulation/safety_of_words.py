"""Safety of words: notes that say why a ticket waits, and the sentence that callers read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connector.domain.outcome import State
from tests.simulation.clocks import spread
from tests.simulation.invariants import invariant
from tests.simulation.shape import Crash, Fate, Outage, Overlap, Stop
from tests.simulation.truth import Patch
from tests.simulation.views import row_of

if TYPE_CHECKING:
    from tests.simulation.world import World

SENTENCE = "We can't handle this request automatically; the service desk will contact you."
WAITS = "for this ticket has to wait: "
CODE = re.compile(r"· reason ([a-z_]+)")
AGENTS_CAN_END = {
    "approval_outstanding",
    "approval_unproven",
    "pass_standing",
    "limit_subject",
    "limit_requester",
}
NAMES = re.compile(r"ann\.lee|bob\.ray|cleo\.moss|mia\.boss|otto\.other")
LOOKS = 400.0  # s in which a ticket that waits is looked at twice, however rare polls are


def disturbed(world: World) -> bool:
    """Whether something may have kept a note, its reply, or the ledger's knowledge of it."""
    return world.shape.journal != "readable" or any(
        isinstance(each, Crash | Stop | Overlap)
        or (isinstance(each, Fate) and each.channel in {"PATCH", "ledger", "journal", "read", "poll"})
        or (isinstance(each, Outage) and each.service in {"desk", "ledger", "trail", "visible"})
        for each in world.shape.kept
    )


def words_of(patch: Patch) -> str:
    return "\n".join(patch.body.values())


def _waited(world: World, ticket: str) -> float:
    return world.hub.now - world.truth.waits.get(ticket, world.hub.now)


@invariant("patch")
def a_wait_is_told_once_a_reason(world: World, patch: Patch) -> str | None:
    said = CODE.search(words_of(patch))
    if said is None:
        return None
    before = world.truth.reasons_told.setdefault(patch.ticket, [])
    again = WAITS in words_of(patch) and before[-1:] == [said[1]]
    before.append(said[1])
    return f"{world.number(patch.ticket)} says {said[1]} again" if again and not disturbed(world) else None


@invariant("patch")
def a_refusal_is_told_once(world: World, patch: Patch) -> str | None:
    """Whatever the ticket was told in between, as long as it had no pass."""
    said, row = CODE.search(words_of(patch)), row_of(world, patch.ticket)
    if (
        said is None
        or WAITS in words_of(patch)
        or row is None
        or row.then_ is not State.REFUSED
        or row.attempts
    ):
        return None
    told = (said[1], row.detail)
    again = world.truth.refusals_told.get(patch.ticket) == told
    world.truth.refusals_told[patch.ticket] = told
    return f"{row.number} says {said[1]} again" if again and not disturbed(world) else None


@invariant("patch")
def a_wait_names_nobody(world: World, patch: Patch) -> str | None:
    text = words_of(patch)
    if WAITS not in text:
        return None
    names = [*NAMES.findall(text), *(made.name for made in patch.passes)]
    return f"a note on a wait names {names[0]}" if names else None


@invariant("patch")
def a_wait_is_told_after_its_time(world: World, patch: Patch) -> str | None:
    """By true time. A wait that one replica began to count and another goes on counting is wrong by what
    their clocks stand apart; shipped, one worker holds the ledger.
    """
    row = row_of(world, patch.ticket)
    if WAITS not in words_of(patch) or row is None:
        return None
    if world.shape.tell_waiting is None:
        return f"{row.number} says why it waits, and nobody asked for that"
    waited = _waited(world, patch.ticket)
    least = world.shape.tell_waiting - 5 - spread(world.shape.walls, world.hub.now)
    return f"{row.number} says after {waited:.0f} s why it waits" if waited < least else None


@invariant("patch")
def only_what_agents_can_end_is_told(world: World, patch: Patch) -> str | None:
    said = CODE.search(words_of(patch)) if WAITS in words_of(patch) else None
    return f"{world.number(patch.ticket)} says {said[1]}" if said and said[1] not in AGENTS_CAN_END else None


@invariant("settled")
def long_waits_are_told(world: World, _: None) -> str | None:
    if world.shape.tell_waiting is None or disturbed(world):
        return None
    for row in world.known_rows.values():
        waits = row.state is State.WAITING and row.reason in AGENTS_CAN_END and not row.failures
        long = world.shape.tell_waiting + LOOKS + spread(world.shape.walls, world.hub.now)
        told = row.reason in world.truth.reasons_told.get(row.ticket, [])
        if waits and _waited(world, row.ticket) > long and not told:
            return f"{row.number} waits ({row.reason}), and never says so"
    return None


@invariant("patch")
def callers_read_one_sentence(world: World, patch: Patch) -> str | None:
    """The same for every no, once, and nothing else."""
    shown = patch.body.get("comments", "") if patch.invisible else words_of(patch)
    row = row_of(world, patch.ticket)
    if not shown or not row:
        return None
    told = world.truth.callers_told[patch.ticket] = world.truth.callers_told.get(patch.ticket, 0) + 1
    if world.shape.caller and shown != SENTENCE:
        return f"the caller of {row.number} is to read {shown!r}"
    if world.shape.caller and row.then_ is not State.REFUSED:
        return f"the caller of {row.number} is told of a no, and it is {row.then_}"
    return f"the caller of {row.number} is told {told} times" if told > 1 and not disturbed(world) else None


@invariant("settled")
def callers_are_told_of_a_no(world: World, _: None) -> str | None:
    if not world.shape.caller or disturbed(world):
        return None
    silent = [
        row.number
        for row in world.known_rows.values()
        if row.state is State.REFUSED and row.ticket not in world.truth.callers_told
    ]
    return f"the caller of {silent[0]} is told nothing" if silent else None
