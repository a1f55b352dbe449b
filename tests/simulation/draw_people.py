"""Worlds about who is meant and who may ask: names that change hands or only look like one, managers further
up, verifications that grow old, guests of the tenant's own.

Each in a world of its own, drawn onto one that was drawn before they were known.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Shape, Trouble

KINDS = ("pinned", "chain", "verified", "own_guest", "look_alike")
LEVELS = 2  # of managers above, who may ask
WITHIN = 3600  # s that a verification counts
SOON = 0.05  # s: before the first sweep


def peopled(shape: Shape, lot: Random) -> Shape:
    kind = lot.choice(KINDS)
    calm = replace(calmed(shape), people=kind, topdesk=False, deliver=("note",))
    asked: list[Trouble] = [Asked(2, 2, 0.0)]
    match kind:
        case "pinned":  # 0 waits for an approval, or is refused, while the name changes hands
            calm = replace(calm, approval=True)
            disabled = lot.random() < 0.5
            asked.append(Asked(0, 0, 0.0, "" if disabled else "unapproved"))
            asked += [Deed("disable", 1, SOON)] if disabled else []
            asked += [Deed("new_account", 1, 150.0), Deed("approve", 1, 250.0), Deed("come_back", 1, 260.0)]
        case "chain":  # mia is above ann, otto above mia, bob above otto: neither bob nor a circle may ask
            asked.append(Asked(0, lot.choice((1, 3, 4)), 0.0))
            asked += lot.choice(([], [Deed("circle", 1, SOON)]))
        case "verified":
            asked.append(Asked(0, 0, 0.0, lot.choice(("", "unverified", "stale", "stale"))))
        case "look_alike":
            asked.append(Asked(0, 0, 0.0, kind))
        case _:
            asked += [Asked(0, 0, 0.0), Deed(kind, 1, SOON)]
    if lot.random() < 0.4:
        asked.append(_trouble(lot))
    return replace(calm, troubles=tuple(asked))


def _trouble(lot: Random) -> Trouble:
    match lot.choice(("fate", "crash", "ledger")):
        case "fate":
            return Fate("batch", lot.randrange(4), lot.choice(("down", "slow")), 8.0)
        case "crash":
            return Crash(0, lot.randrange(60), lot.choice((3.0, 100.0)), lot.random() < 0.5)
        case _:
            return Fate("ledger", lot.randrange(30), lot.choice(("unwritten", "written_unknown")))
