"""A ledger file's journal, put on the disk: one sync for all who wrote before it began (a group commit).

SQLite's own sync of each commit is made with the write lock held, so that commits wait for the disk one after
the other. Here a commit only writes its journal; whoever committed waits for a sync that began afterwards.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Condition


class Journal:
    """The journal of the ledger at `path`. For threads."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}-wal")
        self._change = Condition()
        self._begun = self._ended = 0  # syncs, in their order: one at a time
        self._failed: dict[int, OSError] = {}
        self.waiting = 0  # threads that wait for somebody else's sync now

    def keep(self) -> None:
        """Return once what was written before is on the disk. Raises OSError where that can't be told."""
        with self._change:
            mine = self._begun + 1  # one that is under way may have begun before our last write
            self.waiting += 1
            self._change.wait_for(lambda: self._ended == self._begun or self._ended >= mine)
            self.waiting -= 1
            leads = self._ended < mine
            if leads:
                self._begun = mine
        if leads:
            self._sync_for_all(mine)
        if error := self._failed.get(mine):
            raise OSError(error.errno, error.strerror)

    def _sync_for_all(self, number: int) -> None:
        error = None
        try:
            synced(self._path)
        except OSError as failed:
            error = failed
        with self._change:
            if error:
                self._failed = {number: error}  # also for who has not looked yet
            self._ended = number
            self._change.notify_all()


def synced(path: Path) -> None:
    """Put a file on the disk. One that is gone was taken into the ledger's own file, and synced there, by who
    closed it last. Raises OSError.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        getattr(os, "fdatasync", os.fsync)(file)  # the length is synced with it; times aren't needed
    finally:
        os.close(file)
