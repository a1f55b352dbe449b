"""The ledger on SQL: a file, or a server (database.py). Nothing here knows which."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Final, Self, TypeVar

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from connector.domain.errors import NoLedger
from connector.domain.finding import CheckResult
from connector.ledger.admission import Limits
from connector.ledger.book import BookVerbs
from connector.ledger.database import Database
from connector.ledger.disowning import DisowningVerbs
from connector.ledger.helped import HelpedVerbs
from connector.ledger.holding import HoldVerbs
from connector.ledger.leases import LeaseVerbs
from connector.ledger.observing import News
from connector.ledger.operator import OperatorVerbs
from connector.ledger.prepared import Driver, errors
from connector.ledger.queries import QueryVerbs
from connector.ledger.retention import RetentionVerbs
from connector.ledger.sql_transaction import SqlTransaction
from connector.ledger.sqlite import Sqlite
from connector.ledger.transaction import Transaction
from connector.ledger.watching import WatchVerbs

T = TypeVar("T")
MOVED: Final = "moved"  # the switch of a ledger that was taken elsewhere: its new address, without a password


class SqlLedger(
    BookVerbs,
    DisowningVerbs,
    HelpedVerbs,
    HoldVerbs,
    LeaseVerbs,
    OperatorVerbs,
    QueryVerbs,
    RetentionVerbs,
    WatchVerbs,
):
    """Open a ledger, made and migrated where need be; `url` is `sqlite:///PATH`, or that of a PostgreSQL
    server, whose `password` is asked for at each connection. Safe for threads.

    Raises ValueError for another kind of URL, NoLedger and Unwritten where it can't be opened. A context
    manager: it closes its files.
    """

    def __init__(
        self,
        url: str,
        owner: str,
        lease: float,
        limits: Limits,
        clock: Callable[[], float] = time.time,
        *,
        random: Random | None = None,
        password: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(owner, lease, limits, clock, random)
        self.database = database_of(url, password)
        self.shared = self.database.shared
        self.told_the_time: Callable[[float], None] = lambda now: None
        self._do(self.database.open, "opened")
        try:
            self.read(still_here)
        except NoLedger:
            self.dispose()
            raise
        self.found()

    @property
    def engine(self) -> Engine:
        return self.database.engine

    def write(self, verb: Callable[[Transaction], T]) -> T:
        news: News = []

        def work() -> T:
            with self.database.writing() as db:
                transaction = SqlTransaction(db, self.random, writing=True)
                still_here(transaction)
                done = verb(transaction)
            news.extend(transaction.news)
            return done

        done = self._do(work, "written")
        self.heard(news)
        return done

    def read(self, verb: Callable[[Transaction], T]) -> T:
        def work() -> T:
            with self.database.reading() as db:
                return verb(SqlTransaction(db, self.random))

        return self._do(work, "read")

    def browse(self, look: Callable[[Driver], T]) -> T:
        """Run queries of a page (browsing.py) on one state of the ledger. Raises Unwritten."""

        def work() -> T:
            with self.database.reading() as db:
                return look(db)

        return self._do(work, "read")

    @contextmanager
    def working(self, patience: float = 0) -> Iterator[Self]:
        """Be a worker on this ledger until the block ends: the only one where it lies in a file. Then wait
        `patience` seconds for another, and raise Busy; what others left leased is free at once.
        """
        with self.database.alone(patience):
            if not self.database.shared:
                # All of them: a process id, and with it an owner, may come again.
                self.write(lambda db: db.free_others(""))
            yield self

    def findings(self) -> list[CheckResult]:
        """What `check` says of the place where the tables lie. Raises Unwritten."""
        return self._do(lambda: list(self.database.findings()), "read")

    def renew(self) -> None:
        """Keep what this worker holds, and the time: it never falls behind the server's for long."""
        super().renew()
        if (now := self._do(self.database.now, "read")) is not None:
            self.told_the_time(now)

    def scrub(self) -> bool:
        """Leave no trace of what was deleted. False: somebody reads it all the time. Raises Unwritten."""
        return self._do(self.database.scrub, "written")

    def dispose(self) -> None:
        """Close the files."""
        self.database.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dispose()

    def _do(self, work: Callable[[], T], done: str) -> T:
        return asked(self.database, work, done)


def still_here(db: Transaction) -> None:
    """Raises NoLedger where the ledger was taken elsewhere, also while this process had it open."""
    if there := db.switch(MOVED):
        raise NoLedger(f"this ledger was moved: write ledger: {there} in config.yaml")


def is_there(url: str, password: Callable[[], str] | None = None) -> bool:
    """Tell whether there is a ledger, without making one. Raises Unwritten where it can't be told."""
    database = database_of(url, password)
    try:
        return asked(database, database.there, "opened")
    finally:
        database.dispose()


def asked(database: Database, work: Callable[[], T], done: str) -> T:
    """Do work on a database. Raises Unwritten outside the `except`: a database's error carries the statement
    and its parameters.
    """
    known: tuple[type[Exception], ...] = (
        SQLAlchemyError,
        OSError,
        *errors(database.kind),
    )
    for last in (False, True):
        try:
            return work()
        except known as error:
            if database.lost_a_race(error) and not last:
                continue
            wrong = database.trouble(done, error)
        raise wrong
    raise AssertionError("a loop of two")


def database_of(url: str, password: Callable[[], str] | None = None) -> Database:
    """Raises ValueError for an address that is no ledger's."""
    where = make_url(url)
    match where.get_backend_name():
        case "sqlite":
            return Sqlite(where)
        case "postgresql":
            from connector.ledger.postgres import Postgres

            return Postgres(where.set(drivername="postgresql+psycopg"), password)
    raise ValueError("ledger: write sqlite:///passdesk.db, or postgresql+psycopg://USER@HOST/DATABASE")
