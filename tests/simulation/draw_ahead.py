"""Worlds whose tickets' names are asked for ahead, and come to mean somebody else before their turn."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Outage, Shape, Trouble

WAITS = (0.0, 0.5, 2.0, 5.0, 70.0)  # s from the call ahead to the turn; a hint is kept for 60
PASSED_ON = ("name_passes_on", "name_passes_to_admin", "name_is_gone")
VERBS = (*PASSED_ON, *PASSED_ON, "disable", "give_role", "admin_makes", "other_caller")


def ahead(shape: Shape, lot: Random) -> Shape:
    calm = replace(calmed(shape), ahead=True, topdesk=lot.random() < 0.3, deliver=("note",))
    if lot.random() < 0.2:
        calm = replace(calm, find_by="sam_account_name")
    people = range(lot.choice((1, 2, 3)))
    asked: list[Trouble] = [Asked(each, lot.choice((each, 3)), float(each)) for each in people]
    if lot.random() < 0.8:
        step = lot.randrange(30) if lot.random() < 0.6 else None
        asked.append(Deed(lot.choice(VERBS), 0, round(lot.uniform(0, 8), 1), step))
    if lot.random() < 0.4:
        asked.append(_trouble(lot))
    return replace(calm, troubles=tuple(asked))


def _trouble(lot: Random) -> Trouble:
    match lot.choice(("fate", "crash", "entra", "ledger")):
        case "fate":
            return Fate("batch", lot.randrange(6), lot.choice(("down", "slow")), 8.0)
        case "crash":
            return Crash(0, lot.randrange(60), lot.choice((3.0, 100.0)), lot.random() < 0.5)
        case "entra":
            return Outage("entra", round(lot.uniform(0, 6), 1), lot.choice((5.0, 40.0)))
        case _:
            return Fate("ledger", lot.randrange(30), lot.choice(("unwritten", "written_unknown")))
