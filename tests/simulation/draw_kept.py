"""Ledgers that keep names and lines only so long, and people who are erased while tickets are under way.

Each in a world of its own, drawn onto one that was drawn before they were known. A quarter stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Shape, Trouble

DAY = 86400.0


def kept(shape: Shape, lot: Random) -> Shape:
    if lot.random() < 0.25:
        return replace(shape, keep_names=lot.choice((90.0, 300.0)), keep_trail=lot.choice((150.0, 400.0)))
    spans = ((60.0, 120.0), (100.0, 400.0), (DAY, 200.0), (80.0, DAY), (DAY, DAY), (DAY, DAY))
    names, trail = lot.choice(spans)
    calm = replace(calmed(shape), keep_names=names, keep_trail=trail, minutes=10, tail=True)
    calm = replace(calm, topdesk=lot.random() < 0.3)
    use = lot.choice((None, 20.0, 120.0))
    asked: list[Trouble] = [Asked(0, lot.choice((0, 3)), 0.0, use_after=use)]
    match lot.choice(("alone", "again", "refused", "waits")):
        case "again":
            asked.append(Asked(0, 3, lot.choice((0.0, 100.0, 200.0))))
        case "refused":
            asked.append(Asked(1, 4, 0.0))
        case "waits":
            asked += [Asked(1, 1, 0.0, "unapproved"), Deed("pause", 0, 0.0), Deed("resume", 0, 150.0)]
        case _:
            asked.append(Asked(1, 3, 5.0))
    asked += [
        Deed("erase", lot.randrange(2), lot.choice((5.0, 40.0, 130.0, round(lot.uniform(1, 300), 1))))
        for _ in range(lot.choice((1, 1, 2, 3)))
    ]
    if lot.random() < 0.6:
        asked.append(_trouble(lot))
    return replace(calm, troubles=tuple(asked), faults_until=420.0)


def _trouble(lot: Random) -> Trouble:
    match lot.choice(("fate", "crash", "ledger", "revoke", "give_role")):
        case "fate":
            return Fate("POST", 0, lot.choice(("lost", "reply_lost", "refused")))
        case "crash":
            return Crash(0, lot.randrange(80), lot.choice((3.0, 100.0)), lot.random() < 0.5)
        case "ledger":
            return Fate("ledger", lot.randrange(40), lot.choice(("unwritten", "written_unknown")))
        case verb:
            return Deed(verb, 0, lot.choice((20.0, 100.0)))
