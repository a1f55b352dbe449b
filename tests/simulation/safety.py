"""Safety: what may never happen outside, at Entra and on the tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.events import Event
from tests.simulation.alike import could_be_anybodys, could_be_ours
from tests.simulation.invariants import invariant
from tests.simulation.truth import Made, Patch, Proof
from tests.simulation.views import DECISIONS, adrift, in_our_hands, living, replaced, row_of, trail

if TYPE_CHECKING:
    from tests.simulation.world import World


@invariant("made")
def never_replaces_anothers(world: World, made: Made) -> str | None:
    """A pass that stood already when the evidence was taken; one made since is replaced, as Graph does
    (decision 0001).
    """
    proof: Proof | None = world.hub.current.notes.get("proof") if world.hub.current else None
    old = replaced(world, made)
    if old is None:
        return None
    stood = proof is not None and old.created < world.shape.entra.at(proof.begun) - world.shape.stale - 1
    if old.id not in world.truth.made:
        return (
            "an administrator's pass is replaced"
            if stood and old.live(made.born.created) and not world.shape.replace_standing
            else None
        )
    before = world.truth.made[old.id]
    mine = world.truth.tickets[before.attempt.reference] == world.truth.tickets[made.attempt.reference]
    if len(world.truth.by_reference[made.attempt.reference]) > 1 or adrift(world, made):
        # nobody keeps Entra from taking a POST that arrives again, or long after: it is found, and deleted
        return None
    twin = (
        world.truth.by_reference[before.attempt.reference][0] is not before
    )  # a POST that arrived again: only a look can tell
    mine = mine or adrift(world, before) or (twin and not stood)  # nobody has it, and nobody waits for it
    return None if mine or not old.live(made.born.created) else f"{before.name} of another ticket is replaced"


@invariant("delete")
def never_an_administrators_pass(world: World, pass_id: str) -> str | None:
    """Except one that could as well be ours."""
    made = next(
        (event for event in world.passes.audit if event.what == "created" and event.id == pass_id), None
    )
    if (
        made is None or made.by != "admin" or pass_id in world.truth.alike
    ):  # what is alike is asked to go more than once
        return None
    if could_be_ours(world, next(each for each in world.passes.issued if each.id == pass_id)):
        world.truth.alike.add(pass_id)
        return None
    return "an administrator's pass is to be deleted"


@invariant("always")
def delivered_or_revoked(world: World, _: None) -> str | None:
    """What lives is what the ledger watches. Looks older than decision 0001 counts on may miss a pass that
    was never known.
    """
    for made in living(world):
        row = row_of(world, world.truth.tickets[made.attempt.reference])
        watched = (
            row
            and row.attempt
            and row.attempt.gone_at is None
            and row.attempt.attempt.number == made.attempt.number
        )
        watched = watched or adrift(world, made)
        if (
            not watched
            and len(world.truth.by_reference[made.attempt.reference]) > 1
            and could_be_anybodys(made)
        ):
            world.truth.alike.add(made.born.id)
        elif not watched and world.shape.calm and made.attempt.fence:
            return f"{made.name} lives, and the ledger says that it is gone"
    return None


@invariant("end")
def exposure_is_short(world: World, _: None) -> str | None:
    """Where one worker runs, Graph answers and looks are at most 8 s old: 90 s."""
    if not world.shape.fair:
        return None
    worst = max(world.exposures(), default=0.0)
    return f"a pass was usable for {worst:.0f} s, and nobody was known to hold it" if worst > 90 else None


# A write on a ticket


@invariant("patch")
def never_outside_watch(world: World, patch: Patch) -> str | None:
    ever = any(in_our_hands(world, seen, False) for _, seen in world.truth.edits[patch.ticket])
    return None if ever else f"{world.number(patch.ticket)} was never in a queue"


@invariant("patch")
def pass_only_on_its_ticket(world: World, patch: Patch) -> str | None:
    wrong = [made for made in patch.passes if world.truth.tickets[made.attempt.reference] != patch.ticket]
    return f"{wrong[0].name} is written on {world.number(patch.ticket)}" if wrong else None


@invariant("patch")
def pass_only_in_its_field(world: World, patch: Patch) -> str | None:
    texts = [text for name, text in patch.body.items() if name != world.shape.field_]
    return (
        "a pass is written elsewhere"
        if any(made.born.text in text for made in patch.passes for text in texts)
        else None
    )


@invariant("patch")
def written_down_before_it_is_told(world: World, patch: Patch) -> str | None:
    for made in patch.passes:
        if not any(
            line.action == Event.ISSUED and made.attempt.reference in line.text for line in trail(world)
        ):
            return f"{made.name} is told, and the ledger doesn't know its id"
    return None


@invariant("patch")
def words_only_when_decided(world: World, patch: Patch) -> str | None:
    row = row_of(world, patch.ticket)
    if patch.passes or row is None:
        return None if row else "the ledger doesn't know the ticket"
    said = any(line.action in DECISIONS.values() and line.ticket == patch.ticket for line in trail(world))
    return None if said else f"{row.number} is told something that was never decided"


@invariant("patch")
def words_name_their_own_ticket(world: World, patch: Patch) -> str | None:
    row = row_of(world, patch.ticket)
    texts = " ".join(patch.body.values())
    others = [
        each.code for each in world.known_rows.values() if each.ticket != patch.ticket and each.code in texts
    ]
    return f"{row.number} is told about {others[0]}" if row and others else None


@invariant("patch")
def state_set_only_if_unchanged(world: World, patch: Patch) -> str | None:
    """A change that a person made before the decision, or before the evidence, could be seen by the read
    before the write.
    """
    if "state" not in patch.body:
        return None
    row = row_of(world, patch.ticket)
    had = bool(row and row.attempt)
    since = world.truth.since(patch.ticket, lambda seen: not in_our_hands(world, seen, had))
    decided = (
        patch.proof.begun if patch.passes and patch.proof else world.truth.decided.get(patch.ticket, 0.0)
    )
    if since is None or since >= decided - world.shape.desk_stale:
        return None
    return f"{world.number(patch.ticket)} was taken out of our hands at {since:.1f}"
