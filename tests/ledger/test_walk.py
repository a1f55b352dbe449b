"""The trail is hashed quickly, and no line passes that isn't the one that was sealed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.ledger.audit import START, Sealed, hash_of, head_of
from connector.ledger.canonical import canonical
from connector.ledger.prepared import Driver
from connector.ledger.rows import Chain
from connector.ledger.sql import SqlLedger
from connector.ledger.sql_transaction import SqlTransaction
from connector.ledger.transaction import Transaction
from connector.ledger.verifying import Trail, verified, verify
from connector.ledger.walk import AT_ONCE, follow, pieces
from tests.ledger.desk import House
from tests.searching import SEARCH

TABLE = (
    "create table audit (seq integer primary key, at double, desk varchar, ticket varchar, number varchar, "
)
TABLE += "action varchar, detail text, hash varchar)"
TIMES = st.floats(0.001, 1e15)
ANY_TIME = st.floats(allow_nan=False).map(lambda at: at + 0.0)  # a file keeps no -0.0
TEXT = st.text(max_size=12)
ABOUT = st.tuples(st.none() | TEXT, st.none() | TEXT, st.none() | TEXT, TEXT, TEXT)
SAID = st.lists(st.tuples(TIMES, ABOUT), min_size=1, max_size=6)
BEGIN = (0, START.split()[1])
Said = list[tuple[float, tuple[str | None, str | None, str | None, str, str]]]


def chain(said: Said) -> list[Sealed]:
    lines, previous = list[Sealed](), BEGIN[1]
    for seq, (at, about) in enumerate(said, 1):
        line = Sealed(seq, at, *about, "")
        lines.append(replace(line, hash=hash_of(previous, line)))
        previous = lines[-1].hash
    return lines


def in_a_file(lines: list[Sealed]) -> tuple[sqlite3.Connection, SqlTransaction]:
    raw = sqlite3.connect(":memory:")
    raw.execute(TABLE)
    columns = [
        (each.seq, each.at, each.desk, each.ticket, each.number, each.action, each.text, each.hash)
        for each in lines
    ]
    raw.executemany("insert into audit values (?, ?, ?, ?, ?, ?, ?, ?)", columns)
    return raw, SqlTransaction(Driver(raw, "sqlite"), Random(7))


def verified_in(db: SqlTransaction, lines: list[Sealed]) -> Chain:
    return verify(Trail(db, head_of(lines[-1])))


@given(SAID)
def test_a_file_writes_a_lines_texts_as_they_were_sealed(said: Said) -> None:
    _, db = in_a_file(chain(said))
    assert [text[2] for text in db.texts_after(0, 100)] == [canonical(about) for _, about in said]


@given(SAID)
def test_lines_that_nobody_changed_fit_without_a_second_look(said: Said) -> None:
    _, db = in_a_file(chain(said))
    assert follow(db.texts_after(0, 100), BEGIN)
    assert [piece.lines for piece in pieces(db, BEGIN)] == [[]]


@given(st.lists(st.tuples(ANY_TIME, ABOUT), min_size=1, max_size=6))
def test_a_time_that_is_written_in_several_ways_fits_at_the_second_look(said: Said) -> None:
    lines = chain(said)
    _, db = in_a_file(lines)
    assert verified_in(db, lines) == verified(lines, head_of(lines[-1]))
    assert verified_in(db, lines).lines == len(said)


EDITS = ("at", "desk", "ticket", "number", "action", "detail", "hash")
ODD = st.none() | TEXT | st.binary(max_size=4) | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)


@given(SAID, st.data())
def test_whatever_is_changed_in_a_line_it_is_the_first_that_does_not_fit(
    said: Said, data: st.DataObject
) -> None:
    lines = chain(said)
    raw, db = in_a_file(lines)
    seq, column, value = (
        data.draw(st.integers(1, len(lines))),
        data.draw(st.sampled_from(EDITS)),
        data.draw(ODD),
    )
    [(before,)] = raw.execute(f"select {column} from audit where seq = ?", [seq])
    raw.execute(f"update audit set {column} = ? where seq = ?", [value, seq])
    [(after, kind)] = raw.execute(f"select {column}, typeof({column}) from audit where seq = ?", [seq])
    same = before == after and kind in ("text", "real", "null")
    assert verified_in(db, lines).broken == (None if same else seq)


@pytest.mark.parametrize("odd", [b"\xff", "1,2", "noon", ""])
def test_a_time_that_is_none_is_a_change(odd: bytes | str) -> None:
    lines = chain([(1.5, ("desk", "id", "INC1", "paused", "{}"))] * 3)
    raw, db = in_a_file(lines)
    raw.execute("update audit set at = ? where seq = 2", [odd])
    assert verified_in(db, lines).broken == 2


@SEARCH
@given(st.integers(1, 400), st.integers(1, 3), st.booleans())
def test_a_line_that_is_missing_or_moved_is_found_where_it_stood(seq: int, gone: int, swapped: bool) -> None:
    lines = chain([(float(each), (None, None, None, "paused", "{}")) for each in range(1, 402)])
    raw, db = in_a_file(lines)
    if swapped:
        raw.execute("update audit set seq = 9999 where seq = ?", [seq])
        raw.execute("update audit set seq = ? where seq = ?", [seq, seq + 1])
        raw.execute("update audit set seq = ? where seq = 9999", [seq + 1])
    else:
        raw.execute("delete from audit where seq >= ? and seq < ?", [seq, seq + gone])
    assert verified_in(db, lines).broken == seq


def test_bytes_in_the_place_of_a_text_are_a_change_though_they_read_the_same() -> None:
    lines = chain([(1.5, ("desk", "id", "INC1", "paused", "{}"))] * 3)
    raw, db = in_a_file(lines)
    raw.execute("update audit set number = cast(number as blob) where seq = 2")
    assert verified_in(db, lines).broken == 2


def test_a_long_trail_is_walked_in_pieces_to_its_end_or_as_far_as_asked() -> None:
    lines = chain([(float(each), (None, None, None, "paused", "{}")) for each in range(1, 2 * AT_ONCE + 8)])
    _, db = in_a_file(lines)
    assert [len(piece.texts) for piece in pieces(db, BEGIN)] == [AT_ONCE, AT_ONCE, 7]
    assert [len(piece.texts) for piece in pieces(db, BEGIN, AT_ONCE + 3)] == [AT_ONCE, 3]


@given(SAID)
def test_where_a_place_begins_another_trail_nothing_fits(said: Said) -> None:
    _, db = in_a_file(chain(said))
    assert not follow(db.texts_after(0, 100), (0, "1" * 64))
    assert not follow(db.texts_after(0, 100), (1, BEGIN[1]))


def test_each_kind_of_ledger_writes_the_same_text(house: House) -> None:
    signs = [chr(each) for each in range(1, 0x300)] + list("\u2028\u2029\ufeff\ufffe\U0001f511\U0010ffff")
    text = "".join(signs)
    for number, each in enumerate((text, text[::-1], '{"a":"\\"\\\\"}', ""), 1000):
        line = Sealed(number, 1.7e9, each[:50], None, each[50:80], "paused", each, "")
        house.ledger.write(partial(append, line))
    lines = house.ledger.read(lambda db: list(db.lines_after(999, None)))
    right = [canonical([line.desk, line.ticket, line.number, line.action, line.text]) for line in lines]
    assert [text[2] for text in house.ledger.read(lambda db: list(db.texts_after(999, 10)))] == right
    assert len(right) == 4


def append(line: Sealed, db: Transaction) -> None:
    db.append(line)


def test_each_kind_of_ledger_verifies_its_trail_without_a_second_look(house: House) -> None:
    for ticket in "123":
        house.live(ticket, f"person-{ticket}", f"asker-{ticket}")
    assert house.ledger.read(lambda db: [piece.lines for piece in pieces(db, BEGIN)]) == [[]]
    chain = house.ledger.verify()
    assert chain.holds
    assert chain.lines > 10
    assert isinstance(house.ledger, SqlLedger) or chain.names > 0
