"""On SQLite one worker holds the ledger: a lock on a file beside it, which the system drops with the
process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connector.domain.errors import Busy, Unwritten


@contextmanager
def alone(ledger: Path, patience: float = 0) -> Iterator[None]:
    """Hold the ledger until the block ends; wait `patience` seconds for another. Raises Busy with the other's
    process id.

    The file stays: only its lock counts.
    """
    file = _open(ledger.with_name(f"{ledger.name}.lock"))
    end = time.monotonic() + patience
    try:
        while not (held := _locked(file)) and time.monotonic() < end:
            time.sleep(0.1)
        if not held:
            other = os.pread(file, 20, 0).decode(errors="replace").strip() or "unknown"
            raise Busy(
                f"another passdesk (process {other}) works on {ledger}; stop it first, or "
                "wait until it is done"
            )
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        why = error.strerror
    raise Unwritten(f"{path} can't be opened ({why}): check the permissions of its folder")


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
