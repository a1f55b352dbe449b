"""Starts that have passed, names in an index that is old, numbers that two accounts have, and operators who
revoke every pass that is out: each in a world of its own.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Shape, Trouble

LATE = 3600  # s that a start may have passed by, in worlds where it then means now
PASSED = (-300, -1800, -9000, -90_000)  # when passes were to begin, in s from now


def named(shape: Shape, lot: Random) -> Shape:
    calm = replace(calmed(shape), topdesk=lot.random() < 0.3, minutes=60)
    asked: list[Trouble] = [Asked(person, person, float(person)) for person in range(lot.choice((1, 2)))]
    match lot.choice(("late", "index", "twins", "all")):
        case "late":
            calm = replace(calm, starts=tuple(lot.choice(PASSED) for _ in asked), late=LATE)
        case "index":
            calm = replace(calm, find_by="sam_account_name")
            asked.append(Deed("renamed", 0, *_when(lot)))
        case "twins":
            calm = replace(calm, find_by="employee_id")
            asked.append(Deed("enable_twin", 0, *_when(lot)))
        case _:
            asked += [Asked(2, 2, 0.0), Deed("revoke_all", 0, round(lot.uniform(60, 400), 1))]
    if lot.random() < 0.4:
        asked.append(_trouble(lot))
    return replace(calm, troubles=tuple(asked))


def _when(lot: Random) -> tuple[float, int | None]:
    """Before the ticket is worked, or at any time and step."""
    early, step = lot.random() < 0.4, lot.randrange(40) if lot.random() < 0.5 else None
    return (0.01, None) if early else (round(lot.uniform(0, 120), 1), step)


def _trouble(lot: Random) -> Trouble:
    match lot.choice(("fate", "crash", "ledger")):
        case "fate":
            return Fate(lot.choice(("POST", "PATCH")), 0, lot.choice(("lost", "reply_lost", "busy")))
        case "crash":
            return Crash(0, lot.randrange(40), lot.choice((3.0, 100.0)), lot.random() < 0.5)
        case _:
            return Fate("ledger", lot.randrange(20), "unwritten")
