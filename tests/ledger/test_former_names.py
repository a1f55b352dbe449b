"""A ledger whose lines hold names: they stay as they were sealed, until an erasure, or the trail goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.ledger.chain_watch import ChainWatch
from connector.ledger.retention import Retention
from connector.ledger.rows import Operator
from connector.ledger.sql import SqlLedger
from tests.ledger.desk import DAY, LEASE, LIMITS, NOON, Clock, House, file_of
from tests.ledger.former import former
from tests.ledger.test_names import ANN, BOSS, SENTENCE, forever, refused
from tests.ledger.test_sql import on_disk


@pytest.fixture
def old(sql: House) -> Iterator[House]:
    """A ledger of the former format, opened by this release: Ann was refused, and so was Bob."""
    refused(sql)
    refused(sql, "2", type(ANN)("id-bob", "bob@contoso.com", "Bob Ray"), "bob@contoso.com is disabled.")
    path = file_of(on_disk(sql))
    on_disk(sql).dispose()
    former(path)
    assert b"ann.lee@contoso.com holds" in path.read_bytes()
    clock = Clock(NOON)
    with SqlLedger(f"sqlite:///{path}", "w1", LEASE, LIMITS, clock) as ledger:
        yield House(clock, lambda owner: ledger, ledger)


def everything(house: House) -> bytes:
    path = file_of(on_disk(house))
    beside = [path.with_name(f"{path.name}{ending}") for ending in ("", "-wal", "-shm")]
    return b"".join(each.read_bytes() for each in beside if Path(each).exists())


def test_lines_of_the_former_format_verify_as_they_were_sealed_and_keep_their_names(old: House) -> None:
    old.ledger.retention = Retention(names=90 * DAY)
    before = [(line.seq, line.text, line.hash) for line in old.ledger.history()]
    old.clock.on(91 * DAY)
    refused(old, "3")
    old.ledger.tend()
    assert [(line.seq, line.text, line.hash) for line in old.ledger.history()][: len(before)] == before
    assert old.ledger.verify().holds
    first = next(line for line in old.ledger.history() if line.action == "refused")
    assert first.detail["detail"] == SENTENCE


def test_they_read_with_the_last_names_of_their_people(old: House) -> None:
    line = next(line for line in old.ledger.history() if line.action == "refused")
    assert line.people == {"id-ann": ANN, "id-boss": BOSS}


def test_an_erasure_rewrites_them_and_its_own_line_seals_how(old: House) -> None:
    hashes = [line.hash for line in old.ledger.history()]
    assert old.ledger.erase("Ann Lee", Operator("mia")).done
    assert "ann.lee" not in forever(old) and "Bob Ray" in forever(old)
    assert [line.hash for line in old.ledger.history()][: len(hashes)] == hashes
    chain = old.ledger.verify()
    assert (chain.holds, chain.rewritten) == (True, 2)
    assert old.ledger.read(ChainWatch().look) == ()
    line = next(line for line in old.ledger.history() if line.action == "refused")
    assert (line.detail["reason"], line.detail["subject"], line.deleted) == (
        "subject_privileged",
        "id-ann",
        True,
    )
    assert on_disk(old).scrub()
    assert b"ann.lee" not in everything(old) and b"Ann Lee" not in everything(old)
    assert b"bob@contoso.com" in everything(old)


def test_a_rewritten_line_that_somebody_edits_again_breaks_the_chain(old: House) -> None:
    assert old.ledger.erase("Ann Lee").done
    ledger = on_disk(old)
    with ledger.engine.begin() as db:
        statement = "update audit set detail = replace(detail, 'subject_privileged', 'subject_guest')"
        db.exec_driver_sql(f"{statement} where action = 'refused'")
    assert ledger.verify().broken == 2


def test_they_go_with_the_trail(old: House) -> None:
    old.ledger.retention = Retention(trail=400 * DAY, names=90 * DAY)
    assert SENTENCE.encode() in everything(old)
    old.clock.on(402 * DAY)
    old.ledger.tend()
    assert [line.action for line in old.ledger.history()] == ["trail_pruned"]
    assert old.ledger.verify().holds
    assert on_disk(old).scrub()
    assert SENTENCE.encode() not in everything(old) and b'contoso.com"' not in everything(old)
