"""A ledger on a PostgreSQL server, which several workers share.

Each commit that precedes an effect is on the server's disk before it is answered, whatever the server's own
setting says; a statement and a lock are waited for so long and no longer. PgBouncer in transaction mode may
stand between: nothing is set for a session, and no statement is kept on the server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final

from psycopg import Error, IsolationLevel
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from connector.domain.errors import LedgerDown, Unwritten
from connector.domain.finding import CheckResult
from connector.ledger.migrate import migrate
from connector.ledger.postgres_check import findings
from connector.ledger.prepared import Driver
from connector.ledger.trouble import PATIENCE

POOL: Final = 8  # connections that are kept
MOST: Final = 64  # that there may be for a moment
DEADLOCK: Final = "40P01"
# A server that says nothing any more is noticed within these seconds, also in the middle of a statement.
_NOTICED: Final = {
    "connect_timeout": PATIENCE,
    "tcp_user_timeout": PATIENCE * 1000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# Set at the beginning of each transaction that writes, for it alone.
_LOCAL = (
    "select set_config('synchronous_commit', 'on', true), "
    f"set_config('lock_timeout', '{PATIENCE}s', true), set_config('statement_timeout', '{PATIENCE}s', true)"
)
_AWAY: Final = frozenset({"08", "28", "3D", "53", "57"})  # classes of SQLSTATE: no connection to be had
_CURES: Final = {
    "28P01": "its server refuses the password; write the right one where ledger.password points to",
    "28000": "its server refuses the user; let it in from here (pg_hba.conf), or write another in ledger.url",
    "3D000": "there is no such database; make it, and let the user of ledger.url own it",
    "53300": "its server has no connection left; allow it more (max_connections), or put PgBouncer between",
    "42501": "its user may not do that; let it own the database",
    "25006": "its server is read-only, as a standby is; write the primary's address in ledger.url",
    "53100": "the disk of its server is full; make room, and passdesk goes on",
    "55P03": "somebody holds its tables for more than 10 s; end that session",
    "57014": "a statement took more than 10 s; see what its server is busy with",
}
# Where nobody is let in, the driver has a sentence of the server alone: it is read, and never shown.
_SAID: Final = {
    "password authentication failed": "28P01",
    "no pg_hba.conf entry": "28000",
    "too many clients": "53300",
    "connection slots are reserved": "53300",
}
_MIGRATING: Final = 7_230_811  # the advisory lock's key; any number would do


class Postgres:
    """database.Database on a server."""

    kind = "postgresql"
    shared = True

    def __init__(self, url: URL, password: Callable[[], str] | None = None) -> None:
        self.where = f"{url.host or 'the local socket'}/{url.database or ''}"
        self._engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=POOL,
            max_overflow=MOST - POOL,
            pool_timeout=PATIENCE,
            isolation_level="READ COMMITTED",
            connect_args={**_NOTICED, "prepare_threshold": None},
        )
        self._plain = self._engine.execution_options(reading=True)
        self._reads_only = False

        @event.listens_for(self._engine, "do_connect")
        def connect(dialect: object, record: object, args: object, how: dict[str, object]) -> None:
            if password:
                how["password"] = password()  # read each time: it may have been changed

        @event.listens_for(self._engine, "begin")
        def begin(connection: Connection) -> None:
            if not connection.get_execution_options().get("reading"):
                connection.exec_driver_sql(_LOCAL)

    def open(self) -> None:
        """Migrate under an advisory lock, so that of several replicas that begin at once one does it."""
        migrate(self._plain, self.where, lock=f"select pg_advisory_xact_lock({_MIGRATING})")

    @contextmanager
    def writing(self) -> Iterator[Driver]:
        with self._transaction(None) as db:
            db.raw.execute(_LOCAL)
            yield db

    def reading(self) -> AbstractContextManager[Driver]:
        return self._transaction(IsolationLevel.REPEATABLE_READ)

    def only_read(self) -> None:
        self._reads_only = True

    @contextmanager
    def alone(self, patience: float) -> Iterator[None]:
        """Nothing: leases share the work out."""
        yield

    def there(self) -> bool:
        with self._plain.connect() as db:
            return inspect(db).has_table("tickets")

    def now(self) -> float:
        with self.reading() as db:
            return float(db.raw.execute("select extract(epoch from clock_timestamp())").fetchone()[0])

    def findings(self) -> Iterator[CheckResult]:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT", reading=True) as db:
            yield from findings(db)

    def scrub(self) -> bool:
        """Free the space of what was deleted; the server's own log and its backups are the server's."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.exec_driver_sql("VACUUM")
        return True

    def lost_a_race(self, error: Exception) -> bool:
        return _code(error) == DEADLOCK

    @property
    def engine(self) -> Engine:
        return self._engine

    def dispose(self) -> None:
        self._engine.dispose()

    def trouble(self, done: str, error: Exception) -> Unwritten:
        """By the SQLSTATE alone: a server's sentences repeat values."""
        code = _code(error)
        known = f"the ledger at {self.where} can't be {done}"
        if isinstance(error, PoolTimeout):
            return Unwritten(f"{known}: its {MOST} connections are all in use; lower workers in config.yaml")
        if not code or code[:2] in _AWAY:
            why = _CURES.get(code, "its server can't be reached, or lets nobody in; see its log")
            return LedgerDown(f"{known}: {why}")
        return Unwritten(f"{known} ({code}): {_CURES.get(code, 'see the log of its server')}")

    @contextmanager
    def _transaction(self, isolation: IsolationLevel | None) -> Iterator[Driver]:
        """A transaction on the driver's own connection, from the pool; None: read committed."""
        pooled = self._engine.raw_connection()
        raw: Any = pooled.driver_connection
        try:
            raw.isolation_level = isolation or IsolationLevel.READ_COMMITTED
            raw.read_only = self._reads_only
            yield Driver(raw, self.kind)
            raw.commit()
        except BaseException:
            with suppress(Error):
                raw.rollback()
            raise
        finally:
            if raw.closed:  # the server went away, and with it all that the pool keeps
                pooled.invalidate()
                self._engine.dispose()
            else:
                pooled.close()


def _code(error: Exception) -> str:
    drivers: Any = error.orig if isinstance(error, DBAPIError) else error
    return getattr(drivers, "sqlstate", None) or _at_the_door(str(drivers))


def _at_the_door(text: str) -> str:
    """The SQLSTATE of a refused connection, by what the server says in English; "" where it can't be told."""
    if re.search(r'database ".*" does not exist', text):
        return "3D000"
    return next((code for said, code in _SAID.items() if said in text), "")
