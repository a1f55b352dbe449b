"""A step on a ledger in a file is on the disk before it is done, and one sync does for all who wait."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Lock
from unittest.mock import patch

import pytest

from connector.domain.errors import Unwritten
from connector.ledger import journal
from connector.ledger.journal import Journal
from connector.ledger.sql import SqlLedger
from connector.lifecycle.ledger_roles import PolledTicket
from tests.ledger.desk import LEASE, LIMITS, Clock, House, seen


@dataclass
class Disk:
    """Holds what was synced, as a power cut would leave it."""

    ledger: Path
    kept: bytes = b""
    lock: Lock = field(default_factory=Lock)

    def synced(self, path: Path) -> None:
        before = path.read_bytes()  # what is written while a sync is under way may miss it
        with self.lock:
            self.kept = before

    def tickets(self, folder: Path) -> set[str]:
        """Whatever is in the ledger after a power cut now."""
        folder.mkdir()
        with self.lock:
            (folder / "after.db-wal").write_bytes(self.kept)
        (folder / "after.db").write_bytes(self.ledger.read_bytes())
        with closing(sqlite3.connect(folder / "after.db")) as db:
            return {row[0] for row in db.execute("select ticket from tickets")}


def test_whatever_a_step_wrote_outlives_a_power_cut_right_after_it(tmp_path: Path) -> None:
    with SqlLedger(f"sqlite:///{tmp_path / 'passdesk.db'}", "one", LEASE, LIMITS, Clock()) as ledger:
        disk = Disk(tmp_path / "passdesk.db")

        def step(ticket: str) -> bool:
            ledger.take(PolledTicket(seen(ticket), "incidents", "facts", 1.0))
            return ticket in disk.tickets(tmp_path / ticket)

        with patch.object(journal, "synced", disk.synced), ThreadPoolExecutor(8) as pool:
            assert list(pool.map(step, map(str, range(40)))) == [True] * 40


def test_a_step_that_wrote_nothing_waits_for_no_disk(tmp_path: Path) -> None:
    with SqlLedger(f"sqlite:///{tmp_path / 'passdesk.db'}", "one", LEASE, LIMITS, Clock()) as ledger:
        asked: list[Path] = []
        with patch.object(journal, "synced", asked.append):
            ledger.take(PolledTicket(seen("1"), "incidents", "facts", 1.0))
            assert len(asked) == 1
            ledger.take(PolledTicket(seen("1"), "incidents", "facts", 1.0))  # it is taken already
            assert len(asked) == 1


def test_a_disk_that_fails_is_told_and_the_next_step_tries_again(tmp_path: Path) -> None:
    def fails(path: Path) -> None:
        raise OSError(5, "Input/output error")

    with SqlLedger(f"sqlite:///{tmp_path / 'passdesk.db'}", "one", LEASE, LIMITS, Clock()) as ledger:
        house = House(Clock(), lambda owner: ledger, ledger)
        with patch.object(journal, "synced", fails), pytest.raises(Unwritten, match="can't be written"):
            house.claim("1")
        assert house.claim("2").ticket == "2"


@dataclass
class Slow:
    """A disk whose syncs last until they are let go, one after the other."""

    begun: int = 0
    allowed: int = 0
    fails: tuple[int, ...] = ()
    change: Condition = field(default_factory=Condition)

    def synced(self, path: Path) -> None:
        with self.change:
            self.begun += 1
            mine = self.begun
            self.change.notify_all()
            self.change.wait_for(lambda: self.allowed >= mine)
        if mine in self.fails:
            raise OSError(5, "Input/output error")

    def let(self, count: int) -> None:
        with self.change:
            self.allowed = count
            self.change.notify_all()

    def until_begun(self, count: int) -> None:
        with self.change:
            self.change.wait_for(lambda: self.begun >= count)


Ask = Callable[[int], list[Future[None]]]


@contextmanager
def asked(disk: Slow, path: Path) -> Iterator[Ask]:
    """Let so many threads ask for a sync; it returns when all of them wait, or lead."""
    of = Journal(path)

    def more(count: int) -> list[Future[None]]:
        there = of.waiting + count if disk.begun else 0  # one is under way, and none of these leads
        futures = [pool.submit(of.keep) for _ in range(count)]
        while of.waiting < there:
            os.sched_yield()
        return futures

    with patch.object(journal, "synced", disk.synced), ThreadPoolExecutor(16) as pool:
        yield more
        disk.let(1000)


def test_one_sync_does_for_all_who_wrote_while_another_was_under_way(tmp_path: Path) -> None:
    disk = Slow()
    with asked(disk, tmp_path / "passdesk.db") as ask:
        [first] = ask(1)
        disk.until_begun(1)
        others = ask(7)
        disk.let(1)
        disk.until_begun(2)
        first.result()
        assert not any(each.done() for each in others)  # the first sync may have begun before they wrote
        disk.let(2)
        for each in others:
            each.result()
    assert disk.begun == 2


def test_all_who_waited_for_a_sync_that_failed_hear_of_it_and_nobody_else(tmp_path: Path) -> None:
    disk = Slow(fails=(2,))
    with asked(disk, tmp_path / "passdesk.db") as ask:
        [first] = ask(1)
        disk.until_begun(1)
        others = ask(5)
        disk.let(1)
        disk.until_begun(2)
        later = ask(3)
        disk.let(3)
        first.result()
        for each in others:
            with pytest.raises(OSError, match="Input/output error"):
                each.result()
        for each in later:
            each.result()
    assert disk.begun == 3


def test_a_sync_is_the_systems_own_and_of_the_journal(tmp_path: Path) -> None:
    (tmp_path / "passdesk.db-wal").write_text("frames")
    read: list[bytes] = []
    with patch.object(os, "fdatasync", lambda file: read.append(os.pread(file, 6, 0))):
        Journal(tmp_path / "passdesk.db").keep()
    assert read == [b"frames"]


def test_a_journal_that_is_gone_was_taken_into_the_ledger(tmp_path: Path) -> None:
    Journal(tmp_path / "passdesk.db").keep()
    (tmp_path / "passdesk.db-wal").mkdir()
    with pytest.raises(OSError, match="directory"):
        Journal(tmp_path / "passdesk.db").keep()
