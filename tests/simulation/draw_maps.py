"""Worlds with a privilege map: late, partial, old, or telling less than the truth beside a read that fails.

Each is a world of its own, drawn onto one that was drawn before maps were known.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Outage, Shape, Trouble

OWNED = ("own_role_group", "own_application", "own_principal")
JOINED = ("join_role_group", "join_by_group")
ROLES = {"give_role": "roles", "make_eligible": "eligible", "role_group": "groups"}  # and who can't tell it
PARTS = (
    "roleAssignments",
    "roleEligibilityScheduleInstances",
    "/groups?",
    "appRoleAssignedTo",
    "/owners",
    "/transitiveMembers",
    "eligibilityScheduleInstances",
)
"""Pieces of the map's requests: each may be refused, or answered with nothing."""
LONG = 420.0


def mapped(shape: Shape, lot: Random) -> Shape:
    calm = replace(calmed(shape), maps=True, topdesk=lot.random() < 0.3)
    part = lot.choice(PARTS)
    asked: list[Trouble] = [Asked(0, 0, 0.0), Asked(1, 3, 1.0)]
    match lot.choice(("plain", "late", "old", "partial", "refused", "blind", "lies", "fresh_lies")):
        case "plain":  # somebody finds a way at any time
            verb = lot.choice((*OWNED, *JOINED, *ROLES))
            asked.append(Deed(verb, 0, lot.choice((0.0, 2.0, 30.0))))
        case "late":
            asked.append(Outage("map", 0.0, lot.choice((45.0, 200.0))))
        case "old":  # what was read at first gets too old
            asked = [Asked(0, 0, 350.0), Asked(1, 3, 360.0), Outage("map", 20.0, LONG)]
        case "partial":
            calm = replace(calm, map_part=part)
            asked.append(Outage("map_part", 0.0, LONG))
        case "refused":  # what somebody owns isn't told to applications: the map decides
            asked += [Deed(lot.choice(OWNED), 0, 0.0), Outage("owned", 0.0, LONG)]
        case "blind":  # the map sees what the fresh read doesn't, and nobody gets a pass either way
            verb, read = lot.choice((*ROLES.items(), (lot.choice(JOINED), "joinable")))
            asked += [Deed(verb, 0, 0.0), Outage(read, 0.0, LONG)]
        case "lies":  # the map sees less than there is, and a fresh read fails
            verb, read = lot.choice((*ROLES.items(), (lot.choice(JOINED), "joinable")))
            calm = replace(calm, map_part=part)
            asked += [Deed(verb, 0, 0.0), Outage("map_lies", 0.0, LONG), Outage(read, 0.0, LONG)]
        case _:  # a fresh read sees less than there is
            verb, read = lot.choice((*((each, "owned") for each in OWNED), (JOINED[0], "joinable")))
            asked += [Deed(verb, 0, 0.0), Outage(f"{read}_lies", 0.0, LONG)]
    if lot.random() < 0.4:
        asked.append(_trouble(lot))
    return replace(calm, troubles=tuple(asked))


def _trouble(lot: Random) -> Trouble:
    match lot.choice(("fate", "crash", "entra")):
        case "fate":
            return Fate("map", lot.randrange(6), lot.choice(("down", "slow")), lot.choice((1.0, 25.0)))
        case "crash":
            return Crash(0, lot.randrange(60), lot.choice((3.0, 100.0)), lot.random() < 0.5)
        case _:
            return Outage("entra", lot.choice((0.0, 5.0)), 40.0)
