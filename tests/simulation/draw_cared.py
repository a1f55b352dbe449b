"""Worlds in which the passes of several people live side by side until their end, and are looked at together.

Meanwhile somebody is disabled, or made privileged, or uses or loses their pass, or a ticket is closed.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Outage, Shape, Trouble

PRIVILEGING = ("give_role", "make_eligible", "role_group")
VERBS = (
    "disable",
    "disable",
    *PRIVILEGING,
    "use",
    "admin_deletes",
    "admin_makes_long",
    "close",
    "leave_queue",
)
LATE = 400.0  # s until people do something


def cared(shape: Shape, lot: Random) -> Shape:
    calm = replace(
        calmed(shape),
        cared=True,
        maps=True,
        tail=True,
        minutes=30,
        topdesk=lot.random() < 0.3,
    )
    if not calm.topdesk:
        calm = replace(calm, field_=lot.choice(("work_notes", "u_pass")))
    several = lot.choice((3, 4, 4))
    asked: list[Trouble] = [
        Asked(person, lot.choice((person, 3)), lot.choice((0.0, float(person))), use_after=_used(lot))
        for person in range(several)
    ]
    asked += [
        Deed(lot.choice(VERBS), lot.randrange(several), round(lot.uniform(60, LATE), 1))
        for _ in range(lot.choice((1, 2, 3)))
    ]
    if lot.random() < 0.5:
        asked.append(Outage("parts", round(lot.uniform(0, 200), 1), lot.choice((60.0, 420.0))))
    if lot.random() < 0.4:
        asked.append(_trouble(lot, shape.replicas))
    return replace(calm, troubles=tuple(asked))


def _used(lot: Random) -> float | None:
    """Seconds after the start; some are used long after it."""
    return lot.choice((None, None, None, 60.0, 700.0))


def _trouble(lot: Random, replicas: int) -> Trouble:
    match lot.choice(("fate", "crash", "entra")):
        case "fate":
            return Fate("batch", lot.randrange(60), lot.choice(("down", "slow")), lot.choice((1.0, 25.0)))
        case "crash":
            down = lot.choice((3.0, 100.0))
            return Crash(lot.randrange(replicas), lot.randrange(200), down, lot.random() < 0.5)
        case _:
            return Outage("entra", round(lot.uniform(60, 300), 1), 40.0)
