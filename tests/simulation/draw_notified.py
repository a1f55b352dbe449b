"""Worlds in which people are told of their passes, and some of them say that it wasn't they who asked: at any
moment, also while another ticket of theirs is judged, or its pass is made.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Disown, Fate, Outage, Overlap, Shape, Stop, Trouble

MAILS = ("refused", "lost", "reply_lost", "busy", "broken", "broken_done", "timed_out")


def notified(shape: Shape, lot: Random) -> Shape:
    """A second ticket of the first person's comes once the first is closed or its pass revoked, mostly."""
    calm = replace(calmed(shape), notifies=True, minutes=30, topdesk=False)
    first, later = Asked(0, lot.choice((0, 3)), 0.0, use_after=lot.choice((None, 20.0))), lot.uniform(30, 90)
    asked: list[Trouble] = [first, Asked(0, 0, round(later, 1)), Asked(1, 1, lot.choice((0.0, 2.0)))]
    asked += [Disown(lot.choice((0, 0, 0, 1)), round(lot.choice((0.5, lot.uniform(1, 120))), 1))]
    if lot.random() < 0.6:
        asked.append(Deed(lot.choice(("revoke", "close", "leave_queue")), 0, round(lot.uniform(8, later), 1)))
        asked.append(Deed("disown", 0, 0.0, lot.randrange(60, 260)))
    if lot.random() < 0.5:
        asked.append(Disown(0, round(lot.uniform(100, 200), 1)))
    if lot.random() < 0.3:
        asked.append(Deed("unhold", 0, round(lot.uniform(60, shape.faults_until), 1)))
    asked += [_trouble(shape, lot) for _ in range(lot.choice((0, 1, 1, 2)))]
    return replace(calm, faults_until=max(shape.faults_until, 200.0), troubles=tuple(asked))


def _trouble(shape: Shape, lot: Random) -> Trouble:
    replica, step = lot.randrange(shape.replicas), lot.randrange(150)
    match lot.choice(("mail", "mail", "crash", "crash", "stop", "overlap", "batch", "entra", "ledger")):
        case "mail":
            return Fate("MAIL", lot.randrange(4), lot.choice(MAILS), 0.0)
        case "crash":
            return Crash(replica, step, lot.choice((3.0, 60.0)), lot.random() < 0.5)
        case "stop":
            return Stop(replica, step, lot.choice((20.0, 150.0)))
        case "overlap":
            return Overlap(replica, step, lot.random() < 0.5)
        case "batch":
            return Fate("batch", lot.randrange(20), lot.choice(("down", "slow")), lot.choice((1.0, 25.0)))
        case "entra":
            return Outage("entra", round(lot.uniform(0, 100), 1), lot.choice((5.0, 40.0)))
        case _:
            return Fate("ledger", lot.randrange(60), lot.choice(("unwritten", "written_unknown")), 0.0)
