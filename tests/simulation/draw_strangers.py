"""Passes that others make for the people whom passdesk serves, drawn onto a world of before."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from connector.ledger.pausing import Pausing
from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Shape, Trouble


def strangers(shape: Shape, lot: Random) -> Shape:
    """Administrators make passes for two people, one more than may be there; later a third one asks, and
    sometimes a person resumes before that.
    """
    people = (0, 1)
    troubles: list[Trouble] = [Asked(person, person, 0.0, "outside") for person in people]
    troubles += [Deed("admin_makes_long", ticket, 1.0) for ticket in people]
    troubles += [Asked(person, person, lot.choice((10.0, 60.0))) for person in people]
    troubles += lot.choice(([], [Deed("resume", 0, 300.0)]))
    troubles.append(Asked(2, 2, round(lot.uniform(240, 320), 1)))
    if lot.random() < 0.3:
        troubles.append(Crash(0, lot.randrange(60), lot.choice((3.0, 100.0)), lot.random() < 0.5))
    calm = replace(calmed(shape), topdesk=lot.random() < 0.3, replace_standing=False)
    return replace(calm, pausing=Pausing(foreign_passes=1), troubles=tuple(troubles))
