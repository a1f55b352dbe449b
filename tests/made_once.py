"""What takes longer than a test's own work, and comes out the same each time: made once a process, by the
real thing.

It must hide no fault of the program (tests/test_made_once.py): what is kept is known by its content, never by
its name or age, and whoever may change what he is handed gets his own.
"""

from __future__ import annotations

import fcntl
import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from sqlalchemy import create_engine

from connector.deliveries import template_check, template_files
from connector.forms import marked_yaml
from connector.ledger import journal, sqlite
from connector.ledger.migrate import migrate

_read = marked_yaml.read
_connected, _is_current = sqlite.connected, sqlite.Sqlite.is_current
_documents: dict[bytes, bytes] = {}


@contextmanager
def for_all() -> Iterator[None]:
    """Check our own templates once, an admin's each time; compile the same text once."""
    with (
        patch.object(template_files, "compiled", _compiled),
        patch.object(template_check, "made", cache(template_check.made)),
    ):
        yield


@contextmanager
def for_whole_runs() -> Iterator[None]:
    """Make a new ledger as a copy of one that was migrated; parse a text again only if it has mistakes; don't
    wait for the disk.
    """
    with (
        unsynced(),
        patch.object(sqlite.Sqlite, "is_current", _copied),
        patch.object(marked_yaml, "read", _known),
    ):
        yield


@contextmanager
def unsynced() -> Iterator[None]:
    """Ledgers that are opened here don't wait for the disk."""
    with patch.object(sqlite, "connected", _hasty), patch.object(journal, "synced", lambda path: None):
        yield


def _compiled(path: Path, kind: str) -> Any:
    if path.parent != template_files.OURS:
        return template_check.compiled(path, kind)
    return _checked(path, kind, path.read_bytes())


@cache
def _checked(path: Path, kind: str, _: bytes) -> Any:
    return template_check.compiled(path, kind)


def _hasty(path: Path) -> sqlite3.Connection:
    """Leave writing to the disk to the system: a write outlives the process all the same, though no power
    cut, which no test makes.
    """
    raw = _connected(path)
    raw.execute("PRAGMA synchronous=OFF")
    return raw


def _copied(database: sqlite.Sqlite) -> bool:
    with database.path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # another process may open the same new ledger
        if not database.path.stat().st_size:
            file.write(_empty())
    return _is_current(database)


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
