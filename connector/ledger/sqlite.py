"""A ledger in a file: SQLite in WAL mode, each commit on the disk, one worker and one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from connector.domain.errors import Unwritten
from connector.domain.finding import CheckResult
from connector.ledger.lock import alone
from connector.ledger.migrate import migrate
from connector.ledger.prepared import Driver
from connector.ledger.trouble import PATIENCE, trouble

# secure_delete: what is deleted is overwritten, so that no name is left in the file's free space.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class Sqlite:
    """database.Database in a file. Raises ValueError for a database in memory."""

    shared = False

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise ValueError("ledger: a database in memory forgets; write sqlite:///passdesk.db")
        self.path = Path(url.database)
        self.engine = _engine(url)
        self._one_writer = RLock()

    def open(self) -> None:
        # SQLite gives its other files the same mode.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        migrate(self.engine, str(self.path))

    @contextmanager
    def writing(self) -> Iterator[Driver]:
        with self._one_writer, self._transaction("BEGIN IMMEDIATE") as db:
            yield db

    def reading(self) -> AbstractContextManager[Driver]:
        return self._transaction("BEGIN")

    def alone(self, patience: float) -> AbstractContextManager[None]:
        return alone(self.path, patience)

    def there(self) -> bool:
        return self.path.exists() or not self.path.parent.is_dir()

    def now(self) -> None:
        return None

    def findings(self) -> Iterator[CheckResult]:
        return iter(())

    def scrub(self) -> bool:
        """Write the file anew, and empty its journal: pages that were moved leave traces."""
        with self._one_writer, self._connection() as raw:
            raw.execute("VACUUM")
            return bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def lost_a_race(self, error: Exception) -> bool:
        return False

    def trouble(self, done: str, error: Exception) -> Unwritten:
        return trouble(self.path, done, error)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Driver]:
        with self._connection() as raw:
            raw.execute(begin)
            try:
                yield Driver(raw, "sqlite")
                raw.commit()
            except BaseException:
                raw.rollback()
                raise

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """The driver's own, from the pool: SQLAlchemy's transactions around it cost more than they give."""
        pooled = self.engine.raw_connection()
        try:
            raw = pooled.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            yield raw
        finally:
            pooled.close()


def _engine(url: URL) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, max_overflow=-1, connect_args={"timeout": PATIENCE}
    )  # as many connections as workers read at once

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
