"""Mails to managers, and TOPdesk, drawn onto a world that was drawn before they were known. A quarter stays
as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from tests.simulation.clocks import Wrong
from tests.simulation.managers import VERBS
from tests.simulation.shape import Asked, Deed, Fate, Meanwhile, Outage, Shape, Trouble, Ways

WAYS: tuple[Ways, ...] = (("note",), ("manager_mail",), ("manager_mail", "note"), ("note", "manager_mail"))
OF_MAILS = ("refused", "lost", "reply_lost", "reply_lost", "late", "twice", "busy", "broken",
    "broken_done", "denied", "denied",
            "invalid", "timed_out")  # fmt: skip
LATE = (0.0, 5.0, 30.0, 300.0)


def mails_and_desks(shape: Shape, lot: Random) -> Shape:
    if lot.random() < 0.25:
        return shape
    shape = replace(shape, deliver=lot.choices(WAYS, (2, 4, 3, 2))[0], topdesk=lot.random() < 0.5)
    if shape.topdesk and lot.random() < 0.12:
        return _alone(shape, lot)
    more: list[Trouble] = []
    if shape.mails:
        shape = _with_mails(shape, lot)
        more += _of_mails(shape, lot)
    if shape.topdesk:
        shape = _on_topdesk(shape, lot)
        more += _of_topdesk(shape, lot)
    return replace(shape, troubles=shape.troubles + tuple(more))


def _with_mails(shape: Shape, lot: Random) -> Shape:
    def named(each: Trouble) -> Trouble:
        odd = isinstance(each, Asked) and not each.odd and lot.random() < 0.3
        return replace(each, odd="other_address") if odd else each  # type: ignore[call-arg]

    troubles = tuple(named(each) for each in shape.troubles)
    of, pace = lot.choices(("subject", "requester"), (4, 1))[0], lot.choices((30, 1), (9, 1))[0]
    return replace(shape, manager_of=of, pace=pace, troubles=troubles)  # type: ignore[arg-type]


def _of_mails(shape: Shape, lot: Random) -> Iterator[Trouble]:
    if lot.random() < 0.6:
        for _ in range(lot.choice((1, 1, 2, 3))):
            kind = lot.choice(OF_MAILS)
            delay = lot.choice(LATE) if kind in {"late", "twice"} else 0.0
            yield Fate("MAIL", int(lot.expovariate(1.2)), kind, delay)
    if lot.random() < 0.5:
        for _ in range(lot.choice((1, 2, 4))):
            yield _deed(shape, lot, lot.choice(VERBS))
    if lot.random() < 0.25:
        yield Meanwhile(lot.choice(VERBS))
    if lot.random() < 0.1:
        yield Deed(lot.choice(("boss_circle", "boss_is_self", "boss_disabled")), 0, 0.05)
    if lot.random() < 0.1:
        yield Outage("managers", round(lot.uniform(0, 60), 1), lot.choice((5.0, 40.0)))


def _on_topdesk(shape: Shape, lot: Random) -> Shape:
    """What is ServiceNow's own is no more: fields for passes, and a journal that shows nothing."""
    journal = lot.choices(("readable", "forbidden"), (9, 1))[0]
    return replace(shape, field_="work_notes", kind="string", journal=journal, may_delete=lot.random() < 0.75)


def _alone(shape: Shape, lot: Random) -> Shape:
    """Nothing is wrong but that callers see what should be invisible; or nothing at all, and a colleague
    writes on a ticket.
    """
    asked = tuple(replace(each, odd="") for each in shape.troubles if isinstance(each, Asked))
    shape = replace(
        _on_topdesk(shape, lot),
        settle="full",
        fence=75,
        stale=min(shape.stale, 8),
        replicas=1,
        journal="readable",
    )
    shape = replace(shape, limits=(9, 9, 9), walls=(Wrong(shape.walls[0].offset),), approval=False)
    if lot.random() < 0.5:
        deliver = lot.choice((WAYS[0], WAYS[0], WAYS[3]))
        what: list[Trouble] = [Outage("visible", 0.0, lot.choice((20.0, 400.0)))]
        if lot.random() < 0.3:
            what.append(Fate("PATCH", 0, "reply_lost"))
    else:
        deliver, over = WAYS[0], lot.choice(("close", "leave_queue", "revoke"))
        what = [Deed("quote", 0, lot.uniform(20, 60)), Deed(over, 0, lot.uniform(70, shape.faults_until))]
    first = Asked(0, 0, 0.0, use_after=asked[0].use_after)
    return replace(shape, deliver=deliver, may_delete=True, troubles=(first, *asked[1:], *what))


def _of_topdesk(shape: Shape, lot: Random) -> Iterator[Trouble]:
    for _ in range(lot.choices((0, 1, 2), (4, 4, 1))[0]):
        kind = lot.choice(("visible", "visible", "garbled", "masked", "trail"))
        yield Outage(
            kind, round(lot.choice((0.0, 0.0, lot.uniform(0, 120))), 1), lot.choice((5.0, 40.0, 400.0))
        )
        if kind == "visible" and lot.random() < 0.3:
            yield Fate("PATCH", 0, "reply_lost")
    if lot.random() < 0.3:
        yield Fate(
            "PATCH",
            lot.randrange(2),
            lot.choice(("lost", "lost", "reply_lost", "broken_done", "late")),
            lot.choice(LATE),
        )
        if lot.random() < 0.5:
            yield Meanwhile("forge")
    if lot.random() < 0.3:
        yield Fate(
            "REMOVE",
            lot.randrange(2),
            lot.choice(("refused", "lost", "reply_lost", "late", "busy")),
            lot.choice(LATE),
        )
    if lot.random() < 0.2:
        yield Fate(
            lot.choice(("card", "operator", "journal")), lot.randrange(4), "down", lot.choice((1.0, 25.0))
        )
    for _ in range(lot.choices((0, 1, 3), (3, 2, 1))[0]):
        yield _deed(shape, lot, lot.choice(("forge", "forge", "quote")))


def _deed(shape: Shape, lot: Random, verb: str) -> Deed:
    tickets = sum(isinstance(each, Asked) for each in shape.troubles)
    step = lot.randrange(120) if lot.random() < 0.5 else None
    return Deed(verb, lot.randrange(tickets), round(lot.uniform(0, shape.faults_until), 1), step)
