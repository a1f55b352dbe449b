"""What takes longer than a test's own work, and comes out the same each time: made once a process, by the
real thing.

It must hide no fault of the program (tests/test_made_once.py): what is kept is known by its content, never by
its name or age, and whoever may change what he is handed gets his own.
"""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from connector.deliveries import template_check, template_files
from connector.forms import marked_yaml
from connector.ledger import sqlite
from connector.ledger.migrate import migrate

_read = marked_yaml.read
_statements: dict[Any, Any] = {}
_documents: dict[bytes, bytes] = {}


@contextmanager
def for_all() -> Iterator[None]:
    """Check our own templates once, an admin's each time; compile a statement once for all ledgers."""
    with patch.object(template_files, "compiled", _compiled), patch.object(sqlite, "create_engine", _engine):
        yield


@contextmanager
def for_whole_runs() -> Iterator[None]:
    """Make a new ledger as a copy of one that was migrated; parse a text again only if it has mistakes; don't
    wait for the disk.
    """
    with unsynced(), patch.object(sqlite, "migrate", _migrated), patch.object(marked_yaml, "read", _known):
        yield


@contextmanager
def unsynced() -> Iterator[None]:
    """Ledgers that are opened here don't wait for the disk."""
    with patch.object(sqlite, "create_engine", _hasty):
        yield


def _compiled(path: Path, kind: str) -> Any:
    if path.parent != template_files.OURS:
        return template_check.compiled(path, kind)
    return _checked(path, kind, path.read_bytes())


@cache
def _checked(path: Path, kind: str, _: bytes) -> Any:
    return template_check.compiled(path, kind)


def _engine(url: str, **how: Any) -> Engine:
    engine = create_engine(url, **how)
    engine.dialect = _dialect()
    engine.update_execution_options(compiled_cache=_statements)
    return engine


@cache
def _dialect() -> Dialect:
    engine = create_engine("sqlite://")
    engine.connect().close()  # it learns what this SQLite can do
    return engine.dialect


def _hasty(url: str, **how: Any) -> Engine:
    """Leave writing to the disk to the system: a write outlives the process all the same, though no power
    cut, which no test makes.
    """
    engine = _engine(url, **how)

    @event.listens_for(engine.pool, "checkout")
    def checkout(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        if record.info.setdefault("synchronous", True):
            connection.execute("PRAGMA synchronous=OFF")
            record.info["synchronous"] = False

    return engine


def _migrated(engine: Engine, where: str) -> None:
    path = Path(engine.url.database or "")
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # another process may open the same new ledger
        if not path.stat().st_size:
            file.write(_empty())
    migrate(engine, where)


@cache
def _empty() -> bytes:
    with TemporaryDirectory(prefix="ledger-") as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        with engine.connect() as db:
            db.exec_driver_sql("PRAGMA journal_mode=WAL")
        migrate(engine)
        engine.dispose()
        return (Path(folder) / "empty.db").read_bytes()


def _known(path: Path) -> marked_yaml.Document:
    try:
        raw = path.read_bytes()
    except OSError:
        return _read(path)
    if raw not in _documents:
        document = _read(path)
        if document.mistakes:
            return document
        _documents[raw] = pickle.dumps(
            document
        )  # whoever reads a document goes on filling it: each gets its own
    known: marked_yaml.Document = pickle.loads(_documents[raw])
    known.path = path
    return known
