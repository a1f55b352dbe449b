"""People on a path to privilege or into a protected group, which fresh reads show and the map mostly doesn't.

So whatever a fresh read misses becomes a pass. Each is a world of its own, drawn onto an older one.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Outage, Shape, Trouble

PIM = "eligibilityScheduleInstances"
UNSEEN = {  # by the map, where one of these pieces of its requests is answered with nothing
    "own_role_group": ("/owners", "/groups?"),
    "own_application": ("/owners", "appRoleAssignedTo"),
    "own_principal": ("/owners", "appRoleAssignedTo"),
    "own_board": ("/owners",),
    "join_role_group": (PIM, "/groups?"),
    "may_own_role_group": (PIM, "/groups?"),
    "join_board": (PIM,),
    "restrict": ("",),
}
LONG = 420.0


def pathed(shape: Shape, lot: Random) -> Shape:
    verb = lot.choice(tuple(UNSEEN))
    calm = replace(calmed(shape), maps=True, map_part=lot.choice(UNSEEN[verb]), flagged=lot.random() < 0.5)
    calm = replace(calm, topdesk=lot.random() < 0.3)
    asked: list[Trouble] = [Asked(0, 0, 0.0), Asked(1, 3, 1.0)]
    match lot.choice(("at first", "at first", "later", "after all", "not told")):
        case "at first":
            asked += [Deed(verb, 0, 0.0), Outage("map_lies", 0.0, LONG)]
        case "later":
            step = lot.randrange(60) if lot.random() < 0.5 else None
            asked += [Deed(verb, 0, round(lot.uniform(0, 90), 1), step), Outage("map_lies", 0.0, LONG)]
        case "after all":  # the ticket comes long after, and the map knows
            asked = [Asked(0, 0, 0.0), Deed(verb, 0, 5.0), Asked(0, 3, 200.0)]
        case _:  # what leads from a group or an application to its rights isn't told, so everybody waits
            asked += [Deed(verb, 0, 0.0), Outage("objects", 0.0, LONG), Outage("map_lies", 0.0, LONG)]
    if lot.random() < 0.4:
        asked.append(_trouble(lot))
    return replace(calm, troubles=tuple(asked))


def _trouble(lot: Random) -> Trouble:
    match lot.choice(("fate", "crash", "post")):
        case "fate":
            return Fate("batch", lot.randrange(6), lot.choice(("down", "slow")), lot.choice((1.0, 25.0)))
        case "crash":
            return Crash(0, lot.randrange(60), lot.choice((3.0, 100.0)), lot.random() < 0.5)
        case _:
            return Fate("POST", lot.randrange(2), lot.choice(("lost", "reply_lost")))
