"""A ledger that was migrated is the ledger that schema.py describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from connector.domain.errors import Unwritten
from connector.domain.outcome import State
from connector.ledger.migrate import HEAD, migrate, revision
from connector.ledger.schema import TRANSITIONS, meta
from connector.ledger.sql import SqlLedger
from tests.ledger.desk import LEASE, LIMITS


def shape(engine: Engine) -> tuple[dict[str, set[str]], set[str]]:
    """The CHECKs and other statements that a comparison of metadata doesn't see."""
    with engine.connect() as db:
        found = inspect(db)
        checks = {
            table: {one["sqltext"] for one in found.get_check_constraints(table)} for table in meta.tables
        }
        indexes = {
            row.sql
            for row in db.execute(
                text("select sql from sqlite_master where type = 'index' and sql is not null")
            )
        }
    return checks, {re.sub(r"\s+", " ", each) for each in indexes}


@pytest.fixture
def migrated(url: str) -> Engine:
    engine = create_engine(url)
    migrate(engine)
    return engine


def test_migrations_and_metadata_agree(migrated: Engine, tmp_path: Path) -> None:
    with migrated.connect() as db:
        assert compare_metadata(MigrationContext.configure(db, opts={"compare_type": True}), meta) == []
    described = create_engine(f"sqlite:///{tmp_path / 'described.db'}")
    meta.create_all(described)
    assert shape(migrated) == shape(described)
    assert "one_live_pass" in str(shape(migrated))


def test_the_head_is_the_newest_file(migrated: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", "connector.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    with migrated.connect() as db:
        assert revision(db) == HEAD


def test_a_ledger_of_a_newer_release_is_left_alone(url: str) -> None:
    SqlLedger(url, "worker-1", LEASE, LIMITS).dispose()
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(Unwritten, match="newer release") as caught:
        SqlLedger(url, "worker-1", LEASE, LIMITS)
    assert caught.value.__context__ is None


def test_every_state_has_its_ways() -> None:
    assert set(TRANSITIONS) == set(State)
    assert {state for ways in TRANSITIONS.values() for state in ways} == set(State)


def test_the_mark_of_a_wait_moves_out_of_the_place_of_a_refusals(tmp_path: Path) -> None:
    """0005: a ledger of the release before kept whichever came last."""
    engine = create_engine(f"sqlite:///{tmp_path / 'before.db'}")
    config = Config()
    config.set_main_option("script_location", "connector.ledger:migrations")
    marks = {"a": "waiting approval_outstanding", "b": "subject_guest 0a1b2c3d", "c": None}
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0004")
        for ticket, mark in marks.items():
            kept = (
                "insert into tickets (desk, ticket, number, mapping, state, fence, due, code, attempts, "
                "failures, detail, tries, said, forgiven, updated_at) values ('d', :ticket, 'N', 'm', "
                "'waiting', 1, 0, 'TAP-' || :ticket, 0, 0, '', 0, :mark, false, 0)"
            )
            db.execute(text(kept), {"ticket": ticket, "mark": mark})
    migrate(engine)
    with engine.connect() as db:
        found = {
            row[0]: (row[1], row[2])
            for row in db.execute(text("select ticket, said, wait_said from tickets"))
        }
    assert found == {"a": (None, marks["a"]), "b": (marks["b"], None), "c": (None, None)}
