"""Safety: what the trail proves, whom it names, and what may be removed from the ledger, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.events import Event
from connector.domain.outcome import UNFINISHED, State
from connector.domain.pins import read
from connector.guards import GUARDS, TICKET_GUARDS
from connector.ledger.audit import Sealed
from connector.ledger.names import digests_of
from connector.ledger.rows import ERASED, NamedRow
from tests.simulation.invariants import invariant
from tests.simulation.truth import Post

if TYPE_CHECKING:
    from tests.simulation.world import World

VERDICTS = {type(each).__name__ for each in (*TICKET_GUARDS, *GUARDS)} | {"SameAccount"}
LATE = 700.0  # seconds after which what is kept no longer is gone, once nothing goes wrong


def lines_left(world: World) -> list[Sealed]:
    return world.operator.read(lambda db: list(db.lines(None, None)))


def named_rows(world: World) -> list[NamedRow]:
    return list(world.operator.read(lambda db: db.named_rows(None, None)))


@invariant("post")
def the_trail_carries_every_verdict(world: World, post: Post) -> str | None:
    """Of the pass that is asked for: each guard, and the hash of the policy."""
    for line in lines_left(world):
        if line.action == Event.ISSUING and line.detail.get("reference") == post.attempt.reference:
            guards = line.detail.get("guards")
            missing = VERDICTS - (set(guards) if isinstance(guards, dict) else set())
            missing |= {"policy"} - line.detail.keys()
            if missing:
                return f"the line of {post.attempt.reference} lacks {', '.join(sorted(missing))}"
    return None


@invariant("written")
def the_trail_itself_names_nobody(world: World, _: None) -> str | None:
    last = next(iter(lines_left(world)[-1:]), None)
    named = [each for each in world.people.called() if last and each in last.text]
    return f"line {last.seq} has the name {named[0]}" if last and named else None


@invariant("written")
def each_name_has_a_salt_of_its_own(world: World, _: None) -> str | None:
    salts = [each.salt for each in world.operator.salts().values()]
    return None if len(set(salts)) == len(salts) else "two names have the same salt"


@invariant("written")
def what_is_under_way_keeps_its_lines_and_names(world: World, _: None) -> str | None:
    """The line that books an attempt, and the name of its person, until its ticket is done, or waits again
    once the pass is gone. A ticket that is asked for once more gets an attempt of its own.
    """
    if not world.shape.prunes:
        return None
    booked = {
        str(line.detail.get("reference")): digests_of(line.detail).get("subject", "")
        for line in lines_left(world)
        if line.action == Event.ISSUING
    }
    there = world.operator.salts()
    for row in world.known_rows.values():
        attempt = row.attempt.attempt if row.attempt else None
        if attempt is None or row.state not in UNFINISHED or row.state.value == "claimed":
            continue
        if attempt.reference in world.truth.rested:
            continue
        if attempt.reference not in booked:
            return f"the line that books {attempt.reference} is removed, and {row.number} is {row.state}"
        if booked[attempt.reference] not in there or not attempt.subject.upn:
            return f"the name on {attempt.reference} is deleted, and {row.number} is {row.state}"
    return None


@invariant("erased")
def an_erased_name_is_nowhere(world: World, upn: str) -> str | None:
    """But on tickets that are under way."""
    return _left(world, upn, world.operator.clock())


@invariant("erased")
def an_erased_person_leaves_no_digest(world: World, upn: str) -> str | None:
    """By which whoever knows what a ticket said can confirm it; but on tickets that are under way."""
    users = world.tenant.users.items()
    ids = {id_ for id_, each in users if each.properties["userPrincipalName"] == upn}
    for row in world.operator.read(lambda db: db.rows(State)):
        theirs = row.attempt is not None and row.attempt.attempt.subject.id in ids
        pinned = [pin for pin in read(row.pins) if pin.id in ids]
        if not (theirs or pinned) or _unfinished(world, *row.key):
            continue
        if row.digest not in {None, ERASED} or row.seen_unapproved or not all(each.erased for each in pinned):
            return f"{upn} was erased, and the row of {row.number} can confirm what was said"
    return None


@invariant("ended")
def an_erased_name_goes_when_its_ticket_ends(world: World, _: None) -> str | None:
    for upn, at in world.truth.erased.items():
        if found := _left(world, upn, at):
            return found
    return None


@invariant("ended")
def names_go_after_their_time(world: World, _: None) -> str | None:
    if not world.shape.prunes:
        return None
    before = world.operator.clock() - (world.shape.keep_names or 0.0) - LATE
    for record in world.operator.salts().values():
        if record.at < before and not _unfinished(world, record.desk, record.ticket):
            return f"a name of line {record.seq} is {world.operator.clock() - record.at:.0f} s old"
    for row in named_rows(world):
        if (
            row.updated_at < before
            and row.state not in UNFINISHED
            and any(e.subject.upn for e in row.attempts)
        ):
            return f"{row.number} was done long ago, and names {row.attempts[0].subject.upn}"
    return None


@invariant("end")
def the_trail_verifies_to_its_names(world: World, _: None) -> str | None:
    chain = world.operator.verify()
    return None if chain.forged is None else f"a name of line {chain.forged} isn't the one that it seals"


def _left(world: World, upn: str, at: float) -> str | None:
    """Where this name stands on something that was written before, of no ticket under way."""
    for record in world.operator.salts().values():
        if upn in record.text and record.at <= at and not _unfinished(world, record.desk, record.ticket):
            return f"{upn} was erased, and stands beside line {record.seq}"
    for row in named_rows(world):
        if row.updated_at <= at and upn in repr(row) and not _unfinished(world, *row.key):
            return f"{upn} was erased, and stands in the row of {row.number}"
    said = [line for line in lines_left(world) if upn in line.text]
    return f"{upn} was erased, and stands in line {said[0].seq}" if said else None


def _unfinished(world: World, desk: str | None, ticket: str | None) -> bool:
    """Whether a ticket is under way, or waits in the queue."""
    row = world.known_rows.get((desk or "", ticket or ""))
    return row is not None and (row.state in UNFINISHED or row.state.value == "waiting")
