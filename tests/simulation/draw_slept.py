"""Machines that sleep while their privilege map gets too old, drawn onto a world of before."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Outage, Shape, Stop, Trouble


def slept(shape: Shape, lot: Random) -> Shape:
    """The map can't be read any more after the first rounds, and the next ticket comes when it is too old."""
    troubles: list[Trouble] = [
        Asked(0, 0, 0.0),
        Stop(0, lot.randrange(10, 60), lot.choice((100.0, 150.0, 200.0))),
        Outage("map", 20.0, 420.0),
        Asked(1, 3, lot.choice((340.0, 360.0))),
    ]
    return replace(calmed(shape), maps=True, topdesk=lot.random() < 0.3, troubles=tuple(troubles))
