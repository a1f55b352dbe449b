"""Tickets that wait for what an agent can end and say so, and sentences that callers read about a no.

Each in a world of its own, drawn onto one that was drawn before they were known. A quarter stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Outage, Shape, Trouble

AFTER = 90.0  # s that a ticket waits before it says why


def told(shape: Shape, lot: Random) -> Shape:
    if lot.random() < 0.25:
        return shape
    calm = replace(calmed(shape), tell_waiting=AFTER, caller=True, topdesk=lot.random() < 0.4)
    asked: list[Trouble] = [Asked(2, 4, 0.0)]  # nobody's manager asks: refused
    match lot.choice(("approval", "standing", "limit", "blind")):
        case "approval":
            calm = replace(calm, approval=True)
            asked.append(Asked(0, 0, 0.0, "unapproved"))
            asked += lot.choice(([], [Deed("approve", 1, 250.0)], [Deed("reject", 1, 250.0)]))
        case "standing":
            asked += [Asked(0, 0, 0.0), Asked(0, 3, 1.0)]
        case "limit":
            calm = replace(calm, limits=(9, 1, 9))
            asked += [Asked(0, 3, 0.0), Asked(1, 3, 1.0)]
        case _:  # a wait that no agent can end
            asked += [Asked(0, 0, 0.0), Outage("roles", 0.0, 420.0)]
    if lot.random() < 0.4:
        asked.append(_trouble(lot))
    return replace(calm, troubles=tuple(asked))


def flipped(shape: Shape, lot: Random) -> Shape:
    """The approval of a ticket is refused, asked for again, and refused again once the ticket may have said
    that it waits. A quarter stay as they were.
    """
    if lot.random() < 0.25:
        return shape
    kept = [each for each in shape.troubles if not isinstance(each, Asked | Deed)]
    deeds = [Deed("reject", 0, 60.0), Deed("await", 0, lot.choice((250.0, 400.0)))]
    deeds += [Deed(lot.choice(("reject", "reject", "approve")), 0, lot.choice((500.0, 900.0)))]
    troubles: tuple[Trouble, ...] = (Asked(0, 0, 0.0, "unapproved"), *deeds, *kept)
    return replace(shape, approval=True, tell_waiting=AFTER, caller=lot.random() < 0.5, troubles=troubles)


def _trouble(lot: Random) -> Trouble:
    match lot.choice(("fate", "crash", "ledger")):
        case "fate":
            return Fate("PATCH", lot.randrange(5), lot.choice(("lost", "reply_lost", "refused", "busy")))
        case "crash":
            return Crash(0, lot.randrange(60), lot.choice((3.0, 100.0)), lot.random() < 0.5)
        case _:
            return Fate("ledger", lot.randrange(30), lot.choice(("unwritten", "written_unknown")))
