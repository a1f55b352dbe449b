"""On SQLite one worker holds the ledger: a lock on a file beside it, which the system drops with the
process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from connector.domain.errors import Busy
from connector.domain.steady import steady
from connector.ledger.trouble import trouble, unlockable


@contextmanager
def alone(ledger: Path, patience: float = 0) -> Iterator[None]:
    """Hold the ledger until the block ends; wait `patience` seconds for another. Raises Busy with the other's
    process id.

    The file stays: only its lock counts.
    """
    file = _open(ledger)
    end = steady() + patience
    try:
        while not (held := _locked(file, ledger)) and steady() < end:
            time.sleep(0.1)
        if not held:
            other = os.pread(file, 20, 0).decode(errors="replace").strip() or "unknown"
            raise Busy(
                f"another passdesk (process {other}) works on {ledger}; stop it first, or "
                "wait until it is done"
            )
        with suppress(OSError):  # a full disk: only the lock counts
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def _open(ledger: Path) -> int:
    try:
        return os.open(ledger.with_name(f"{ledger.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        wrong = trouble(ledger, "locked", error)
    raise wrong


def _locked(file: int, ledger: Path) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, InterruptedError):
        return False
    except OSError as error:
        wrong = unlockable(ledger, error.strerror or type(error).__name__)
    else:
        return True
    raise wrong
