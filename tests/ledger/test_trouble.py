"""Whatever is wrong around the ledger's file is one sentence with its cure; NoLedger if waiting won't do."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connector.domain.errors import NoLedger, Unwritten
from connector.ledger import lock
from connector.ledger.sql import SqlLedger
from connector.ledger.trouble import trouble
from tests.ledger.desk import LEASE, LIMITS, file_of


def opened(path: Path) -> SqlLedger:
    return SqlLedger(f"sqlite:///{path}", "worker-1", LEASE, LIMITS)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    with opened(tmp_path / "passdesk.db") as found:
        yield found


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoLedger, match="nowhere isn't there; make it, or write another path in ledger"):
        opened(tmp_path / "nowhere" / "new.db")


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoLedger, match="is a folder; write the path of a file in ledger"):
        opened(tmp_path)


def test_a_text_is_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "note.db"
    path.write_text("not a database, and longer than a header of one hundred bytes" * 3)
    before = path.read_bytes()
    with pytest.raises(NoLedger, match=r"note.db is no ledger of passdesk; write another path") as caught:
        opened(path)
    assert caught.value.__context__ is None
    assert path.read_bytes() == before


@pytest.mark.parametrize("tables", [["songs"], ["alembic_version", "songs"]])
def test_another_programs_database_is_no_ledger_and_stays_as_it_is(tmp_path: Path, tables: list[str]) -> None:
    path = tmp_path / "songs.db"
    with closing(sqlite3.connect(path)) as db:
        for each in tables:
            db.execute(f"create table {each} (version_num text)")
            db.execute(f"insert into {each} values ('0001')")
        db.commit()
    with pytest.raises(NoLedger, match="no ledger of passdesk"):
        opened(path)
    with closing(sqlite3.connect(path)) as db:
        found = {name for (name,) in db.execute("select name from sqlite_master")}
    assert found == set(tables)


@pytest.mark.parametrize("refusal", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_a_file_system_that_locks_nothing_is_no_place_for_a_ledger(
    ledger: SqlLedger, refusal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: int, how: int) -> None:
        raise OSError(refusal, os.strerror(refusal))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with (
        pytest.raises(NoLedger, match=r"can't lock files .*; put the ledger on a disk") as caught,
        ledger.working(),
    ):
        pass
    assert caught.value.__context__ is None


def test_a_disk_that_is_full_says_so(ledger: SqlLedger) -> None:
    with ledger.database.reading() as db:
        db.raw.execute("pragma max_page_count = 1")
    with pytest.raises(Unwritten, match=r"its disk is full .*; make room") as caught:
        for _ in range(500):
            ledger.pause("x" * 1000)
            ledger.resume()
    assert not isinstance(caught.value, NoLedger)


def test_a_ledger_that_is_read_only_says_who_must_write_it(ledger: SqlLedger) -> None:
    with ledger.database.reading() as db:
        db.raw.execute("pragma query_only = on")
    with pytest.raises(Unwritten, match=r"read-only for passdesk .*; let the user that passdesk"):
        ledger.pause("x")


def test_a_ledger_that_another_program_locked_says_to_end_that(ledger: SqlLedger) -> None:
    with ledger.database.reading() as db:
        db.raw.execute("pragma busy_timeout = 1")
    with closing(sqlite3.connect(file_of(ledger), isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(Unwritten, match=r"another program has locked it .*; end that program"):
            ledger.pause("x")
    ledger.pause("x")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "its disk is full"),
        (errno.EDQUOT, "its disk is full"),
        (errno.EROFS, "read-only for passdesk"),
        (errno.EACCES, "read-only for passdesk"),
        (errno.EIO, "check the disk"),
    ],
)
def test_what_the_system_refuses_while_opening_is_told_by_its_cure(
    tmp_path: Path, number: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(Unwritten, match=words) as caught:
        opened(tmp_path / "passdesk.db")
    assert caught.value.__context__ is None
    with pytest.raises(Unwritten, match=words), lock.alone(tmp_path / "passdesk.db"):
        pass


def test_no_sentence_carries_what_was_to_be_written() -> None:
    assert "s3cr3t" not in str(trouble(Path("passdesk.db"), "written", ValueError("s3cr3t")))
