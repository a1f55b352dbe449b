"""Safety: what may never be asked of Entra."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connector.domain.events import Event
from tests.simulation.clocks import EPOCH
from tests.simulation.invariants import invariant
from tests.simulation.shape import Outage
from tests.simulation.truth import Patch, Post, Seen
from tests.simulation.views import alive, in_our_hands, made_for, notes_are_mailed, trail

if TYPE_CHECKING:
    from tests.simulation.world import World

LOOKED = 2.0  # s that a reading of the ticket may be old


@invariant("post")
def one_post_an_attempt(world: World, post: Post) -> str | None:
    return (
        f"{post.attempt.reference} is asked for again"
        if world.truth.posts[post.attempt.reference] > 1
        else None
    )


@invariant("post")
def audit_before_effect(world: World, post: Post) -> str | None:
    said = any(line.action == Event.ISSUING and post.attempt.reference in line.text for line in trail(world))
    return None if said else f"no audit line says that {post.attempt.reference} is being issued"


@invariant("post")
def post_in_the_first_half_of_the_fence(world: World, post: Post) -> str | None:
    """The clock that Entra told may be old by a second, and drifts."""
    late = world.entra_clock() - (post.attempt.start - post.attempt.fence / 2)
    return (
        f"{post.attempt.reference} is asked for {late:.0f} s too late"
        if post.attempt.fence and late > 4
        else None
    )


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
    """Since when a ticket is wrong, where that could be seen: the last read of it begins with the evidence,
    or a moment before.
    """
    since = world.truth.since(ticket, wrong)
    if since is None or post.proof is None:
        return None
    begun = post.proof.begun
    looked = world.truth.looked_at.get((post.replica.owner, ticket), begun)
    began = looked if begun - LOOKED <= looked <= begun else begun
    return None if since >= began - world.shape.desk_stale else since


@invariant("post")
def only_for_a_ticket_in_the_queue(world: World, post: Post) -> str | None:
    ticket = world.truth.tickets[post.attempt.reference]
    since = _late(world, post, ticket, lambda seen: not in_our_hands(world, seen, post.attempt.number > 1))
    return (
        None if since is None else f"{world.number(ticket)} is closed or out of the queue since {since:.1f}"
    )


@invariant("post")
def only_for_the_person_on_the_ticket(world: World, post: Post) -> str | None:
    """Which of two accounts that had the name, one after the other, is `only_for_whom_the_name_means`."""
    ticket, people = world.truth.tickets[post.attempt.reference], world.people

    def another(seen: Seen) -> bool:
        return people.first(people.ids[people.callers.index(seen["caller_id"])]) != people.first(post.user)

    since = _late(world, post, ticket, another)
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
    mine = [
        line.text
        for line in trail(world)
        if line.action == Event.ISSUING and post.attempt.reference in line.text
    ]
    force = next(each[0].version for at, each in reversed(world.editions) if at <= post.replica.began)
    named = bool(mine) and f'"version":"{force}"' in mine[0].replace(" ", "")
    return None if named else f"{post.attempt.reference} is asked for, and the trail doesn't say {force}"


@invariant("post")
def begins_when_asked(world: World, post: Post) -> str | None:
    """Not before what the ticket says, except for what has passed by now; and each attempt at a time of its
    own.
    """
    ticket = world.truth.tickets[post.attempt.reference]
    said = world.incidents[ticket].get("u_start", "")
    if not said or not world.shape.starts:
        return None
    wanted = datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp()
    others = [each for each in made_for(world, ticket) if each.attempt.reference != post.attempt.reference]
    same = [each for each in others if each.attempt.start == post.attempt.start and alive(world, each)]
    if same:
        return f"it begins as {same[0].name} does"
    return (
        f"it begins {wanted - post.attempt.start:.0f} s before it is wanted"
        if post.attempt.start < wanted
        else None
    )


@invariant("post")
def only_for_who_may_ask(world: World, post: Post) -> str | None:
    ticket, people = world.truth.tickets[post.attempt.reference], world.people
    bosses = people.bosses(post.user, post.proof.begun if post.proof else world.hub.now)

    def wrong(seen: Seen) -> bool:
        asker = people.ids[people.callers.index(seen["opened_by"])] if seen["opened_by"] else None
        theirs = asker is not None and people.first(asker) == people.first(post.user)
        return not theirs and asker not in bosses and not world.shape.anyone

    since = _late(world, post, ticket, wrong)
    return None if since is None else f"{world.number(ticket)} was asked for by somebody who may not"


@invariant("post")
def never_where_notes_are_mailed(world: World, post: Post) -> str | None:
    ticket = world.truth.tickets[post.attempt.reference]
    since = (
        _late(world, post, ticket, lambda seen: bool(seen["work_notes_list"]))
        if notes_are_mailed(world)
        else None
    )
    return None if since is None else f"the notes of {world.number(ticket)} are mailed since {since:.1f}"


@invariant("post")
def never_where_a_text_names_two(world: World, post: Post) -> str | None:
    def names_two(seen: Seen) -> bool:
        return len({*re.findall(r"user name: (\S+)", seen["u_text"].lower())}) > 1

    ticket = world.truth.tickets[post.attempt.reference]
    since = _late(world, post, ticket, names_two) if world.shape.texts else None
    return None if since is None else f"{world.number(ticket)} names two people since {since:.1f}"


@invariant("post")
def never_over_an_unknown_history(world: World, post: Post) -> str | None:
    """A reference that the ledger doesn't know, on a ticket whose notes can be read."""
    ticket = world.truth.tickets[post.attempt.reference]
    shut = any(isinstance(each, Outage) and each.service == "trail" for each in world.shape.kept)
    strange = ticket in world.truth.strange and world.shape.journal == "readable" and not shut
    return f"{world.number(ticket)} carries a reference that isn't ours" if strange else None


@invariant("post")
def never_for_two_queues(world: World, post: Post) -> str | None:
    ticket = world.truth.tickets[post.attempt.reference]
    since = (
        _late(world, post, ticket, lambda seen: seen["subcategory"] == "both")
        if world.shape.queues > 1
        else None
    )
    return None if since is None else f"two mappings want {world.number(ticket)}"


@invariant("post")
def no_second_pass_after_use(world: World, post: Post) -> str | None:
    """Where an earlier pass of the ticket was used, that could be seen before it was deleted, and nobody
    asked for another.
    """
    if world.truth.tickets[post.attempt.reference] in world.truth.more:
        return None
    when = {
        (event.id, event.what): event.at
        for event in world.passes.audit
        if event.what in {"used", "deleted", "replaced"}
    }
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
    return (
        f"{world.number(ticket)} was revoked by an operator"
        if had is not None and post.attempt.number > had
        else None
    )
