"""Safety: what may not become of a pass that was delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.domain.outcome import Ending, State
from tests.simulation.draw_cared import PRIVILEGING
from tests.simulation.invariants import invariant
from tests.simulation.safety_of_rows import Change
from tests.simulation.views import was_used

if TYPE_CHECKING:
    from tests.simulation.world import World

PRIVILEGED = dict(
    zip(
        ("holds a role", "may take up a role", "is in a group that may carry roles"),
        PRIVILEGING,
        strict=True,
    )
)
NOTICED = 600 + 60 + 90 + 250.0  # s: a question, a round, a map, and what may go wrong meanwhile
SOON = 280.0  # s: a round, a second look, and what may go wrong meanwhile


def _lives_on(world: World, reasons: set[str]) -> str | None:
    """Somebody who lost the right to their pass, and whose pass is looked after as before."""
    if not world.shape.cared:
        return None
    for row in world.known_rows.values():
        if row.state is not State.LIVE or row.attempt is None or was_used(world, row):
            continue
        attempt = row.attempt.attempt
        since, why = world.truth.forbidden.get(attempt.subject.id, (0.0, ""))
        late = world.hub.now - since
        if why in reasons and late > NOTICED and world.entra_clock() > attempt.start + NOTICED:
            return f"the person {why} for {late:.0f} s, and {attempt.reference} lives on"
    return None


@invariant("row")
def disabled_are_revoked_after_the_start(world: World, _: Change) -> str | None:
    return _lives_on(world, {"is disabled"})


@invariant("row")
def privileged_are_revoked_after_the_start(world: World, _: Change) -> str | None:
    return _lives_on(world, {*PRIVILEGED})


@invariant("row")
def called_lost_only_when_it_is_lost(world: World, change: Change) -> str | None:
    """A pass that stands in Entra, and stood there long before, is not taken for deleted or replaced."""
    before, after, *_ = change
    began = after.state is State.REVOKING and before is not None and before.state is State.LIVE
    lost = after.reason is Ending.REVOKED and after.detail.startswith(
        ("Somebody deleted", "A second request")
    )
    if not (began and lost and after.attempt and world.shape.calm):
        return None
    attempt = after.attempt.attempt
    held = world.passes.standing(attempt.subject.id)
    if held is None or held.id != attempt.pass_id or held.created > world.entra_clock() - 60:
        return None
    return f"{attempt.reference} is called lost, and stands in Entra"


@invariant("row")
def what_is_lost_soon_after_the_start_is_soon_noticed(world: World, _: Change) -> str | None:
    """In the first minutes each round looks at each pass."""
    if not world.shape.cared:
        return None
    now = world.entra_clock()
    for row in world.known_rows.values():
        made = world.truth.made.get((row.attempt and row.attempt.attempt.pass_id) or "")
        if row.state is not State.LIVE or made is None or was_used(world, row):
            continue
        lost = [
            event.at
            for event in world.passes.audit
            if event.id == made.born.id and event.what in ("deleted", "replaced")
        ]
        if lost and lost[0] < made.born.start + SOON and now > lost[0] + SOON:
            return f"{made.name} is gone for {now - lost[0]:.0f} s, and {row.number} is LIVE"
    return None
