"""What only the ledger on disk can promise: its files, its locks, its chain, and what it says when it can't
be written.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import traceback
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from connector.domain.errors import Busy, Unwritten
from connector.domain.outcome import State
from connector.domain.ticket import Claim
from connector.ledger.sql import SqlLedger
from connector.lifecycle.ledger_roles import Skip
from tests.ledger.desk import DESK, LEASE, LIMITS, SECRET, House, file_of, made, plan
from tests.searching import SEARCH

TAKE_ALL = """
import json, sys
from connector.ledger.sql import SqlLedger
from tests.ledger.desk import LEASE, LIMITS, Clock
ledger = SqlLedger(sys.argv[1], sys.argv[2], LEASE, LIMITS, Clock())
print("ready", flush=True)
sys.stdin.readline()
taken = []
while claims := ledger.take_up(limit=5):
    taken += [claim.ticket for claim in claims]
print(json.dumps(taken))
"""


def on_disk(house: House) -> SqlLedger:
    assert isinstance(house.ledger, SqlLedger)
    return house.ledger


def edit(ledger: SqlLedger, statement: str) -> None:
    with closing(sqlite3.connect(file_of(ledger))) as db:
        assert db.execute(statement).rowcount == 1
        db.commit()


def test_its_files_are_its_owners_alone(tmp_path: Path) -> None:
    with SqlLedger(f"sqlite:///{tmp_path / 'new.db'}", "worker-1", LEASE, LIMITS) as ledger, ledger.working():
        ledger.pause()
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600, "new.db.lock": 0o600}


def test_what_was_written_is_there_after_opening_again(sql: House) -> None:
    claim = sql.delivering(requester="id-boss")
    on_disk(sql).dispose()
    again = sql.worker("worker-2")
    assert again.find(DESK, "1") == claim
    assert again.installation == sql.ledger.installation


def test_the_files_settings_are_those_that_its_journal_relies_on(sql: House) -> None:
    with on_disk(sql).database.reading() as db:
        names = ("journal_mode", "synchronous", "foreign_keys")
        pragmas = {name: db.raw.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}


def test_no_pass_is_in_any_of_its_files(sql: House) -> None:
    sql.ended()
    files = list(file_of(on_disk(sql)).parent.glob("passdesk.db*"))
    assert any(b"pass-1" in path.read_bytes() for path in files)
    assert not any(SECRET.encode() in path.read_bytes() for path in files)


# One worker, one row


def test_a_second_worker_is_told_who_works_on_it(sql: House) -> None:
    ledger, other = on_disk(sql), sql.worker("worker-2")
    assert isinstance(other, SqlLedger)
    with ledger.working():
        pid = file_of(ledger).with_name("passdesk.db.lock").read_text().strip()
        with pytest.raises(Busy, match=f"process {pid}"), other.working():
            pass
        other.pause("a person's verb needs no lock")
    with other.working():
        assert other.paused()


def test_a_new_worker_begins_with_every_row_free_even_its_own_names(sql: House) -> None:
    sql.issuing()
    again = sql.worker("worker-1")
    assert isinstance(again, SqlLedger)
    assert again.take_up() == []
    with again.working():
        assert [claim.state for claim in again.take_up()] == [State.ISSUING]


@SEARCH
def test_two_processes_never_both_hold_a_row(sql: House) -> None:
    everything = {str(ticket) for ticket in range(1, 41)}
    for ticket in everything:
        sql.claim(ticket)
    sql.worker("nobody").give_up_others()
    url = str(on_disk(sql).engine.url)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE_ALL, url, owner],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for owner in ("process-1", "process-2")
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    first, second = (json.loads(worker.communicate(timeout=30)[0]) for worker in workers)
    assert sorted(first + second) == sorted(everything)


def test_many_threads_never_both_hold_a_row_nor_break_the_chain(sql: House) -> None:
    taken: list[Claim | Skip] = []

    def work(owner: str) -> None:
        ledger = sql.worker(owner)
        taken.extend(ledger.take(sql.sighting(str(ticket))) for ticket in range(1, 11))

    threads = [Thread(target=work, args=(f"thread-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    claims = [each.ticket for each in taken if isinstance(each, Claim)]
    assert sorted(claims, key=int) == [str(ticket) for ticket in range(1, 11)]
    assert len(taken) == 40
    chain = sql.ledger.verify()
    assert (chain.lines, chain.broken) == (10, None)


def test_the_database_itself_refuses_a_second_live_pass(sql: House) -> None:
    sql.issuing("1")
    sql.issuing("2", "bob")
    with pytest.raises(sqlite3.IntegrityError, match="subject_id"):
        edit(on_disk(sql), "update attempts set subject_id = 'id-ann' where ticket = '2'")


# The chain


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("""update audit set detail = replace(detail, 'id-ann', 'id-bob') where action = 'issuing'""", 2),
        ("update audit set at = at + 1 where seq = 3", 3),
        ("update audit set number = 'INC0000009' where seq = 1", 1),
        ("delete from audit where seq = 4", 4),
        ("delete from audit where seq = 8", 8),
        (
            (
                "insert into audit select 9, at, desk, ticket, number, action, detail, hash from audit where "
                "seq = 8"
            ),
            9,
        ),
        ("update audit set detail = 'no JSON' where seq = 5", 5),
    ],
    ids=[
        "a detail",
        "a time",
        "a number",
        "a line taken out",
        "the last line taken out",
        "a line put in",
        "no JSON",
    ],
)
def test_an_edit_of_the_trail_is_found(sql: House, statement: str, broken: int) -> None:
    sql.ended()
    assert sql.ledger.verify().broken is None
    edit(on_disk(sql), statement)
    assert sql.ledger.verify().broken == broken
    assert sql.ledger.history()  # and it can still be read


# When it can't be written


def break_audit(ledger: SqlLedger) -> None:
    with closing(sqlite3.connect(file_of(ledger))) as db:
        db.execute("alter table audit rename to elsewhere")


def everything_said(error: BaseException) -> str:
    """All that a log could show of an exception and what led to it."""
    said = "".join(traceback.format_exception(error))
    while led := error.__cause__ or error.__context__:
        said, error = said + repr(led) + repr(vars(led)), led
    return said


def test_an_unwritable_ledger_says_so_and_nothing_of_what_was_to_be_written(sql: House) -> None:
    claim = sql.claim()
    break_audit(on_disk(sql))
    why = "-".join(("not", "shown"))  # put together here: a traceback shows this page's lines
    for write in (lambda: sql.ledger.pause(why), lambda: sql.ledger.take(sql.sighting("77"))):
        with pytest.raises(Unwritten, match=r"can't be written \(SQLITE_ERROR\): check the disk") as caught:
            write()
        assert caught.value.__context__ is None
        assert why not in everything_said(caught.value)
        assert "INC0000077" not in everything_said(caught.value)
    assert sql.ledger.paused() is None  # the verb is whole or not at all
    assert sql.ledger.find(DESK, "77") is None
    with pytest.raises(Unwritten):
        sql.ledger.issuing(claim, plan(), 0)
    assert sql.row() == claim


def test_the_lease_of_what_could_not_be_written_runs_out(sql: House) -> None:
    claim = sql.issuing()
    break_audit(on_disk(sql))
    with pytest.raises(Unwritten):
        sql.ledger.delivering(claim, made())
    sql.clock.on(LEASE - 1)
    sql.ledger.renew()
    sql.clock.on(1)
    assert [each.ticket for each in sql.worker("worker-2").take_up()] == ["1"]


@pytest.mark.parametrize("url", ["mysql://u@example.org/passdesk", "sqlite://", "sqlite:///:memory:"])
def test_what_forgets_or_is_unknown_is_no_ledger(url: str) -> None:
    with pytest.raises(ValueError, match=r"write sqlite:///passdesk\.db"):
        SqlLedger(url, "worker-1", LEASE, LIMITS)
