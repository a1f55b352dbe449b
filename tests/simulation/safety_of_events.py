"""Safety: each change has one name, in the audit trail and in the log."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

from connector.domain.outcome import State
from connector.ledger.audit import Sealed
from connector.lifecycle.events import TicketEvent
from tests.simulation.invariants import invariant
from tests.simulation.safety_of_rows import Change
from tests.simulation.shape import Crash, Fate, Outage, Overlap, Stop
from tests.simulation.views import DECISIONS, trail

if TYPE_CHECKING:
    from tests.simulation.world import World

PERSONS = {"revocation_requested", "reissue_requested", "released"}
OF_LEDGER = {"notified", "not_notified", "disowned"}  # the ledger itself says them to the log
LOGGED_ONLY = {"mapped", "proved", "allowed", "recovering", "revocation_refused", "used_unconfirmed"}


@invariant("row")
def the_trail_names_each_change(world: World, change: Change) -> str | None:
    before, after, *_ = change
    if before is not None and before.state is after.state:
        return None
    wanted, lines = _names(change), trail(world)
    line = next(iter(lines), None)
    if line and line.action == "revocation_requested":  # one write may end the passes of several tickets
        said = takewhile(lambda each: each.action == "revocation_requested", lines)
        line = next((each for each in said if each.ticket == after.ticket), line)
    if not wanted or (line and line.ticket == after.ticket and line.action in wanted):
        return None
    found = line.action if line and line.ticket == after.ticket else "nothing"
    return f"{after.number} is {after.state} now, and the trail says {found}"


def _names(change: Change) -> set[str]:
    """The names that its audit line may have; none: it is no news."""
    before, after, claim, _ = change
    was = before.state if before else None
    match after.state:
        case State.CLAIMED if was is State.WAITING:
            return set()
        case State.CLAIMED:
            return {"claimed" if was in {None, State.REFUSED, State.ENDED} else "retrying"}
        case State.ISSUING:
            return {"issuing"}
        case State.DELIVERING:
            return {"issued"}
        case State.REVOKING:
            return {"revoking"} if claim else {"revocation_requested", "reissue_requested"}
        case State.SETTLING:
            return {DECISIONS[after.then_]} if after.then_ else set()
        case State.WAITING if before and was is State.CLAIMED and before.reason == after.reason:
            return set()
        case State.WAITING:
            return {"released" if was is State.STUCK else "deferred"}
        case _:
            return {"settled"}


@invariant("announced")
def the_log_says_what_the_trail_says(world: World, happened: TicketEvent) -> str | None:
    """Nothing runs between the ledger's write and its announcement, so the ticket's last line is its own."""
    claim, name = happened.claim, happened.event.value
    world.truth.announced[claim.ticket, name] += happened.news
    if name in LOGGED_ONLY:
        return None
    last = next((line.action for line in trail(world) if line.ticket == claim.ticket), "nothing")
    taken_after_release = (last, name) == ("released", "claimed")
    return (
        None
        if last == name or taken_after_release
        else f"{claim.number}: the log says {name}, the trail {last}"
    )


@invariant("announced")
def a_look_is_no_news(world: World, happened: TicketEvent) -> str | None:
    """The log has no more lines of a name than the trail: judging a ticket anew changes nothing."""
    key = happened.claim.ticket, happened.event.value
    unlike = LOGGED_ONLY | {"claimed"}  # a released ticket is claimed without a line
    if not happened.news or key[1] in unlike:
        return None
    lines = sum(_key(line) == key for line in trail(world))
    said = world.truth.announced[key]
    if said <= lines:
        return None
    return f"{happened.claim.number}: {key[1]} is news, and the trail has no such line"


@invariant("row")
def keep_who_used_theirs_early(world: World, change: Change) -> str | None:
    """Keeps what the next one looks at: a pass that was to go, and was found used."""
    before, after, *_ = change
    if before and before.state is State.REVOKING and after.then_ is State.LIVE:
        world.truth.used_early.add(after.ticket)
    return None


@invariant("end")
def a_pass_that_was_used_too_early_is_an_alert(world: World, _: None) -> str | None:
    """Where nobody died between the write and its announcement."""
    said = {ticket for ticket, name in world.truth.announced if name == "used_unconfirmed"}
    unsaid = [] if _cut_off(world) else sorted(world.truth.used_early - said)
    return f"the pass of {world.number(unsaid[0])} was used early, and nobody was told" if unsaid else None


@invariant("end")
def what_history_shows_is_in_the_log(world: World, _: None) -> str | None:
    """Where nobody died between the write and its announcement, and each write was answered."""
    lines = [line for line in trail(world) if line.ticket and line.action not in PERSONS | OF_LEDGER]
    if _cut_off(world):
        return None
    missing = Counter(map(_key, lines)) - world.truth.announced
    return (
        f"{world.number(next(iter(missing))[0])}: {next(iter(missing))[1]} isn't in the log"
        if missing
        else None
    )


def _key(line: Sealed) -> tuple[str, str]:
    return line.ticket or "", line.action


def _cut_off(world: World) -> bool:
    return any(
        isinstance(each, Crash | Stop | Overlap)
        or (isinstance(each, Fate) and each.channel == "ledger")
        or (isinstance(each, Outage) and each.service == "ledger")
        for each in world.shape.kept
    )
