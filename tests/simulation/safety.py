"""Safety: what may never happen outside, at Entra and on the tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.simulation.alike import could_be_anybodys, could_be_ours
from tests.simulation.clocks import EPOCH
from tests.simulation.invariants import invariant
from tests.simulation.truth import Made, Patch, Post, Proof, Seen
from tests.simulation.views import adrift, alive, living, made_for, replaced, row_of, trail

if TYPE_CHECKING:
    from tests.simulation.world import World


# A POST


@invariant("post")
def one_post_an_attempt(world: World, post: Post) -> str | None:
    return f"{post.attempt.reference} is asked for again" if world.truth.posts[post.attempt.reference] > 1 else None


@invariant("post")
def audit_before_effect(world: World, post: Post) -> str | None:
    said = any(line.action == "issuing" and post.attempt.reference in line.text for line in trail(world))
    return None if said else f"no audit line says that {post.attempt.reference} is being issued"


@invariant("post")
def post_in_the_first_half_of_the_fence(world: World, post: Post) -> str | None:
    """The clock that Entra told may be old by a second, and drifts."""
    late = world.entra_clock() - (post.attempt.start - post.attempt.fence / 2)
    return f"{post.attempt.reference} is asked for {late:.0f} s too late" if post.attempt.fence and late > 4 else None


@invariant("post")
def never_on_a_full_minute(world: World, post: Post) -> str | None:
    return "it starts on a full minute" if post.attempt.fence and post.attempt.start % 60 == 0 else None


@invariant("post")
def no_pass_to_the_privileged(world: World, post: Post) -> str | None:
    """Nor to the disabled, nor to whom the policy leaves out: as far as a look before the POST can tell."""
    if post.proof is None or post.proof.user != post.user:
        return "nothing was asked about this person"
    since, why = world.truth.forbidden.get(post.user, (0.0, ""))
    return (
        f"the person {why} since {since:.1f}, and was looked at from {post.proof.begun:.1f} on"
        if why and since < post.proof.begun
        else None
    )


def _late(world: World, post: Post | Patch, ticket: str, wrong: Callable[[Seen], bool]) -> float | None:
    """Since when a ticket is wrong, where that could be seen: the last read of it comes after the evidence."""
    since = world.truth.since(ticket, wrong)
    if since is None or post.proof is None or since >= post.proof.begun - world.shape.desk_stale:
        return None
    return since


@invariant("post")
def only_for_a_ticket_in_the_queue(world: World, post: Post) -> str | None:
    ticket = world.truth.tickets[post.attempt.reference]
    since = _late(world, post, ticket, lambda seen: not in_our_hands(world, seen, post.attempt.number > 1))
    return None if since is None else f"{world.number(ticket)} is closed or out of the queue since {since:.1f}"


@invariant("post")
def only_for_the_person_on_the_ticket(world: World, post: Post) -> str | None:
    ticket, callers = world.truth.tickets[post.attempt.reference], world.people.callers
    since = _late(world, post, ticket, lambda seen: world.people.ids[callers.index(seen["caller_id"])] != post.user)
    return None if since is None else f"{world.number(ticket)} is somebody else's since {since:.1f}"


@invariant("post")
def only_when_approved(world: World, post: Post) -> str | None:
    ticket = world.truth.tickets[post.attempt.reference]
    wanted = post.replica.mappings[0].allow.approval
    since = _late(world, post, ticket, lambda seen: seen["approval"] != "approved") if wanted else None
    return None if since is None else f"{world.number(ticket)} is not approved since {since:.1f}"


@invariant("post")
def by_one_version_of_the_mapping(world: World, post: Post) -> str | None:
    """The one that was in force when the sweep began; and the audit trail names it."""
    mine = [line.text for line in trail(world) if line.action == "issuing" and post.attempt.reference in line.text]
    force = next(each[0].version for at, each in reversed(world.editions) if at <= post.replica.began)
    named = bool(mine) and f'"version":"{force}"' in mine[0].replace(" ", "")
    return None if named else f"{post.attempt.reference} is asked for, and the trail doesn't say {force}"


@invariant("post")
def begins_when_asked(world: World, post: Post) -> str | None:
    """Not before what the ticket says, except for what has passed by now; and each attempt at a time of its own."""
    ticket = world.truth.tickets[post.attempt.reference]
    said = world.incidents[ticket].get("u_start", "")
    if not said or not world.shape.starts:
        return None
    wanted = datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp()
    others = [each for each in made_for(world, ticket) if each.attempt.reference != post.attempt.reference]
    same = [each for each in others if each.attempt.start == post.attempt.start and alive(world, each)]
    if same:
        return f"it begins as {same[0].name} does"
    return f"it begins {wanted - post.attempt.start:.0f} s before it is wanted" if post.attempt.start < wanted else None


@invariant("post")
def only_for_who_may_ask(world: World, post: Post) -> str | None:
    ticket, people = world.truth.tickets[post.attempt.reference], world.people

    def wrong(seen: Seen) -> bool:
        asker = people.ids[people.callers.index(seen["opened_by"])] if seen["opened_by"] else None
        return asker != post.user and (asker is None or asker != world.tenant.users[post.user].manager)

    since = _late(world, post, ticket, wrong)
    return None if since is None else f"{world.number(ticket)} was asked for by somebody who may not"


@invariant("post")
def never_where_notes_are_mailed(world: World, post: Post) -> str | None:
    ticket = world.truth.tickets[post.attempt.reference]
    since = _late(world, post, ticket, lambda seen: bool(seen["work_notes_list"])) if world.shape.field_ == "work_notes" else None
    return None if since is None else f"the notes of {world.number(ticket)} are mailed since {since:.1f}"


@invariant("post")
def never_over_an_unknown_history(world: World, post: Post) -> str | None:
    """A reference that the ledger doesn't know, on a ticket whose notes can be read."""
    ticket = world.truth.tickets[post.attempt.reference]
    strange = ticket in world.truth.strange and world.shape.journal == "readable"
    return f"{world.number(ticket)} carries a reference that isn't ours" if strange else None


@invariant("post")
def never_for_two_queues(world: World, post: Post) -> str | None:
    ticket = world.truth.tickets[post.attempt.reference]
    since = _late(world, post, ticket, lambda seen: seen["subcategory"] == "both") if world.shape.queues > 1 else None
    return None if since is None else f"two mappings want {world.number(ticket)}"


@invariant("post")
def no_second_pass_after_use(world: World, post: Post) -> str | None:
    """Where an earlier pass of the ticket was used, that could be seen before it was deleted, and nobody asked for another."""
    if world.truth.tickets[post.attempt.reference] in world.truth.more:
        return None
    when = {(event.id, event.what): event.at for event in world.passes.audit if event.what in {"used", "deleted", "replaced"}}
    for made in made_for(world, world.truth.tickets[post.attempt.reference]):
        used_at, gone_at = (when.get((made.born.id, what)) for what in ("used", "deleted"))
        if (
            used_at is not None
            and made.born.one_time
            and world.shape.calm
            and (gone_at or used_at + 99) > used_at + world.shape.stale + 15
        ):
            return f"{made.name} was used at {used_at - EPOCH:.0f}"
    return None


@invariant("post")
def no_pass_once_a_person_revoked(world: World, post: Post) -> str | None:
    ticket = world.truth.tickets[post.attempt.reference]
    had = world.truth.revoked.get(ticket)
    return f"{world.number(ticket)} was revoked by an operator" if had is not None and post.attempt.number > had else None


@invariant("made")
def never_replaces_anothers(world: World, made: Made) -> str | None:
    """A pass that stood already when the evidence was taken; one made since is replaced, as Graph does (design 3)."""
    proof: Proof | None = world.hub.current.notes.get("proof") if world.hub.current else None
    old = replaced(world, made)
    if old is None:
        return None
    if old.id not in world.truth.made:
        stood = proof is not None and old.created < world.shape.entra.at(proof.begun) - world.shape.stale - 1
        return (
            "an administrator's pass is replaced"
            if stood and old.live(made.born.created) and not world.shape.replace_standing
            else None
        )
    before = world.truth.made[old.id]
    mine = world.truth.tickets[before.attempt.reference] == world.truth.tickets[made.attempt.reference]
    if len(world.truth.by_reference[made.attempt.reference]) > 1:
        return None  # nobody keeps Entra from taking a POST that arrives again: it is found, and deleted
    return None if mine or not old.live(made.born.created) else f"{before.name} of another ticket is replaced"


@invariant("delete")
def never_an_administrators_pass(world: World, pass_id: str) -> str | None:
    """Except one that could as well be ours."""
    made = next((event for event in world.passes.audit if event.what == "created" and event.id == pass_id), None)
    if made is None or made.by != "admin":
        return None
    if could_be_ours(world, next(each for each in world.passes.issued if each.id == pass_id)):
        world.truth.alike.add(pass_id)
        return None
    return "an administrator's pass is to be deleted"


@invariant("always")
def delivered_or_revoked(world: World, _: None) -> str | None:
    """What lives is what the ledger watches. Looks older than the design counts on may miss a pass that was never known."""
    for made in living(world):
        row = row_of(world, world.truth.tickets[made.attempt.reference])
        watched = row and row.attempt and row.attempt.gone_at is None and row.attempt.attempt.number == made.attempt.number
        watched = watched or adrift(world, made)
        if not watched and len(world.truth.by_reference[made.attempt.reference]) > 1 and could_be_anybodys(made):
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


def in_our_hands(world: World, seen: Seen, delivered: bool) -> bool:
    """In a queue, or as the mapping's `settle.delivered` leaves it."""
    ours = world.mappings[0].settle.get("delivered", {}).get("state") if delivered else None
    queue = seen["category"] == "identity" and seen["subcategory"] in {"first", "second", "both"}
    return queue and (seen["state"] == ours or (seen["state"] in {"1", "2"} and seen["active"] == "true"))


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
    return "a pass is written elsewhere" if any(made.born.text in text for made in patch.passes for text in texts) else None


@invariant("patch")
def written_down_before_it_is_told(world: World, patch: Patch) -> str | None:
    for made in patch.passes:
        if not any(line.action == "delivering" and made.attempt.reference in line.text for line in trail(world)):
            return f"{made.name} is told, and the ledger doesn't know its id"
    return None


@invariant("patch")
def words_only_when_decided(world: World, patch: Patch) -> str | None:
    row = row_of(world, patch.ticket)
    if patch.passes or row is None:
        return None if row else "the ledger doesn't know the ticket"
    said = any(line.action == "settling" and line.ticket == patch.ticket for line in trail(world))
    return None if said else f"{row.number} is told something that was never decided"


@invariant("patch")
def words_name_their_own_ticket(world: World, patch: Patch) -> str | None:
    row = row_of(world, patch.ticket)
    texts = " ".join(patch.body.values())
    others = [each.code for each in world.known_rows.values() if each.ticket != patch.ticket and each.code in texts]
    return f"{row.number} is told about {others[0]}" if row and others else None


@invariant("patch")
def state_set_only_if_unchanged(world: World, patch: Patch) -> str | None:
    """A change that a person made before the decision, or before the evidence, could be seen by the read before the write."""
    if "state" not in patch.body:
        return None
    row = row_of(world, patch.ticket)
    had = bool(row and row.attempt)
    since = world.truth.since(patch.ticket, lambda seen: not in_our_hands(world, seen, had))
    decided = patch.proof.begun if patch.passes and patch.proof else world.truth.decided.get(patch.ticket, 0.0)
    if since is None or since >= decided - world.shape.desk_stale:
        return None
    return f"{world.number(patch.ticket)} was taken out of our hands at {since:.1f}"
