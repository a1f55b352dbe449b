"""The ledger's part in alerts: which conditions are known, and what each address is still to be told.

What changed, and that every address is to be told of it, is kept in one transaction, by one replica at a
time: so each change is told once, whoever saw it. An address is told at least once: a worker that ends
between the telling and its receipt has it told again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select

from connector.domain.conditions import BY_NAME, Condition
from connector.ledger.alert_facts import Asking, Fact, Looked, look
from connector.ledger.prepared import Driver, Prepared
from connector.ledger.schema import alert_addresses, alert_states

AGAIN: Final = 60.0  # s after which a worker says again what is broken with it
SPACE: Final = 60.0  # s between two messages to one address
FIRST, LONGEST = 30.0, 1800.0  # s until another try, doubled with each that failed
PATIENCE: Final = 86_400.0  # s for which an address is tried; then what it was to be told is given up
BUSY: Final = 60.0  # s that one telling may take, before another worker tries
KEYS: Final = 10  # tickets that a notice can name
LABELS: Final = 20
_LOCK: Final = 7_230_812  # of the advisory lock; any number would do

_STATES = Prepared(select(alert_states))
_PUT_STATE = Prepared(insert(alert_states), in_place_of=("condition", "key"))
_DROP_STATE = Prepared(
    delete(alert_states).where(
        alert_states.c.condition == bindparam("its_condition", None),
        alert_states.c.key == bindparam("its_key", None),
    )
)
_ADDRESSES = Prepared(select(alert_addresses))
_PUT_ADDRESS = Prepared(insert(alert_addresses), in_place_of=("address",))


@dataclass(frozen=True)
class Notice:
    """Conditions of one kind that broke, or healed, in one look. `labels`: how many by their label. `keys`:
    the first of them. `lasted`: seconds, the longest.
    """

    n: int
    condition: str
    over: bool
    at: float
    count: int
    labels: Mapping[str, int]
    keys: Sequence[str] = ()
    lasted: float = 0.0


@dataclass(frozen=True)
class Address:
    """An address, by its reference, and what it is still to be told; times are the ledger's clock."""

    address: str
    pending: tuple[Notice, ...] = ()
    next_at: float = 0.0
    tries: int = 0
    failing_since: float | None = None
    answer: str = ""
    busy_until: float = 0.0


@dataclass(frozen=True)
class Known:
    """A condition that was seen and isn't over; `told`: addresses are, or will be."""

    condition: str
    key: str
    label: str
    since: float
    told: bool
    at: float | None = None  # when a worker last said so; None: the ledger itself knows it


@dataclass(frozen=True)
class Own:
    """A worker's knowledge of itself: what is broken, and what happened since it looked last."""

    facts: tuple[Fact, ...] = ()
    happened: tuple[Fact, ...] = ()


@dataclass
class Change:
    """The changes of a look."""

    put: list[Known]
    drop: list[Known]
    broke: list[tuple[Known, float]]
    healed: list[tuple[Known, float]]

    @property
    def anything(self) -> bool:
        return bool(self.put or self.drop or self.broke)


def changed(db: Driver, asking: Asking, own: Own, now: float) -> Change:
    """Compare what is broken now with what is known."""
    before = {(each.condition, each.key): each for each in known(db)}
    found = look(db, asking, now, before.keys())
    found.facts += own.facts
    change = Change([], [], [], [])
    for fact in found.facts:
        _broken(change, before.pop((fact.condition, fact.key), None), fact, asking, now)
    for each in before.values():
        if _is_over(each, found, asking, now):
            change.drop.append(each)
            if each.told and BY_NAME[each.condition].ends:
                change.healed.append((each, now - each.since))
    change.broke += [(_happened(fact, now), 0.0) for fact in own.happened]
    return change


def keep(
    db: Driver, asking: Asking, own: Own, addresses: Collection[str], now: float, *, settle: float
) -> Change:
    """Look, and keep what changed, and that these addresses are to be told of it, once `settle` seconds have
    passed without more.
    """
    _alone(db)
    change = changed(db, asking, own, now)
    gone = [{"its_condition": each.condition, "its_key": each.key} for each in change.drop]
    db.write_each(_DROP_STATE, gone)
    db.write_each(_PUT_STATE, [asdict(each) for each in change.put])
    notices = [*_bundled(change.broke, False, now), *_bundled(change.healed, True, now)]
    if notices:
        there = {each.address: each for each in listed(db)}
        for name in addresses:
            _put(db, _told_of(there.get(name, Address(name)), notices, now, settle))
    return change


def known(db: Driver) -> list[Known]:
    """The conditions that aren't over; of later releases', none."""
    rows = [Known(*each) for each in db.rows(_STATES)]
    return [replace(each, told=bool(each.told)) for each in rows if each.condition in BY_NAME]


def listed(db: Driver) -> list[Address]:
    """Every address that something was to be told."""
    return [
        Address(address, tuple(map(_notice, json.loads(pending))), *rest)
        for address, pending, *rest in db.rows(_ADDRESSES)
    ]


def failing(db: Driver) -> list[Address]:
    """Addresses that didn't take what they were told last."""
    return [each for each in listed(db) if each.failing_since is not None]


def due(address: Address, now: float) -> bool:
    return bool(address.pending) and address.next_at <= now and address.busy_until <= now


def take(db: Driver, name: str, now: float) -> Address | None:
    """An address that is to be told something now, which no other worker tells meanwhile."""
    _alone(db)
    found = _find(db, name)
    if found is None or not due(found, now):
        return None
    _put(db, replace(found, busy_until=now + BUSY))
    return found


def told(db: Driver, taken: Address, now: float) -> None:
    """The address took it."""
    _alone(db)
    if found := _find(db, taken.address):
        left = _behind(found, taken)
        _put(db, Address(taken.address, left, now + SPACE))


def failed(db: Driver, taken: Address, answer: str, now: float) -> int:
    """The address didn't take it; how many conditions are given up, because it hasn't for so long."""
    _alone(db)
    found = _find(db, taken.address)
    if found is None:
        return 0
    kept = tuple(each for each in found.pending if each.at > now - PATIENCE)
    wait = min(FIRST * 2.0 ** min(found.tries, 10), LONGEST)
    since = now if found.failing_since is None else found.failing_since
    _put(db, replace(found, pending=kept, next_at=now + wait, tries=found.tries + 1, failing_since=since,
                     answer=answer[:200], busy_until=0.0))  # fmt: skip
    return sum(each.count for each in found.pending) - sum(each.count for each in kept)


def merged(notices: Iterable[Notice]) -> list[Notice]:
    """One notice a condition and end, the broken ones first."""
    found: dict[tuple[bool, str], Notice] = {}
    for each in notices:
        key = each.over, each.condition
        found[key] = _both(found[key], each) if key in found else each
    return [found[key] for key in sorted(found)]


def _broken(change: Change, before: Known | None, fact: Fact, asking: Asking, now: float) -> None:
    at = now if fact.own else None
    if before and before.told:
        if before.at is not None and now - before.at >= AGAIN:
            change.put.append(replace(before, at=at))
        return
    after = asking.after if fact.condition.waits else 0.0
    since = before.since if before else min(now, fact.since if fact.since is not None else now)
    state = Known(fact.condition, fact.key, fact.label, since, now - since >= after, at)
    if before and not state.told and (at is None or now - (before.at or 0.0) < AGAIN):
        return
    change.put.append(state)
    if state.told:
        change.broke.append((state, now - since))


def _is_over(each: Known, found: Looked, asking: Asking, now: float) -> bool:
    if each.at is not None and now - each.at < asking.grace:
        return False
    return not found.cannot_tell(BY_NAME[each.condition], each.key)


def _happened(fact: Fact, now: float) -> Known:
    return Known(fact.condition, fact.key, fact.label, now, True)


def _bundled(some: Sequence[tuple[Known, float]], over: bool, now: float) -> list[Notice]:
    return merged(
        Notice(0, each.condition, over, now, 1, {each.label: 1}, (each.key,), max(0.0, lasted))
        for each, lasted in some
    )


def _both(one: Notice, other: Notice) -> Notice:
    labels = dict(one.labels)
    for label, count in other.labels.items():
        if label in labels or len(labels) < LABELS:
            labels[label] = labels.get(label, 0) + count
    keys = tuple(dict.fromkeys([*one.keys, *other.keys]))[:KEYS]
    lasted = max(one.lasted, other.lasted)
    return Notice(other.n, one.condition, one.over, other.at, one.count + other.count, labels, keys, lasted)


def _told_of(address: Address, notices: Sequence[Notice], now: float, settle: float) -> Address:
    """The address with more to tell. What is being told now stays as it is; what broke or healed behind it
    is counted together.
    """
    last = max((each.n for each in address.pending), default=0)
    new = tuple(replace(each, n=last + 1 + place) for place, each in enumerate(notices))
    pending = (*address.pending, *new)
    if address.busy_until <= now and len(pending) > 2 * len(Condition):
        pending = tuple(replace(each, n=place + 1) for place, each in enumerate(merged(pending)))
    if address.tries:
        return replace(address, pending=pending)
    begun = address.pending[0].at if address.pending else now
    wait = min(begun + SPACE, now + settle)
    spaced = address.next_at if not address.pending else 0.0
    return replace(address, pending=pending, next_at=max(wait, spaced))


def _behind(found: Address, taken: Address) -> tuple[Notice, ...]:
    last = max((each.n for each in taken.pending), default=0)
    return tuple(each for each in found.pending if each.n > last)


def _find(db: Driver, name: str) -> Address | None:
    return next((each for each in listed(db) if each.address == name), None)


def _put(db: Driver, address: Address) -> None:
    known = {**asdict(address), "pending": json.dumps([asdict(each) for each in address.pending])}
    db.write(_PUT_ADDRESS, known)


def _notice(known: dict[str, Any]) -> Notice:
    return Notice(**{**known, "keys": tuple(known.get("keys") or ())})


def _alone(db: Driver) -> None:
    """Let one replica at a time change what stands here; a file has one writer anyway."""
    if db.kind != "sqlite":
        db.raw.execute(f"select pg_advisory_xact_lock({_LOCK})")
