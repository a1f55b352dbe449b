"""A ledger as an older release left it: without the columns and tables that came later."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text


def put_back(ledger: Path, revision: str) -> None:
    """Take away what migrations after this one brought; `people` loses its rows with its table."""
    old = create_engine(f"sqlite:///{ledger.with_suffix('.older')}")
    config = Config()
    config.set_main_option("script_location", "connector.ledger:migrations")
    with old.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
        kept = {name: {each["name"] for each in inspect(db).get_columns(name)} for name in tables(db)}
    now = create_engine(f"sqlite:///{ledger}")
    with now.begin() as db:
        for name in tables(db):
            if name not in kept:
                db.execute(text(f"drop table {name}"))
                continue
            later = [each["name"] for each in inspect(db).get_columns(name) if each["name"] not in kept[name]]
            for column in later:
                db.execute(text(f"alter table {name} drop column {column}"))
        db.execute(text(f"update alembic_version set version_num = '{revision}'"))
    for engine in (old, now):
        engine.dispose()


def tables(db: object) -> list[str]:
    return list(inspect(db).get_table_names())
