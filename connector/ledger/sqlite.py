"""A ledger in a file: SQLite in WAL mode, each commit on the disk, one worker and one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event

from connector.domain.errors import Unwritten
from connector.domain.finding import CheckResult
from connector.ledger.journal import Journal
from connector.ledger.lock import alone
from connector.ledger.migrate import HEAD, migrate
from connector.ledger.prepared import Driver
from connector.ledger.trouble import PATIENCE, trouble

# synchronous=NORMAL: journal.py syncs a commit, before its step is done (decision 0037).
# secure_delete: what is deleted is overwritten, so that no name is left in the file's free space.
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON")
_REVISION: Final = "select version_num from alembic_version"


class Sqlite:
    """database.Database in a file. Raises ValueError for a database in memory."""

    kind = "sqlite"
    shared = False

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise ValueError("ledger: a database in memory forgets; write sqlite:///passdesk.db")
        self.path = Path(url.database)
        self._url = url
        self._idle: list[sqlite3.Connection] = []
        self._one_writer = RLock()
        self._journal = Journal(self.path)
        self._reads_only = False

    def open(self) -> None:
        # SQLite gives its other files the same mode.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        if not self.is_current():
            migrate(self.engine, str(self.path))

    @contextmanager
    def writing(self) -> Iterator[Driver]:
        with self._one_writer, self._transaction("BEGIN IMMEDIATE") as db:
            before = db.raw.total_changes
            yield db
            wrote = db.raw.total_changes != before
        if wrote:  # the next one writes while the disk is waited for
            self._journal.keep()

    def reading(self) -> AbstractContextManager[Driver]:
        return self._transaction("BEGIN")

    def only_read(self) -> None:
        self._reads_only = True
        self.dispose()

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

    def dispose(self) -> None:
        """Close the files that nobody uses now. Whoever goes on opens them again."""
        idle, self._idle = self._idle, []
        list(map(sqlite3.Connection.close, idle))
        if "engine" in self.__dict__:
            self.engine.dispose()

    @cached_property
    def engine(self) -> Engine:
        """SQLAlchemy's, for migrations: its connections and transactions cost more than a ticket's steps."""
        return _engine(self._url)

    def is_current(self) -> bool:
        """Tell whether the schema is this release's; where that can't be told, migrate.py says why."""
        with suppress(sqlite3.Error), self.reading() as db:
            return bool(db.raw.execute(_REVISION).fetchall() == [(HEAD,)])
        return False

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Driver]:
        with self._connection() as raw:
            raw.execute(begin)
            try:
                yield Driver(raw, self.kind)
                raw.commit()
            except BaseException:
                raw.rollback()
                raise

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for one thread, which the next one gets: as many as there are threads at once."""
        try:
            raw = self._idle.pop()
        except IndexError:
            raw = connected(self.path)
            if self._reads_only:
                raw.execute("PRAGMA query_only=ON")
        try:
            yield raw
        except sqlite3.Error:
            raw.close()
            raise
        except BaseException:
            self._idle.append(raw)
            raise
        self._idle.append(raw)


def connected(path: Path) -> sqlite3.Connection:
    """A connection to a file, which begins no transaction by itself."""
    raw = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    prepare(raw)
    return raw


def prepare(raw: Any) -> None:
    """Set what holds for each connection."""
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


def _engine(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        prepare(connection)
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
