"""One life of the process: it opens the ledger and sweeps until nothing is left to do, or until it is killed
at a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Event
from typing import Any, ClassVar, Self, TypeVar
from unittest.mock import patch

from connector.domain.durations import Limit
from connector.domain.outcome import UNFINISHED, State
from connector.ledger.admission import Limits
from connector.ledger.sql import SqlLedger
from connector.ledger.transaction import Transaction
from connector.worker.boundary import Way
from connector.worker.sweep import Sweep
from tests.kill import hands
from tests.kill.scenario import Scenario
from tests.kill.telling import notifier
from tests.kill.world import DESK, TICKET, World
from tests.made_once import unsynced

T = TypeVar("T")
MOST = Limit(100, 3600)
ROUNDS = 400
RESTART = 3  # seconds
OVER = frozenset({State.REFUSED, State.ENDED, State.STUCK})


class Inline:
    """A pool whose one worker is the thread that asks: then a line's number says which line it is."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def map(self, work: Callable[[Any], Any], many: Iterable[Any]) -> Iterator[Any]:
        return iter([work(each) for each in many])

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
            done.set_exception(error)
        return done


class Bordered(SqlLedger):
    """Says when a transaction begins and when it is over: between them the file could as well be closed."""

    begin: ClassVar[Callable[[SqlLedger], None]] = staticmethod(lambda book: None)
    border: ClassVar[Callable[[SqlLedger], None]] = staticmethod(lambda book: None)

    def write(self, verb: Callable[[Transaction], T]) -> T:
        return self.bordered(super().write, verb)

    def read(self, verb: Callable[[Transaction], T]) -> T:
        return self.bordered(super().read, verb)

    def bordered(
        self, transact: Callable[[Callable[[Transaction], T]], T], verb: Callable[[Transaction], T]
    ) -> T:
        Bordered.begin(self)
        found = transact(verb)
        Bordered.border(self)
        return found


def live(scenario: Scenario, world: World, ledger: Path, number: int) -> None:
    """The `number`-th life on a ledger; it begins some seconds after the last. Raises TimeoutError where
    there is no end.
    """
    if number > 1:
        world.truth.pass_on(world.truth.time + RESTART)
        world.keep()
    url, limits = f"sqlite:///{ledger}", Limits(MOST, MOST, MOST)
    with (
        unsynced(),  # what was written outlives a SIGKILL: only a power cut takes what isn't on the disk yet
        Bordered(url, f"life {number}", 30, limits, world.clock, random=Random(7)) as book,
        book.working(),
        patch("connector.worker.sweep.ThreadPoolExecutor", Inline),
    ):
        roles = replace(
            hands.roles(scenario.desk, world, book),
            wait_at_most=scenario.patience,
            tell_waiting=scenario.tells,
        )
        way = Way(
            "incidents",
            desk="contoso",
            url=DESK,
            table="incident",
            roles=roles,
            wants=lambda ticket: ticket.open,
        )
        errors: list[Exception] = []
        sweep = Sweep(
            {way.mapping: way},
            book,
            1,
            lambda _: roles,
            lambda _, error: errors.append(error),
            Event(),
            world.clock,
        )
        book.notifies = scenario.notifies
        teller = notifier(world, book)
        for _ in range(ROUNDS):
            sweep.once(due=True)
            if scenario.notifies:
                teller.round()
            if errors:  # a sweep goes on with the other tickets; here there are none
                raise errors[0]
            if wait(scenario, world, book):
                return
    raise TimeoutError(f"nothing came to an end in {ROUNDS} rounds")


def wait(scenario: Scenario, world: World, book: SqlLedger) -> bool:
    """Until the next round is worth while; whether none is."""
    row = book.read(lambda db: db.ticket(DESK, TICKET))
    truth = world.truth
    assert row
    if row.state is State.ENDED and scenario.asks and not truth.again:
        truth.again = "yes"
        world.keep()
        return False
    if scenario.notifies and truth.came and book.notices_due():
        truth.pass_on(truth.time + 30)
        world.keep()
        return False
    if row.state in OVER or (row.state is State.LIVE and truth.came and scenario.ends[0] is State.LIVE):
        return True
    if row.state is State.LIVE and not truth.came:
        truth.came = True
        scenario.comes(truth)
    else:
        truth.pass_on(max(truth.time + scenario.pace, row.due if row.state in UNFINISHED else 0))
    world.keep()
    return False
