"""A ledger on a PostgreSQL server, which several workers share.

Each commit that precedes an effect is on the server's disk before it is answered, whatever the server's own
setting says; a statement and a lock are waited for so long and no longer. PgBouncer in transaction mode may
stand between: nothing is set for a session, and no statement is kept on the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError

from connector.domain.errors import Unwritten
from connector.ledger.migrate import migrate
from connector.ledger.trouble import PATIENCE

POOL: Final = 8  # connections that are kept; as many again for a moment
# Set at the beginning of each transaction that writes, for it alone.
_LOCAL = (
    "select set_config('synchronous_commit', 'on', true), "
    f"set_config('lock_timeout', '{PATIENCE}s', true), set_config('statement_timeout', '{PATIENCE}s', true)"
)
_MIGRATING: Final = 7_230_811  # the advisory lock's key; any number would do


class Postgres:
    """database.Database on a server."""

    shared = True

    def __init__(self, url: URL) -> None:
        self.where = f"{url.host or 'the local socket'}/{url.database or ''}"
        self.engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=POOL,
            max_overflow=POOL,
            pool_timeout=PATIENCE,
            isolation_level="READ COMMITTED",
            connect_args={"connect_timeout": PATIENCE, "prepare_threshold": None},
        )
        self._readers = self.engine.execution_options(isolation_level="REPEATABLE READ", reading=True)

        @event.listens_for(self.engine, "begin")
        def begin(connection: Connection) -> None:
            if not connection.get_execution_options().get("reading"):
                connection.exec_driver_sql(_LOCAL)

    def open(self) -> None:
        """Migrate under an advisory lock, so that of several replicas that begin at once one does it."""
        migrate(self.engine, self.where, lock=f"select pg_advisory_xact_lock({_MIGRATING})")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.begin() as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._readers.begin() as db:
            yield db

    @contextmanager
    def alone(self, patience: float) -> Iterator[None]:
        """Nothing: leases share the work out."""
        yield

    def scrub(self) -> bool:
        """Free the space of what was deleted; the server's own log and its backups are the server's."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.exec_driver_sql("VACUUM")
        return True

    def trouble(self, done: str, error: Exception) -> Unwritten:
        """By the SQLSTATE alone: a server's sentences repeat values."""
        drivers: Any = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(drivers, "sqlstate", None)
        if code is None:
            return Unwritten(f"the ledger at {self.where} can't be {done}: the server can't be reached")
        return Unwritten(f"the ledger at {self.where} can't be {done} ({code}): see the server's log")
