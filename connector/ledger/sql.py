"""The ledger on SQL. SQLite now (WAL, FULL, one writer in the process); nothing here but `_sqlite` knows that
it is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import RLock
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from connector.ledger.admission import Limits
from connector.ledger.book import BookVerbs
from connector.ledger.leases import LeaseVerbs
from connector.ledger.lock import alone
from connector.ledger.migrate import migrate
from connector.ledger.observing import News
from connector.ledger.operator import OperatorVerbs
from connector.ledger.prepared import ERRORS
from connector.ledger.queries import QueryVerbs
from connector.ledger.retention import RetentionVerbs
from connector.ledger.sql_transaction import SqlTransaction
from connector.ledger.transaction import Transaction
from connector.ledger.trouble import PATIENCE, trouble
from connector.ledger.watching import WatchVerbs

T = TypeVar("T")
# secure_delete: what is deleted is overwritten, so that no name is left in the file's free space.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class SqlLedger(BookVerbs, LeaseVerbs, OperatorVerbs, QueryVerbs, RetentionVerbs, WatchVerbs):
    """Open a ledger, made and migrated where need be; `url` is `sqlite:///PATH`. Safe for threads.

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
    ) -> None:
        super().__init__(owner, lease, limits, clock, random)
        where = make_url(url)
        if where.get_backend_name() != "sqlite" or not where.database or where.database == ":memory:":
            raise ValueError("ledger: only files work yet; write sqlite:///passdesk.db")
        self.path = Path(where.database)
        self.one_writer = RLock()
        self.engine = _sqlite(url)
        self.readers = self.engine.execution_options(reading=True)
        self._do(self._open, "opened")
        self.found()

    def write(self, verb: Callable[[Transaction], T]) -> T:
        news: News = []

        def work() -> T:
            with self.engine.begin() as db:
                transaction = SqlTransaction(db, self.random)
                done = verb(transaction)
            news.extend(transaction.news)
            return done

        with self.one_writer:
            done = self._do(work, "written")
        self.heard(news)
        return done

    def read(self, verb: Callable[[Transaction], T]) -> T:
        def work() -> T:
            with self.readers.begin() as db:
                return verb(SqlTransaction(db, self.random))

        return self._do(work, "read")

    @contextmanager
    def working(self, patience: float = 0) -> Iterator[Self]:
        """Be the one worker on this ledger until the block ends; wait `patience` seconds for another, then
        raise Busy.

        What others left leased is free at once.
        """
        with alone(self.path, patience):
            self.write(
                lambda db: db.free_others("")
            )  # all of them: a process id, and with it an owner, may come again
            yield self

    def scrub(self) -> bool:
        """Write the file anew, and empty its journal: older releases, and pages that were moved, leave traces
        of what was deleted. False: somebody else reads it all the time. Raises Unwritten.
        """

        def work() -> bool:
            with self.engine.connect().execution_options(outside=True) as db:
                db.exec_driver_sql("VACUUM")
                return bool(db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] == 0)

        with self.one_writer:
            return self._do(work, "written")

    def dispose(self) -> None:
        """Close the files."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dispose()

    def _open(self) -> None:
        os.close(
            os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        )  # SQLite gives its other files the same mode
        migrate(self.engine)

    def _do(self, work: Callable[[], T], done: str) -> T:
        """Raises Unwritten outside the `except`: a database's error carries the statement and its
        parameters.
        """
        try:
            return work()
        except (SQLAlchemyError, OSError, *ERRORS) as error:
            wrong = trouble(self.path, done, error)
        raise wrong


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("outside"):
            return
        reading = options.get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
