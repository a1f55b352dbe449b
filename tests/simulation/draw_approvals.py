"""Approvals that are bound to what was approved: tickets that change after it, copies, approvals of other
records, answers that are taken back. Drawn onto a world that was drawn before they were known.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.clocks import Wrong
from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Crash, Deed, Fate, Shape, Trouble

BOSS = 3  # who may ask for all the others
AT_ANY_TIME = ("answer_yes", "answer_no", "other_caller", "unapprove", "remind", "clone", "foreign_yes")
ONCE = ("other_caller", "other_caller", "other_caller", "clone", "unapprove")


def bound(shape: Shape, lot: Random) -> Shape:
    """Where the desk shows nothing, at most one thing changes: changed and changed back, between two looks,
    isn't seen there.
    """
    proof = lot.choice(("form", "form", "history", "torn", "torn", ""))
    calm = replace(calmed(shape), approval=True, desk=Wrong(), proof=proof, copies=False, texts=False)
    calm = replace(calm, unproven="wait", topdesk=proof == "" and lot.random() < 0.5, workers=1)
    if proof == "" and lot.random() < 0.7:
        return _accepting(calm, lot)
    asked: list[Trouble] = [Asked(0, BOSS, 0.0, lot.choice(("unapproved", "unapproved", "")))]
    if lot.random() < 0.6:
        asked.append(Asked(2, BOSS, 1.0, lot.choice(("unapproved", ""))))
    at = lot.choice((2.0, 20.0, 130.0))
    asked.append(Deed(lot.choice(("answer_yes", "answer_yes", "approve", "foreign_yes")), 0, at))
    shown = proof in {"form", "history"}
    if shown and lot.random() < 0.4:
        asked.append(Deed("other_caller", 0, at + 3.0))
    for _ in range(lot.choice((0, 1, 1, 3)) if shown else 1):
        at += lot.choice((3.0, 3.0, 65.0))
        verb = lot.choice(AT_ANY_TIME if shown else ONCE)
        asked.append(Deed(verb, 0, at, lot.choice((None, None, lot.randrange(60)))))
    if shown and lot.random() < 0.3:  # while the ticket is handled
        asked.append(Deed("answer_no", 0, 0.0, lot.randrange(10, 45)))
    if lot.random() < 0.4:
        asked.append(Deed("answer_yes", 0, at + lot.choice((3.0, 90.0))))
    if lot.random() < 0.4:
        asked.append(_trouble(lot))
    return replace(calm, troubles=tuple(asked))


def _accepting(calm: Shape, lot: Random) -> Shape:
    """Approved, and kept waiting by a pass that somebody made, until its caller is another."""
    deeds: list[Trouble] = [Asked(0, BOSS, 0.0), Deed("admin_makes", 0, 0.1)]
    swapped = Deed("other_caller", 0, lot.choice((150.0, 200.0)))
    again = [Deed("unapprove", 0, 215.0), Deed("approve", 0, 300.0)]
    more = lot.choice(([], [swapped], [swapped], [swapped, *again]))
    return replace(calm, unproven="accept", replace_standing=False, troubles=(*deeds, *more))


def _trouble(lot: Random) -> Trouble:
    match lot.choice(("fate", "crash", "ledger", "read")):
        case "fate":
            return Fate("PATCH", lot.randrange(3), lot.choice(("lost", "reply_lost", "busy")))
        case "crash":
            return Crash(0, lot.randrange(60), lot.choice((3.0, 100.0)), lot.random() < 0.5)
        case "read":
            return Fate(lot.choice(("read", "poll")), lot.randrange(9), "down", 1.0)
        case _:
            return Fate("ledger", lot.randrange(30), lot.choice(("unwritten", "written_unknown")))
