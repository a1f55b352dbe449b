"""Limits that are fair, hours and age, and signs on which passdesk pauses itself.

Each in a world of its own, drawn onto one that was drawn before they were known.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from connector.ledger.pausing import Pausing
from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Shape, Trouble

BOSS = 3  # everybody's manager


def fair(shape: Shape, lot: Random) -> Shape:
    calm = replace(calmed(shape), topdesk=lot.random() < 0.3)
    kind = lot.choice(("flood", "raise", "nobody", "hours", "age", "flips", "known", "chain", "stuck"))
    after = round(lot.uniform(90, 200), 1)
    asked: list[Trouble]
    match kind:
        case "flood":  # one asks for all; somebody else asks, too
            calm = replace(calm, limits=(9, 1, 9))
            asked = [Asked(person, BOSS, float(person)) for person in (0, 1)]
            asked.append(Asked(2, 2, after))
        case "raise":
            calm = replace(calm, limits=(9, 1, 9))
            asked = [Asked(0, BOSS, 0.0), Asked(1, BOSS, 1.0), Asked(2, BOSS, 260.0), Deed("raise", 0, 30.0)]
        case "nobody":
            calm = replace(calm, limits=(9, 1, 9), anyone=True)
            asked = [Asked(person, None, float(person)) for person in (0, 1, 2)]
        case "hours":
            opens = lot.choice((0, 2, 4))
            calm = replace(calm, hours=(opens, opens + lot.choice((1, 3))))
            asked = [Asked(0, 0, 0.0), Asked(1, 1, after), Asked(2, 2, 310.0)]
        case "age":
            calm = replace(calm, oldest=150, approval=True)
            asked = [Asked(0, 0, 0.0, "unapproved"), Asked(1, 1, after), Deed("approve", 0, 250.0)]
        case "flips":
            calm = replace(calm, pausing=Pausing(flips=lot.choice((2, 3))))
            asked = [*_flips((0, 1)), Asked(2, 2, 260.0)]
        case "known":  # a person resumes, and the same people are seen again
            calm = replace(calm, pausing=Pausing(flips=1))
            asked = [*_flips((0,)), Deed("resume", 0, 300.0), Asked(2, 2, 310.0)]
        case "chain":
            calm = replace(calm, pausing=Pausing(chain=True))
            asked = [Asked(0, 0, 0.0), Deed("tamper", 0, 60.0), Asked(1, 1, after), Asked(2, 2, 300.0)]
            asked += lot.choice(([], [Deed("resume", 0, 280.0)]))
        case _:
            calm = replace(calm, pausing=Pausing(stuck_in_a_row=2))
            asked = [Asked(0, 0, 0.0, "strange"), Asked(1, 1, 1.0, "strange"), Asked(2, 2, after)]
    if lot.random() < 0.3:
        asked.append(Crash(0, lot.randrange(60), lot.choice((3.0, 100.0)), lot.random() < 0.5))
    return replace(calm, troubles=tuple(asked))


def _flips(people: tuple[int, ...]) -> list[Trouble]:
    """These are seen with a role, and then without."""
    found: list[Trouble] = [Asked(person, person, 0.0, "outside") for person in people]
    found += [Deed("give_role", ticket, 1.0) for ticket in range(len(people))]
    found += [Asked(person, person, 10.0) for person in people]
    found += [Deed("take_role", ticket, 130.0) for ticket in range(len(people))]
    return found + [Asked(person, person, 150.0) for person in people]
