"""Questions about a world that several invariants ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.domain.reasons import Reason
from connector.ledger.audit import Sealed
from connector.ledger.rows import Row
from connector.simulators.graph.passes import Pass
from connector.simulators.servicenow.records import Row as Ticket
from tests.simulation.desk import URL
from tests.simulation.mappings import hours_of
from tests.simulation.shape import Outage
from tests.simulation.topdesk import FIELDS
from tests.simulation.truth import Made, Seen

if TYPE_CHECKING:
    from tests.simulation.world import World

# The trail's word for a decision, by the state that follows it.
DECISIONS = {
    State.LIVE: "delivered",
    State.REFUSED: "refused",
    State.ENDED: "ended",
    State.STUCK: "stuck",
    State.WAITING: "wait_told",
}
SETTLED = 200.0  # seconds that something must have been so, to have been noticed


def row_of(world: World, ticket: str) -> Row | None:
    return world.known_rows.get((URL, ticket))


def trail(world: World) -> Sequence[Sealed]:
    """The audit trail, the last line first; what was removed from it, too."""
    lines: list[Sealed] = world.operator.read(lambda db: list(db.lines(None, None)))
    if world.shape.prunes:
        lines = [each for _, each in sorted((world.remembered | {each.seq: each for each in lines}).items())]
    return lines[::-1]


def living(world: World) -> Iterator[Made]:
    """Passes of ours with which somebody could sign in, now or later."""
    for held in world.passes.live():
        if made := world.truth.made.get(held.id):
            yield made


def adrift(world: World, made: Made) -> bool:
    """Whether it is watched until its start, and landed so lately that it need not have been seen: polls get
    rare in the end.
    """
    if world.entra_clock() > made.born.created + 400 + world.shape.stale:
        return False
    watched = world.operator.may_still_arrive(int(made.born.start) - 600)
    return any(each.reference == made.attempt.reference for each, _ in watched)


def alive(world: World, made: Made) -> bool:
    held = world.passes.standing(made.born.user)
    return held is not None and held.id == made.born.id and held.live(world.entra_clock())


def replaced(world: World, made: Made) -> Pass | None:
    """What stood in the place of a pass that was just made."""
    audit = world.passes.audit
    if len(audit) < 2 or audit[-2].what != "replaced":
        return None
    return next((each for each in world.passes.issued if each.id == audit[-2].id), None)


def waits_for_nothing(world: World, ticket: str, row: Ticket) -> str | None:
    """Why a ticket should have been worked: nothing stands in its way, and for some time."""
    known, shape, people = row_of(world, ticket), world.shape, world.people
    if known and not (known.state is State.WAITING or (known.state is State.CLAIMED and known.failures)):
        return None
    person = people.ids[people.callers.index(row["caller_id"])]
    asker = people.ids[people.callers.index(row["opened_by"])] if row["opened_by"] else None
    queued = row["subcategory"] == "first" or (row["subcategory"] == "second" and shape.queues == 2)
    fit = queued and row["category"] == "identity" and row["state"] in {"1", "2"} and row["active"] == "true"
    fit = fit and (not world.mappings[0].allow.approval or row["approval"] == "approved")
    fit = fit and not world.shape.unproven  # whether something proves it, the world doesn't know
    fit = fit and not row.get("u_start") and not shape.oldest
    fit = fit and not (notes_are_mailed(world) and row["work_notes_list"])
    fit = fit and not (notes_hold_passes(world) and is_linked(row))
    fit = fit and asker is not None and asker in {person, world.tenant.users[person].manager}
    if shape.deliver == ("manager_mail",) and people.managers:
        fit = (
            fit
            and asker is not None
            and people.managers.fit(person if shape.manager_of == "subject" else asker)
        )
    # after mails that failed, or a note that callers saw, for up to 15 minutes
    resting = known is not None and known.reason in {Reason.MAIL_UNREACHABLE, Reason.DESK_REFUSED}
    fresh = world.truth.edits[ticket][-1][0] > world.hub.now - SETTLED
    lately = world.operator.clock() - SETTLED  # somebody's place may be free only since then
    freed = any(each.attempt and (each.attempt.gone_at or 0) > lately for each in world.known_rows.values())
    if (
        not fit
        or waits_for_the_floor(world, person)
        or resting
        or fresh
        or freed
        or person in world.truth.forbidden
        or person in people.accounts.unclear
        or _taken(world, person)
        or _over_a_limit(world, person, asker)
    ):
        return None
    return f"{known.reason}: {known.detail}" if known else "it was never taken"


def waits_for_the_floor(world: World, person: str) -> bool:
    """Whether it isn't the hour, or the person had privileges within the hour."""
    hours, now = hours_of(world.shape), world.entra_clock()
    shut = hours is not None and not (hours.cover(now, "UTC") and hours.cover(now - SETTLED, "UTC"))
    return shut or world.truth.privileged.get(person, -1e9) > world.hub.now - 3600 - SETTLED


def _taken(world: World, person: str) -> bool:
    """Whether the person has a pass, or had one until a moment ago."""
    if any(
        each.open_attempt and each.open_attempt.subject.id == person for each in world.known_rows.values()
    ):
        return True
    held = world.passes.standing(person)
    if held and held.end + SETTLED > world.entra_clock() and not world.shape.replace_standing:
        return True
    last = max((event.at for event in world.passes.audit if event.user == person), default=0.0)
    return last > world.entra_clock() - SETTLED or any(
        row.state not in {State.CLAIMED, State.WAITING, State.REFUSED, State.ENDED, State.STUCK}
        or (row.state is State.ENDED and row.updated_at > world.operator.clock() - SETTLED - 120)
        for row in world.known_rows.values()
    )


def _over_a_limit(world: World, person: str, asker: str | None) -> bool:
    counted, most = world.truth.counted.values(), world.shape.limits
    return (
        sum(each.subject.id == person for each in counted) >= most[0]
        or sum(each.requester == asker for each in counted) >= most[1]
        or len(counted) >= most[2]
    )


def is_linked(row: Seen) -> bool:
    return bool(row["parent_incident"]) or row["child_incidents"] not in ("", "0")


def notes_hold_passes(world: World) -> bool:
    """Whether a pass may come to stand in a note that a desk copies."""
    return "note" in world.shape.deliver and world.shape.field_ == "work_notes"


def notes_are_mailed(world: World) -> bool:
    """Whether a work notes list would get the passes."""
    shape = world.shape
    return "note" in shape.deliver and shape.field_ == "work_notes" and not shape.topdesk


def held_back(world: World) -> bool:
    """For 15 minutes after callers saw what is none of their business, TOPdesk is told nothing."""
    return any(isinstance(each, Outage) and each.service == "visible" for each in world.shape.kept)


def told_nothing(world: World, row: Row) -> bool:
    return not any(row.code in text for text in world.notes(row.ticket))


def made_for(world: World, ticket: str) -> list[Made]:
    return [
        made for made in world.truth.made.values() if world.truth.tickets[made.attempt.reference] == ticket
    ]


def used(world: World, made: Made) -> bool:
    return any(event.what == "used" and event.id == made.born.id for event in world.passes.audit)


def was_used(world: World, row: Row) -> bool:
    """Whether the pass of its last attempt was used: then it is left alone for a while."""
    made = world.truth.by_reference.get(row.attempt.attempt.reference, []) if row.attempt else []
    return any(used(world, each) for each in made)


def in_our_hands(world: World, seen: Seen, delivered: bool) -> bool:
    """In a queue, or as the mapping's `settle.delivered` leaves it."""
    told = world.mappings[0].settle.get("delivered", {}) if delivered else {}
    ours = told.get(FIELDS["state"] if world.shape.topdesk else "state")
    queue = seen["category"] == "identity" and seen["subcategory"] in {"first", "second", "both"}
    return queue and (seen["state"] == ours or (seen["state"] in {"1", "2"} and seen["active"] == "true"))
