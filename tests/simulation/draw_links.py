"""Links between tickets, accounts without a userType, and texts that name two people, drawn onto a world that
was drawn before they were known. Many stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.draw_rests import calmed
from tests.simulation.shape import Asked, Deed, Meanwhile, Shape, Trouble

VERBS = ("link_up", "link_down", "unlink")
KINDS = ("old_account", "old_guest")  # of people whose userType is empty


def linked(shape: Shape, lot: Random) -> Shape:
    """People link tickets before they are worked, at any time, or at the moment when Entra makes a pass."""
    if lot.random() < 0.5:
        return shape
    tickets = sum(isinstance(each, Asked) for each in shape.troubles)
    more: list[Trouble] = []
    if lot.random() < 0.5:
        more.append(Deed(lot.choice(VERBS[:2]), 0, 0.05))
    if lot.random() < 0.4:
        more.append(Meanwhile(lot.choice(VERBS[:2])))
    for _ in range(lot.choice((0, 1, 3))):
        step = lot.randrange(120) if lot.random() < 0.5 else None
        at = round(lot.uniform(0, shape.faults_until), 1)
        more.append(Deed(lot.choice(VERBS), lot.randrange(tickets), at, step))
    return replace(shape, copies=True, troubles=shape.troubles + tuple(more))


def aged(shape: Shape, lot: Random) -> Shape:
    """Some accounts are as old as the tenant, and say nothing of their type; some of these are guests."""
    if lot.random() < 0.7:
        return shape
    tickets = sum(isinstance(each, Asked) for each in shape.troubles)
    more = [Deed(lot.choice(KINDS), lot.randrange(tickets), lot.choice((0.05, 0.05, 30.0)))]
    return replace(shape, troubles=shape.troubles + tuple(more))


def worded(shape: Shape, lot: Random) -> Shape:
    """Callers write a name into the ticket, and some of them another one, later."""
    if lot.random() < 0.7:
        return shape
    tickets = sum(isinstance(each, Asked) for each in shape.troubles)
    more: list[Trouble] = []
    for _ in range(lot.choice((0, 1, 1, 2))):
        verb, at = lot.choice(("reply", "reply", "reply_again")), lot.choice((0.05, 30.0))
        more.append(Deed(verb, lot.randrange(tickets), at))
    return replace(shape, texts=True, troubles=shape.troubles + tuple(more))


def lagged(shape: Shape, lot: Random) -> Shape:
    """Children come before a ticket is worked, or at the moment when Entra makes its pass, and no count shows
    them.
    """
    asked: list[Trouble] = [Asked(person, person, float(person)) for person in range(lot.choice((1, 2)))]
    asked.append(lot.choice((Deed("link_down", 0, 0.05), Meanwhile("link_down"))))
    calm = replace(calmed(shape), topdesk=False, copies=True, counts_lag=True)
    return replace(calm, troubles=tuple(asked))
