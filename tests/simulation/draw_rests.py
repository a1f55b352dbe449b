"""Services that refuse everybody or somebody, waits that last, clocks that are set, and code that fails.

Each in a world of its own, drawn onto one that was drawn before they were known. Half stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.clocks import Wrong
from tests.simulation.shape import Asked, Deed, Fate, Outage, Shape, Trouble

PATIENCE = 150.0  # s that a ticket waits for what is its own, in worlds of waits


def rests_and_waits(shape: Shape, lot: Random) -> Shape:
    if lot.random() < 0.5:
        return shape
    kind = lot.choice(("blocked", "acl", "unit", "waits", "clock", "poison"))
    asked: list[Trouble] = [
        Asked(person, person, round(lot.uniform(0, 40), 1) if person else 0.0)
        for person in range(lot.choice((2, 3, 3)))
    ]
    calm = replace(calmed(shape), topdesk=False)
    match kind:
        case "blocked":
            calm = replace(calm, deliver=("manager_mail",))
            asked.append(Outage("blocked", 0.0, lot.choice((100.0, 300.0))))
        case "acl":
            asked.append(Outage("acl", 0.0, lot.choice((100.0, 300.0))))
        case "unit":  # the first person may get no pass from us
            asked.append(Outage("unit", 0.0, 420.0))
        case "waits":
            asked += _waits(lot)
            calm = replace(calm, patience=PATIENCE)
        case "clock":
            steps = ((round(lot.uniform(15, 110), 1), lot.choice((-600.0, -3600.0, 31_536_000.0))),)
            calm = replace(calm, replicas=1, walls=(Wrong(0.0, 0.0, steps),))
            asked.append(Fate("POST", 0, lot.choice(("lost", "reply_lost"))))
        case _:
            asked.append(Outage("poison", 0.0, 720.0))  # five tries take 450 s
            calm = replace(calm, faults_until=720.0)
    return replace(calm, troubles=tuple(asked))


def calmed(shape: Shape) -> Shape:
    """The same world without what was drawn to go wrong in it."""
    return replace(
        shape,
        fence=75,
        settle="full",
        stale=min(shape.stale, 2),
        desk_stale=0,
        rounding="none",
        judge_ahead=0.0,
        approval=False,
        once=False,
        again=False,
        queues=1,
        replace_standing=False,
        journal="readable",
        marker=False,
        field_="work_notes",
        kind="string",
        starts=(),
        deliver=("note",),
        manager_of="subject",
        pace=30,
        limits=(9, 9, 9),
        entra=Wrong(shape.entra.offset),
        desk=Wrong(shape.desk.offset),
        walls=tuple(Wrong() for _ in shape.walls),
        faults_until=420.0,
        tail=False,
    )


def _waits(lot: Random) -> list[Trouble]:
    """Evidence is missing for long; or all wait for long, and then evidence is missing for a while."""
    if lot.random() < 0.5:
        return [Outage("roles", 0.0, 420.0)]
    return [Deed("pause", 0, 0.2), Deed("resume", 0, 300.0), Outage("roles", 299.0, 100.0)]
