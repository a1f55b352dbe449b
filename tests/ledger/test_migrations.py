"""A ledger that was migrated is the ledger that schema.py describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
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
