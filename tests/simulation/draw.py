"""A world drawn from its seed: how it is set up, who asks, and everything that will go wrong."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.simulation.clocks import Wrong
from tests.simulation.draw_ahead import ahead
from tests.simulation.draw_approvals import bound
from tests.simulation.draw_cared import cared
from tests.simulation.draw_fair import fair
from tests.simulation.draw_kept import kept
from tests.simulation.draw_links import aged, lagged, linked, worded
from tests.simulation.draw_mails import mails_and_desks
from tests.simulation.draw_maps import mapped
from tests.simulation.draw_named import named
from tests.simulation.draw_notified import notified
from tests.simulation.draw_paths import pathed
from tests.simulation.draw_people import peopled
from tests.simulation.draw_rests import rests_and_waits
from tests.simulation.draw_slept import slept
from tests.simulation.draw_strangers import strangers
from tests.simulation.draw_told import flipped, told
from tests.simulation.shape import Asked, Crash, Deed, Fate, Outage, Overlap, Shape, Stop, Then, Trouble

LATE = (0, 1, 5, 30, 90, 300)  # seconds after its connection was lost; and a lifetime


MORE = 1_000_000  # worlds from here on know what came later; earlier seeds stay the worlds that they were


MAILS = 10_000_000  # and from here on, mails to managers and TOPdesk
LINKS = 3_000_000_000  # and from here on, linked tickets, old accounts, and texts of callers
ELDER = frozenset({7399431469})  # drawn before these were known
RESTS = 50_000_000  # and from here on, services that refuse everybody, waits, clocks that are set
TOLD = 8_000_000_000  # and from here on, tickets that say why they wait, and sentences for callers
REGION = 500_000_000  # worlds of one kind, from its first on
PATHS = 10_000_000_000  # paths to privilege, and a map that doesn't show them
MAPS = 11_000_000_000  # a privilege map of the tenant
FLIPS = 12_000_000_000  # approvals that are refused, asked for again, and refused again
PEOPLE = 12_500_000_000  # names that change hands, managers further up, verifications
APPROVALS = 13_000_000_000  # approvals that are bound to what was approved
FAIR = 14_000_000_000  # shares and raises, hours, and signs on which passdesk pauses itself
KEPT = 15_000_000_000  # names and lines that are kept for a time, and erasures
NAMED = 16_000_000_000  # starts that passed, older names, and passes that all end
LAGGED = 16_500_000_000  # a count of children that is old
SLEPT = 17_000_000_000  # machines that sleep while what they know gets old
STRANGERS = 17_500_000_000  # passes that others make, on which passdesk pauses itself
AHEAD = 18_500_000_000  # names that are asked for ahead of their tickets' turn
CARED = 19_500_000_000  # many passes that live, and people who lose their right to one
NOTIFIED = 21_500_000_000  # people who are told of their passes, and say that they didn't ask
REGIONS = (
    RESTS, LINKS, TOLD, PATHS, MAPS, FLIPS, PEOPLE, APPROVALS, FAIR, KEPT, NAMED, LAGGED, SLEPT,
    STRANGERS, AHEAD, CARED, NOTIFIED,
)  # fmt: skip  # worlds of every kind
ELDERS = ELDER | {7399440022}


def of_each_region(after: int, count: int) -> list[int]:
    """So many seeds of worlds of each kind, from `after` its first on."""
    return [seed for first in REGIONS for seed in range(first + after, first + after + count)]


def draw(seed: int) -> Shape:
    """The world of a seed. Draw anything new from a lot of its own, at the end: else every seed becomes
    another world.
    """
    if seed < MORE:
        return _draw(seed)
    shape = _more(_draw(seed), Random(f"{seed} more"))
    if PEOPLE <= seed < PEOPLE + REGION:
        return peopled(shape, Random(f"{seed} people"))
    if seed >= MAILS and seed not in ELDER:
        shape = mails_and_desks(shape, Random(f"{seed} mails"))
    before = shape
    if seed >= RESTS and seed not in ELDERS:
        shape = rests_and_waits(shape, Random(f"{seed} rests"))
    if NOTIFIED <= seed < NOTIFIED + REGION:
        return notified(shape, Random(f"{seed} notified"))
    if CARED <= seed < CARED + REGION:
        return cared(shape, Random(f"{seed} cared"))
    if AHEAD <= seed < AHEAD + REGION:
        return ahead(shape, Random(f"{seed} ahead"))
    if STRANGERS <= seed < STRANGERS + REGION:
        return strangers(shape, Random(f"{seed} strangers"))
    if SLEPT <= seed < SLEPT + REGION:
        return slept(shape, Random(f"{seed} slept"))
    if LAGGED <= seed < LAGGED + REGION:
        return lagged(shape, Random(f"{seed} lagged"))
    if NAMED <= seed < NAMED + REGION:
        return named(shape, Random(f"{seed} named"))
    if KEPT <= seed < KEPT + REGION:
        return kept(shape, Random(f"{seed} kept"))
    if APPROVALS <= seed < APPROVALS + REGION:
        return bound(shape, Random(f"{seed} approvals"))
    if FAIR <= seed < FAIR + REGION:
        return fair(shape, Random(f"{seed} fair"))
    if FLIPS <= seed < FLIPS + REGION:
        return flipped(told(shape, Random(f"{seed} told")), Random(f"{seed} flips"))
    if PATHS <= seed < PATHS + REGION:
        return pathed(shape, Random(f"{seed} paths"))
    if MAPS <= seed < MAPS + REGION:
        return mapped(shape, Random(f"{seed} maps"))
    if seed >= TOLD:
        return told(shape, Random(f"{seed} told"))
    if seed < LINKS or seed in ELDERS or shape is not before:
        return shape
    shape = aged(linked(shape, Random(f"{seed} links")), Random(f"{seed} aged"))
    return worded(shape, Random(f"{seed} words"))


def _more(shape: Shape, lot: Random) -> Shape:
    """Starts far ahead, tickets that ask again, mappings that are edited while they are worked, fields of
    every kind.
    """
    last = max((each.at for each in shape.troubles if isinstance(each, Asked)), default=0.0)
    until = shape.faults_until
    troubles = list(shape.troubles)
    tickets = sum(isinstance(each, Asked) for each in troubles)
    if lot.random() < 0.3:
        starts = tuple(lot.choice((0, 240, 1500, 3000)) for _ in range(tickets))
        shape = replace(shape, starts=starts, fence=75)
        if lot.random() < 0.5:
            troubles.append(Fate("POST", lot.randrange(2), "late", lot.choice((700.0, 1000.0))))
    if lot.random() < 0.4:
        shape = replace(shape, again=True, minutes=10)
        verbs = ("ask_again", "ask_again", "ask_no_more", "reissue", "admin_deletes", "come_back", "use")
        troubles += [
            Deed(lot.choice(verbs), lot.randrange(tickets), round(lot.uniform(last, until), 1))
            for _ in range(lot.choice((1, 2, 4)))
        ]
    if lot.random() < 0.3:
        troubles += [
            Deed("edit_mapping", 0, round(lot.uniform(0, until), 1), lot.choice((None, lot.randrange(90))))
            for _ in range(lot.choice((1, 1, 2)))
        ]
    if shape.field_ == "u_pass" and lot.random() < 0.7:
        shape = replace(
            shape, kind=lot.choice(("string", "encrypted", "encrypted", "journal")), marker=lot.random() < 0.8
        )
        if lot.random() < 0.4:
            troubles += [
                Outage("field", 0.0, lot.choice((5.0, 40.0))),
                Fate("PATCH", 0, lot.choice(("reply_lost", "broken_done"))),
            ]
    return replace(shape, troubles=tuple(troubles))


def _draw(seed: int) -> Shape:
    lot = Random(seed)
    replicas = lot.choices((1, 2, 3), (6, 3, 1))[0]
    until = lot.choice((120.0, 240.0, 420.0))
    shape = Shape(
        seed=seed,
        fence=lot.choices((75, 5, 0), (6, 1, 1))[0],
        minutes=lot.choices((10, 60), (4, 1))[0],
        one_time=lot.random() < 0.85,
        field_=lot.choice(("work_notes", "u_pass")),
        marker=lot.random() < 0.5,
        journal=lot.choices(("readable", "empty", "forbidden"), (4, 1, 1))[0],
        settle=lot.choice(("full", "full", "moves", "none", "refused_policy")),
        queues=lot.choices((1, 2), (4, 1))[0],
        approval=lot.random() < 0.3,
        replace_standing=lot.random() < 0.2,
        replicas=replicas,
        workers=lot.choice((1, 2, 4)),
        once=replicas == 1 and lot.random() < 0.1,
        stale=lot.choices((0, 2, 8, 30, 120), (4, 3, 3, 1, 1))[0],
        desk_stale=lot.choices((0, 2), (9, 1))[0],
        rounding=lot.choice(("none", "second", "minute")),
        judge_ahead=lot.choices((0.0, 3.0, -5.0, -10.0), (6, 1, 1, 1))[0],
        entra=_wrong(lot, 90, tiny=True),
        desk=_wrong(lot, 90),
        walls=tuple(_wrong(lot, 4 if lot.random() < 0.8 else 120) for _ in range(replicas)),
        limits=lot.choice(((9, 9, 9), (9, 9, 9), (1, 9, 9), (9, 1, 9), (9, 9, 1))),
        faults_until=until,
        tail=lot.random() < 0.25,
    )
    asked = [_asked(lot, until) for _ in range(lot.choices((1, 2, 3), (5, 3, 1))[0])]
    troubles: list[Trouble] = [*asked]
    how_many = lot.choices((0, 1, 2, 3, 5, 8), (1, 4, 4, 3, 2, 1))[0]
    troubles += [_trouble(lot, shape, len(asked)) for _ in range(how_many)]
    if how_many:
        return replace(shape, troubles=tuple(troubles))
    return _alone(replace(shape, troubles=tuple(troubles)), Random(f"{seed} then"))


def _alone(shape: Shape, lot: Random) -> Shape:
    """What is rare among others, in a world of its own, which would be dull else."""
    match lot.choices(("overlap", "then", "blind", "notes", "posts"), (6, 6, 3, 4, 2))[0]:
        case "overlap":
            walls = (*shape.walls, Wrong())[: max(2, shape.replicas)]
            shape = replace(shape, replicas=len(walls), walls=walls, once=False)
            more: list[Trouble] = [Overlap(0, lot.randrange(4, 40), lot.random() < 0.8)]
        case "then":
            forbidding = ("give_role", "disable", "make_eligible", "role_group")
            others = (
                "close",
                "leave_queue",
                "other_caller",
                "admin_deletes",
                "admin_makes",
                "revoke",
                "pause",
                "use",
            )
            steady = tuple(Wrong(each.offset) for each in shape.walls)
            shape = replace(shape, fence=75, stale=min(shape.stale, 8), rounding="second", walls=steady)
            more = [
                Then(
                    lot.choice(lot.choices((forbidding, others), (3, 1))[0]), lot.choice((0.0, 0.0, 0.5, 5.0))
                )
            ]
        case "blind":  # privileged, and it can't be seen
            kinds = {"roles": "give_role", "eligible": "make_eligible", "groups": "role_group"}
            kind = lot.choice(tuple(kinds))
            more = [Outage(kind, 0.0, 400.0), *(Deed(kinds[kind], ticket, 0.2) for ticket in range(3))]
        case "notes":  # the first attempt's note comes late, the second's never
            shape = replace(shape, fence=75, field_="work_notes", journal="readable", settle="full")
            more = [Fate("PATCH", 0, "late", lot.choice((5.0, 30.0))), Fate("PATCH", 1, "lost")]
        case _:  # nothing ever comes back from a POST
            shape = replace(shape, fence=5, faults_until=420.0)
            more = [Fate("POST", nth, lot.choice(("lost", "reply_lost"))) for nth in range(8)]
    plain = Asked(0, 0, 0.0, use_after=lot.choice((None, 60.0)))
    return replace(shape, troubles=(plain, *shape.troubles[1:], *more))


def _wrong(lot: Random, most: float, *, tiny: bool = False) -> Wrong:
    offset = round(lot.uniform(-most, most), 1) if lot.random() < 0.6 else 0.0
    drift = lot.choice((0.0, 0.0, 0.0005, -0.0005))
    by = lot.choice((2.0, -2.0)) if tiny else lot.choice((40.0, -40.0, 600.0, 3.0))
    steps = ((round(lot.uniform(5, 200), 1), by),) if lot.random() < 0.15 else ()
    return Wrong(offset, drift, steps)


def _asked(lot: Random, until: float) -> Asked:
    person = lot.choices((0, 1, 2), (5, 3, 1))[0]
    requester = lot.choices((person, 3, 4, None), (6, 3, 1, 1))[0]  # 3 is everybody's manager, 4 nobody's
    odd = (
        lot.choice(("outside", "strange", "unapproved", "other_queue", "both_queues", "mailed"))
        if lot.random() < 0.3
        else ""
    )
    use = lot.choice((None, None, 0.0, 5.0, 60.0, 200.0))
    return Asked(person, requester, lot.choice((0.0, 0.0, round(lot.uniform(0, until / 2), 1))), odd, use)


TICKET_DEEDS = ("close", "resolve", "leave_queue", "come_back", "reassign", "other_caller", "approve",
    "reject", "watch_list",
                "clone", "hold", "comment", "close", "leave_queue", "other_caller")  # fmt: skip
PERSON_DEEDS = ("admin_makes", "admin_makes_long", "admin_deletes", "disable", "enable", "give_role",
    "take_role",
                "make_eligible", "role_group", "out_of_policy", "use")  # fmt: skip
OPERATOR_DEEDS = ("revoke", "release", "pause", "resume", "revoke")


def _trouble(lot: Random, shape: Shape, tickets: int) -> Trouble:
    match lot.choices(("fate", "crash", "stop", "outage", "deed"), (8, 4, 1, 2, 7))[0]:
        case "fate":
            return _fate(lot, shape)
        case "crash":
            down = lot.choice((0.5, 3.0, 20.0, 100.0, 300.0))
            return Crash(lot.randrange(shape.replicas), lot.randrange(90), down, lot.random() < 0.3)
        case "stop":
            return Stop(
                lot.randrange(shape.replicas), lot.randrange(90), lot.choice((10.0, 35.0, 70.0, 200.0))
            )
        case "outage":
            kinds = ("entra", "desk", "ledger", "roles", "eligible", "groups")
            return Outage(lot.choice(kinds), round(lot.uniform(0, 100), 1), lot.choice((5.0, 40.0, 150.0)))
        case _:
            verbs = lot.choices((TICKET_DEEDS, PERSON_DEEDS, OPERATOR_DEEDS), (5, 5, 2))[0]
            step = lot.randrange(120) if lot.random() < 0.7 else None
            return Deed(
                lot.choice(verbs), lot.randrange(tickets), round(lot.uniform(0, shape.faults_until), 1), step
            )


WEIGHTS = {
    "POST": 6,
    "DELETE": 3,
    "PATCH": 5,
    "look": 2,
    "batch": 2,
    "read": 2,
    "poll": 1,
    "journal": 2,
    "ledger": 3,
}
EFFECTS = (
    "refused",
    "lost",
    "reply_lost",
    "reply_lost",
    "late",
    "late",
    "late",
    "twice",
    "busy",
    "broken",
    "broken_done",
)


def _fate(lot: Random, shape: Shape) -> Fate:
    channel = lot.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
    nth = int(lot.expovariate(1.2)) if channel in {"POST", "DELETE", "PATCH"} else int(lot.expovariate(0.15))
    if channel == "ledger":
        return Fate(channel, nth, lot.choice(("unwritten", "unwritten", "written_unknown")))
    if channel in {"POST", "DELETE", "PATCH"}:
        kind = lot.choice(EFFECTS)
        delay = float(lot.choice((*LATE, shape.minutes * 60))) if kind in {"late", "twice"} else 0.0
        return Fate(channel, nth, kind, delay)
    return Fate(channel, nth, lot.choice(("down", "down", "slow")), lot.choice((1.0, 8.0, 25.0)))
