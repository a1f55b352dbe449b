"""What is made once for all tests is what the program would make, and no test sees another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from jinja2 import Template

from connector.deliveries import template_files
from connector.forms import marked_yaml
from connector.ledger.sql import SqlLedger
from tests import made_once
from tests.ledger.desk import LEASE, LIMITS
from tests.ledger.empty import empty
from tests.searching import SEARCH


@pytest.fixture
def whole_runs() -> Iterator[None]:
    with made_once.for_whole_runs():
        yield


def schema(path: Path) -> list[tuple[str, ...]]:
    with closing(connect(path)) as db:
        made = "select type, name, tbl_name, sql from sqlite_master order by name"
        return [*db.execute(made), *db.execute("select version_num from alembic_version")]


def opened(path: Path) -> Path:
    with SqlLedger(f"sqlite:///{path}", "worker", LEASE, LIMITS):
        return path


@SEARCH
def test_a_copied_ledger_is_as_a_migrated_one(whole_runs: None, tmp_path: Path) -> None:
    (tmp_path / "migrated.db").write_bytes(empty())
    copied = opened(tmp_path / "copied.db")
    assert len(schema(copied)) > 5
    assert schema(copied) == schema(tmp_path / "migrated.db")


def test_a_ledger_that_is_there_is_left_as_it_is(whole_runs: None, tmp_path: Path) -> None:
    ledger = opened(tmp_path / "ledger.db")
    with closing(connect(ledger)) as db:
        db.execute("create table ours (one)")
    assert "ours" in {row[1] for row in schema(opened(ledger))[:-1]}


def test_whoever_reads_a_file_gets_a_document_of_his_own(whole_runs: None, tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    for path in (one, other):
        path.write_text("mapping: incidents\nwatch: {state: [1, 2]}\n")
    first = marked_yaml.read(one)
    first.data["watch"]["state"].append(3)
    first.wrong(("mapping",), "it is wrong")
    second = marked_yaml.read(other)
    assert (second.path, second.data["watch"]["state"], second.mistakes) == (other, [1, 2], ())


def test_an_edited_file_is_read_again_however_fast(whole_runs: None, tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    read = []
    for text in ("a: 1\n", "a: 2\n", "a: 1\n", "a: [\n"):
        path.write_text(text)
        document = marked_yaml.read(path)
        read.append((document.data, bool(document.mistakes)))
    assert read == [({"a": 1}, False), ({"a": 2}, False), ({"a": 1}, False), (None, True)]


def test_an_edited_template_of_ours_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in template_files.OURS.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(template_files, "OURS", tmp_path)
    path = tmp_path / "subject.en.txt"
    shown = []
    for text in ("Access ({{ ticket }})", "Entry ({{ ticket }})"):
        path.write_text(text)
        found = template_files.load().found[template_files.DEFAULT, "subject", "en"]
        assert isinstance(found, Template)
        shown.append(found.render(ticket="INC1"))
    assert shown == ["Access (INC1)", "Entry (INC1)"]
