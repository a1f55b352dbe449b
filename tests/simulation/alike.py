"""Passes that nothing tells apart: what Entra shows of an administrator's pass is what it could show of ours,
or the reverse.

Decision 0001 compares a start within a minute, since how Entra rounds is unknown, and allows a start to lie
15 s behind. Where two passes are alike under this, a look can't tell whose one is, and a promise about it
can't be kept by anybody. Such worlds are counted, and go on being looked at for everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.ticket import Attempt
from connector.simulators.graph.passes import Pass
from tests.simulation.truth import Made

if TYPE_CHECKING:
    from tests.simulation.world import World

TOLERANCE, MINUTE, DRIFT = (
    15,
    60,
    5,
)  # s: how far a start may lie behind; how far it may be rounded; how far clocks may err


def could_be_ours(world: World, other: Pass) -> bool:
    """An administrator's pass that an attempt could have made: a ticket's last one, or one that is watched
    until its start.
    """
    last = [row.attempt.attempt for row in world.known_rows.values() if row.attempt]
    watched = [attempt for attempt, _ in world.operator.may_still_arrive(int(other.created) - 600)]
    return any(
        attempt.subject.id == other.user
        and (_made_of(attempt, other) if attempt.pass_id in {None, other.id} else _twin_of(attempt, other))
        for attempt in [*last, *watched]
    )


def _made_of(attempt: Attempt, other: Pass) -> bool:
    """The same kind, made between the asking and the start, which is the asked one to the second or to the
    minute.
    """
    if (other.lifetime * 60, other.one_time) != (attempt.lifetime, attempt.one_time):
        return False
    if not attempt.fence:  # it begins when it lands, whenever that is
        return other.start <= attempt.start + 300 + DRIFT
    if (
        not attempt.asked - attempt.fence - MINUTE - DRIFT
        <= other.created
        <= attempt.asked + TOLERANCE + DRIFT
    ):
        return False
    rounded = int(other.start) % 60 == 0 and abs(other.start - attempt.start) <= MINUTE
    return int(other.start) == attempt.start or rounded


def _twin_of(attempt: Attempt, other: Pass) -> bool:
    """The very same start as our pass that is known, made when ours was: as if its POST had arrived twice."""
    same = (other.lifetime * 60, other.one_time, int(other.start)) == (
        attempt.lifetime,
        attempt.one_time,
        attempt.start,
    )
    sent, until = attempt.asked - attempt.fence, max(other.start - MINUTE, attempt.asked - attempt.fence / 2)
    return same and sent - MINUTE - DRIFT <= other.created <= until + DRIFT


def could_be_anybodys(made: Made) -> bool:
    """Our second pass of one POST, made so shortly before its start that an administrator's looks the
    same.
    """
    born, attempt = made.born, made.attempt
    if born.created >= born.start - 2:
        return True
    late = max(born.start - MINUTE, attempt.asked - attempt.fence / 2)
    return int(born.start) % 60 == 0 and born.created >= late - DRIFT
