"""A ledger's file, migrated and otherwise empty."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


@cache
def empty() -> bytes:
    """Its content; made by a process of its own, so that this one stays small to fork."""
    with TemporaryDirectory(prefix="ledger-") as folder:
        path = Path(folder) / "empty.db"
        made = f"from tests.ledger.empty import make; make({str(path)!r})"
        subprocess.run([sys.executable, "-c", made], check=True, cwd=Path(__file__).parents[2])
        return path.read_bytes()


def make(path: str) -> None:
    from sqlalchemy import create_engine

    from connector.ledger.migrate import migrate

    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
